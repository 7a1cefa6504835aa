import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { pack } from "../../src/workshop/packed.ts";
import { LIMITS } from "../../src/workshop/wire.ts";
import { ask, openClass, scratch } from "../support/classes.ts";

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const token = (n: number): string => String(n).repeat(64).slice(0, 64);
const JSON_TYPE = { "content-type": "application/json" };

async function openRoom(now?: () => number) {
  const opened = await openClass(scratch(), now);
  const { url, code } = opened;
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    ask(`${url}${path}`, "POST", { ...JSON_TYPE, ...headers }, typeof body === "string" ? body : JSON.stringify(body));
  const join = (n: number, handle?: string, change: object = {}) =>
    post("/v1/join", { v: 1, code, learner: uuid(n), token: token(n), course: "course", handle, ...change });
  const send = (n: number, from: number, events: readonly unknown[], sent = 1000) =>
    post("/v1/events", { v: 1, from, sent, events }, { authorization: `Bearer ${token(n)}` });
  return { ...opened, post, join, send };
}

const hint = (tier: number) => ({ type: "hint", at: 1000, lesson: "lesson-01", step: "one", tier });

test("a learner joins, once, however often the request comes", async () => {
  const { join, hosted, happenings } = await openRoom();
  const first = await join(1, "ana");
  expect(first.status).toBe(200);
  expect(JSON.parse(first.body)).toEqual({
    class: expect.any(String),
    title: "A <b>course</b>",
    handle: "ana",
    next: 1,
    notice: 0,
  });
  expect(await join(1, "ana")).toMatchObject({ status: 200, body: first.body });
  expect(JSON.parse((await join(2)).body).handle).toBe("learner-2");
  expect(hosted.board().rows.map(({ handle }) => handle)).toEqual(["ana", "learner-2"]);
  expect(happenings.map(({ type, handle }) => `${type} ${handle}`)).toEqual(["joined ana", "joined learner-2"]);
});

test("events are kept in order, once; one that is missing before is asked for", async () => {
  const { join, send, happenings, hosted } = await openRoom(() => 5000);
  await join(1, "ana");
  const answers = [
    await send(1, 2, [hint(2)]),
    await send(1, 1, [hint(1), hint(2)]),
    await send(1, 1, [hint(1), hint(2)]),
    await send(1, 2, [hint(9), hint(3)]),
    await send(1, 5, [hint(5)]),
  ];
  expect(answers.map(({ status, body }) => [status, JSON.parse(body).next])).toEqual([
    [409, 1],
    [200, 3],
    [200, 3],
    [200, 4],
    [409, 4],
  ]);
  const kept = happenings.flatMap((one) => (one.type === "event" ? [one.event] : []));
  expect(kept.map((event) => event.type === "hint" && event.tier)).toEqual([1, 2, 3]);
  // The learner's clock says 1 s where the host's says 5 s.
  expect(kept.map(({ at }) => at)).toEqual([5000, 5000, 5000]);
  expect(hosted.board().rows[0]).toMatchObject({ handle: "ana", step: "lesson-01#one", hints: 3 });
});

test("who leaves is off the board, and comes back as the same one", async () => {
  const { join, post, hosted } = await openRoom();
  await join(1, "ana");
  const left = await post("/v1/leave", { v: 1 }, { authorization: `Bearer ${token(1)}` });
  expect(left.status).toBe(200);
  expect(hosted.board().rows).toEqual([]);
  await join(1, "ana");
  expect(hosted.board().rows).toMatchObject([{ number: 1, handle: "ana" }]);
});

test("what is not right is refused, said to the instructor, and changes nothing", async () => {
  const { join, send, post, url, hosted, refused } = await openRoom();
  await join(1, "ana");
  await send(1, 1, [hint(1)]);
  const before = hosted.board();
  const auth = { authorization: `Bearer ${token(1)}` };
  const events = { v: 1, from: 2, sent: 1, events: [hint(2)] };
  const cases: [Promise<{ status: number; body: string }>, number, string][] = [
    [join(2, "bea", { code: "AAAA-AAAA" }), 403, "The code is not this class's."],
    [join(2, "bea", { course: "other" }), 409, "The class is about the course `course`, not `other`."],
    [join(2, "ANA"), 409, "Somebody in the class has this handle already. Take another one."],
    [join(2, "a\u202eb"), 400, "This cannot be a handle: it has characters that cannot be seen."],
    [join(2, "x".repeat(100)), 400, "This cannot be a handle: it has 100 characters, expected 1 to 32."],
    [join(1, "ana", { token: token(2) }), 409, "Somebody in the class has this handle already. Take another one."],
    [join(2, "bea", { v: 2 }), 400, "message.v: expected 1."],
    [send(2, 1, [hint(1)]), 401, "Nobody in the class has this token."],
    [post("/v1/events", events), 401, "Expected `Authorization: Bearer …`."],
    [send(1, 2, [{ ...hint(2), output: "secret" }]), 400, "message.events[0]: expected no key but"],
    [post("/v1/events", "{", auth), 400, "The message is no JSON."],
    [post("/v1/events", events, { ...auth, "content-type": "text/plain" }), 415, "Expected JSON"],
    [
      post("/v1/events", events, { ...auth, origin: "http://evil.example" }),
      403,
      "The request came from another page.",
    ],
    [post("/v1/events", events, { ...auth, host: "evil.example" }), 403, "The class is not known under this name"],
    [post("/v1/events", `"${"x".repeat(LIMITS.body)}"`, auth), 413, "The message is longer than 65536 bytes."],
    [ask(`${url}/v1/board`, "GET"), 401, "Expected `Authorization: Bearer …`."],
    [ask(`${url}/v1/board`, "GET", auth), 401, "This key does not open the board."],
    [ask(`${url}/v1/board/stream`, "GET", auth), 401, "This key does not open the board."],
    [ask(`${url}/__proto__`, "GET"), 404, "There is nothing at this address."],
    [ask(`${url}/v1/events`, "GET", auth), 404, "There is nothing at this address."],
  ];
  for (const [asked, status, message] of cases) {
    const found = await asked;
    expect([found.status, JSON.parse(found.body).message]).toEqual([status, expect.stringContaining(message)]);
  }
  expect(refused).toHaveLength(cases.length);
  for (const [, , message] of cases) expect(refused).toContainEqual(expect.stringContaining(message));
  const after = hosted.board();
  expect({ ...after, rows: after.rows.map(({ ms: _, sinceSeenMs: __, ...row }) => row) }).toEqual({
    ...before,
    rows: before.rows.map(({ ms: _, sinceSeenMs: __, ...row }) => row),
  });
});

test("who hangs up in the middle of a message, or speaks no HTTP, does not harm the class", async () => {
  const { url, join, refused } = await openRoom();
  const { port } = new URL(url);
  for (const text of [
    "POST /v1/join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    "\u0016\u0003\u0001\u0002",
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(10_000)}\r\n\r\n`,
  ]) {
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    socket.end(text);
    socket.resume();
    await once(socket, "close");
  }
  expect((await join(1, "ana")).status).toBe(200);
  expect(refused).toEqual([]);
});

test("a learner of ours is answered with as few bytes as can be, and the connection ends", async () => {
  const { join, url } = await openRoom();
  await join(1, "ana");
  const body = pack({ v: 1, from: 1, sent: 1000, events: [hint(1)] });
  const lines = ["POST /v1/events HTTP/1.1", "Host: 127.0.0.1", `Authorization: Bearer ${token(1)}`];
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(`${lines.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe("HTTP/1.1 204 \r\n\r\n");
});

test("the board is streamed to who has its key, whole at once and after each change", async () => {
  const { url, hosted, join } = await openRoom();
  const { request } = await import("node:http");
  const headers = { authorization: `Bearer ${hosted.boardKey}` };
  const sent = request(`${url}/v1/board/stream`, { headers, agent: false });
  sent.end();
  const [response] = await once(sent, "response");
  expect(response.headers["content-type"]).toBe("text/event-stream");
  const [first] = await once(response, "data");
  expect(String(first)).toMatch(/^event: board\ndata: \{"version":1,.*"rows":\[\],"steps":.*\}\n\n$/);
  const later = once(response, "data");
  await join(1, "<b>ana</b>");
  const [second] = await later;
  expect(JSON.parse(/data: (.*)/.exec(String(second))?.[1] ?? "").rows).toMatchObject([{ handle: "<b>ana</b>" }]);
  response.destroy();
  const board = await ask(`${url}/v1/board`, "GET", headers);
  expect(JSON.parse(board.body).rows).toHaveLength(1);
});
