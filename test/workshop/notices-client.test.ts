import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { NoticeClient, PATIENCE, type Patience } from "../../src/workshop/learner/notices.ts";

const QUICK: Patience = { retry: [1, 20], answer: 2_000, silence: 2_000 };
const STATE = 'event: state\ndata: {"gated":[],"closed":false}\n\n';
const say = (number: number, text = "hello"): string =>
  `id: ${number}\nevent: notice\ndata: ${JSON.stringify({ type: "announce", number, at: 7, text })}\n\n`;

/** A host of the test's own: each request is answered by the next of these, those after the last by it. */
async function openHost(...answers: readonly ((response: ServerResponse) => void)[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    (answers[requests.length - 1] ?? answers.at(-1))?.(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const stream =
  (text: string, then: "open" | "end" | "cut" = "open") =>
  (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (then === "end") response.end(text);
    else response.write(text, () => void (then === "cut" && response.destroy()));
  };

/** A client that says what it hears, each as one line. */
function listen(url: string, last = 0, patience = QUICK) {
  const heard: string[] = [];
  let look = (): void => {};
  const hear = (line: string): void => {
    heard.push(line);
    look();
  };
  const member = { url, learner: "", token: "abc", class: "c", title: "t", handle: "h" };
  const client = new NoticeClient(
    member,
    last,
    {
      onNotice: (notice) => hear(`${notice.type} ${notice.number}`),
      onState: (state) => hear(`state ${JSON.stringify(state)}`),
      onReach: (reached) => hear(reached ? "reached" : "lost"),
      onOver: (over) => hear(`over: ${over}`),
    },
    Date.now,
    patience,
  );
  onTestFinished(() => client.end());
  client.start();
  const until = (line: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => void (heard.includes(line) && resolve());
      look();
    });
  return { heard, until, client };
}

const OPEN = 'state {"gated":[],"closed":false}';

test("a learner says who they are and what they saw last, and hears what comes", async () => {
  const host = await openHost(stream(STATE + say(4) + say(5)));
  const { heard, until } = listen(host.url, 3);
  await until("announce 5");
  expect(heard).toEqual(["reached", OPEN, "announce 4", "announce 5"]);
  const { method, url, headers } = host.requests[0] as IncomingMessage;
  expect([method, url, headers.authorization, headers["last-event-id"]]).toEqual([
    "GET",
    "/v1/notices",
    "Bearer abc",
    "3",
  ]);
});

test.each(["end", "cut"] as const)(
  "after the connection's %s the client goes on after what came last, each once",
  async (how) => {
    const host = await openHost(stream(STATE + say(1) + say(2), how), stream(STATE + say(2) + say(3)));
    const { heard, until } = listen(host.url);
    await until("announce 3");
    expect(heard).toEqual(["reached", OPEN, "announce 1", "announce 2", "lost", "reached", OPEN, "announce 3"]);
    expect(host.requests.map(({ headers }) => headers["last-event-id"])).toEqual(["0", "2"]);
  },
);

test("a host that is silent for too long is as good as gone", async () => {
  const host = await openHost(stream(STATE), stream(STATE + say(1)));
  const { until } = listen(host.url, 0, { ...QUICK, silence: 30 });
  await until("lost");
  await until("announce 1");
});

test("one that never answers is given up, and tried again", async () => {
  const host = await openHost(() => {}, stream(STATE + say(1)));
  await listen(host.url, 0, { ...QUICK, answer: 30 }).until("announce 1");
});

test.each([
  ["an error", (response: ServerResponse) => void response.writeHead(500).end()],
  ["busy", (response: ServerResponse) => void response.writeHead(429, { "retry-after": "1" }).end()],
  [
    "a page",
    (response: ServerResponse) => void response.writeHead(200, { "content-type": "text/html" }).end("data: x\n\n"),
  ],
  ["no HTTP", (response: ServerResponse) => void response.socket?.end("data: x\n\n")],
  ["an event without end", stream("x".repeat(600 * 1024))],
])("%s is tried again", async (_, answer) => {
  const host = await openHost(answer, stream(STATE + say(1)));
  await listen(host.url).until("announce 1");
  expect(host.requests.length).toBe(2);
});

test("what nobody understands does not stand in the way of what comes next", async () => {
  const odd = [
    "event: notice\ndata: {\n\n",
    'event: notice\ndata: {"type":"dance","number":1,"at":1}\n\n',
    'event: notice\ndata: {"type":"announce","number":1,"at":1,"text":"\\u001b[2J"}\n\n',
    'event: state\ndata: {"gated":"all"}\n\n',
    "event: board\ndata: {}\n\n",
  ];
  const host = await openHost(stream(odd.join("") + STATE + say(2)));
  const { heard, until } = listen(host.url);
  await until("announce 2");
  expect(heard).toEqual(["reached", OPEN, "announce 2"]);
});

test.each([
  [401, "over: unknown"],
  [410, "over: closed"],
])("status %i ends it: nothing is asked any more", async (status, line) => {
  const host = await openHost((response) => void response.writeHead(status).end("{}"));
  const { heard, until, client } = listen(host.url, 0, { ...QUICK, retry: [0, 0] });
  await until(line);
  // A further request would come before this one.
  await fetch(`${host.url}/last`);
  expect([heard, host.requests.map(({ url }) => url)]).toEqual([[line], ["/v1/notices", "/last"]]);
  client.end();
});

test("ended, it hears nothing more, and its connection is closed", async () => {
  let gone: Promise<unknown> | undefined;
  const host = await openHost((response) => {
    gone = once(response, "close");
    stream(STATE)(response);
  });
  const { heard, until, client } = listen(host.url);
  await until(OPEN);
  client.end();
  await gone;
  expect([heard, host.requests.length]).toEqual([["reached", OPEN], 1]);
});

test("neither an open connection nor the wait for the next one keeps the process alive", async () => {
  const script = `require("node:http").createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(${JSON.stringify(STATE)});
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const host = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void host.kill("SIGKILL"));
  const [port] = (await once(host.stdout, "data")) as [Buffer];
  const holding = (what: string) => process.getActiveResourcesInfo().filter((one) => one.startsWith(what)).length;
  const before = holding("TCP");
  const { until, client } = listen(`http://127.0.0.1:${String(port).trim()}`, 0, PATIENCE);
  await until(OPEN);
  expect(holding("TCP")).toBe(before);
  host.kill("SIGKILL");
  await until("lost");
  const waiting = holding("Timeout");
  client.end();
  expect([holding("TCP"), holding("Timeout")]).toEqual([before, waiting]);
});
