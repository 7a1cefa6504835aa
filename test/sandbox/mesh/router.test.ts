import { expect, test } from "vitest";
import type { HttpAnswer } from "../../../src/sandbox/mesh/model.ts";
import { answering, cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "./mesh.ts";

const client = workload("client", "10.244.0.2");
const one = workload("web-1", "10.244.0.3");
const two = workload("web-2", "10.244.0.4");
const WEB = "outbound|80||web.default.svc.cluster.local";

test("a request passes two proxies, and both tell of it", () => {
  const seen: unknown[] = [];
  const { time, hops, send } = virtualMesh(
    config([route(WEB)], [cluster(WEB, [endpoint(one)])]),
    ({ request, from }) => {
      seen.push([
        from,
        ...request.headers.map(
          ([name, value]) =>
            `${name}: ${value.replace(/Hash=[0-9a-f]{64}/, "Hash=<hash>").replace(/[0-9a-f-]{36}/, "<id>")}`,
        ),
      ]);
      return answering(ok("hello"), 7);
    },
  );
  const answer = time.run(send(client, get("/a?b=1"))) as Exclude<HttpAnswer, string>;
  expect([answer.status, String(answer.body), answer.headers]).toEqual([
    200,
    "hello",
    [
      ["content-type", "text/plain"],
      ["server", "envoy"],
      ["x-envoy-upstream-service-time", "7"],
    ],
  ]);
  expect(seen).toEqual([
    [
      "127.0.0.6",
      "host: web",
      "x-forwarded-proto: http",
      "x-request-id: <id>",
      "x-envoy-attempt-count: 1",
      'x-forwarded-client-cert: By=spiffe://cluster.local/ns/default/sa/web-1;Hash=<hash>;Subject="";URI=spiffe://cluster.local/ns/default/sa/client',
    ],
  ]);
  expect(
    hops.map(({ workload: { name }, direction, status, details, cluster: to, durationMs }) => [
      name,
      direction,
      status,
      details,
      to,
      durationMs,
    ]),
  ).toEqual([
    ["web-1", "inbound", 200, "via_upstream", "inbound|80||", 7],
    ["client", "outbound", 200, "via_upstream", WEB, 7],
  ]);
});

test("weights decide by chance, exactly so for the same seed", () => {
  const counts = { a: 0, b: 0 };
  const { time, send } = virtualMesh(
    config(
      [
        route([
          ["a", 70],
          ["b", 30],
        ]),
      ],
      [cluster("a", [endpoint(one)]), cluster("b", [endpoint(two)])],
    ),
    ({ endpoint: { workload: at } }) => {
      counts[at === one ? "a" : "b"] += 1;
      return answering(ok());
    },
  );
  for (let i = 0; i < 1000; i++) time.run(send(client, get()));
  expect(counts).toEqual({ a: 703, b: 297 });
});

interface Case {
  readonly title: string;
  readonly route?: Parameters<typeof route>[1];
  readonly cluster?: Parameters<typeof cluster>[2];
  readonly endpoints?: readonly (typeof one)[];
  /** What each try gets, the last one for all that follow. */
  readonly answers?: readonly (HttpAnswer | readonly [HttpAnswer, ms: number])[];
  readonly status: number | HttpAnswer;
  readonly body?: string;
  readonly flags?: string;
  readonly ms?: number;
  readonly tries?: number;
}

const RETRY = { attempts: 2, on: ["connect-failure"], statuses: [], perTryMs: undefined, backoffMs: 25 };

const CASES: readonly Case[] = [
  { title: "no endpoint", endpoints: [], status: 503, body: "no healthy upstream", flags: "UH", tries: 0 },
  { title: "nobody there", answers: ["refused"], status: 503, flags: "", tries: 1 },
  {
    title: "a delay",
    route: { fault: { delay: { ms: 2000, percent: 100 }, abort: undefined } },
    status: 200,
    flags: "DI",
    ms: 2000,
    tries: 1,
  },
  {
    title: "an abort",
    route: { fault: { delay: undefined, abort: { status: 555, percent: 100 } } },
    status: 555,
    body: "fault filter abort",
    flags: "FI",
    tries: 0,
  },
  {
    title: "a fault of no percent",
    route: { fault: { delay: undefined, abort: { status: 555, percent: 0 } } },
    status: 200,
    tries: 1,
  },
  {
    title: "too late",
    route: { timeoutMs: 500 },
    answers: [[ok(), 900]],
    status: 504,
    body: "upstream request timeout",
    flags: "UT",
    ms: 500,
    tries: 1,
  },
  { title: "in time", route: { timeoutMs: 500 }, answers: [[ok(), 400]], status: 200, ms: 400, tries: 1 },
  {
    title: "an answer of 503 is no reason to try again by default",
    route: { retries: RETRY },
    answers: [ok("no", 503)],
    status: 503,
    body: "no",
    tries: 1,
  },
  {
    title: "on 5xx it is",
    route: { retries: { ...RETRY, on: ["5xx"], backoffMs: 0 } },
    answers: [ok("no", 503), ok("no", 500), ok()],
    status: 200,
    tries: 3,
  },
  {
    title: "until tries run out",
    route: { retries: { ...RETRY, on: ["5xx"], backoffMs: 0 } },
    answers: [ok("no", 500)],
    status: 500,
    flags: "URX",
    tries: 3,
  },
  {
    title: "each try has its time",
    route: { retries: { ...RETRY, on: ["5xx"], backoffMs: 0, perTryMs: 100 } },
    answers: [[ok(), 300], ok("second")],
    status: 200,
    body: "second",
    ms: 100,
    tries: 2,
  },
  {
    title: "a fixed answer",
    route: { action: { kind: "direct", status: 418, body: "teapot" } },
    status: 418,
    body: "teapot",
    tries: 0,
  },
];

test.each(CASES)("$title", ({ answers = [ok()], endpoints = [one], ...one_ }) => {
  let tries = 0;
  const { time, hops, send } = virtualMesh(
    config(
      [route(WEB, one_.route)],
      [
        cluster(
          WEB,
          endpoints.map((at) => endpoint(at)),
          one_.cluster,
        ),
      ],
    ),
    () => {
      const next = answers[Math.min(tries++, answers.length - 1)] ?? ok();
      return Array.isArray(next) ? answering(next[0] as never, next[1]) : answering(next as never);
    },
  );
  const answer = time.run(send(client, get()));
  const last = hops.find(({ direction }) => direction === "outbound");
  expect({
    status: typeof answer === "string" ? answer : answer.status,
    ...(one_.body === undefined ? {} : { body: typeof answer === "string" ? "" : String(answer.body) }),
    flags: last?.responseFlags.join(","),
    ms: time.now(),
    tries,
  }).toEqual({
    status: one_.status,
    ...(one_.body === undefined ? {} : { body: one_.body }),
    flags: one_.flags ?? "",
    ms: one_.ms ?? 0,
    tries: one_.tries ?? 0,
  });
});

test("what a full pool has no place for is answered at once", () => {
  const pool = { ...cluster(WEB, []).pool, maxConnections: 1, maxPending: 1 };
  const { time, hops, send } = virtualMesh(config([route(WEB)], [cluster(WEB, [endpoint(one)], { pool })]), () =>
    answering(ok(), 100),
  );
  const ends: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    time.start(send(client, get()), (answer) =>
      ends.push([time.now(), typeof answer === "string" ? answer : answer.status]),
    );
  }
  time.runUntil();
  expect(ends).toEqual([
    [0, 503],
    [100, 200],
    [200, 200],
  ]);
  expect(hops.flatMap(({ responseFlags }) => responseFlags)).toEqual(["UO"]);
});

test("an endpoint that fails in a row is put out, for longer each time", () => {
  const outlier = {
    consecutive5xx: 2,
    consecutiveGateway: 0,
    consecutiveLocal: 0,
    intervalMs: 1000,
    baseEjectionMs: 30_000,
    maxEjectionPercent: 100,
    minHealthPercent: 0,
  };
  const asked: string[] = [];
  const { time, send } = virtualMesh(
    config([route(WEB)], [cluster(WEB, [endpoint(one), endpoint(two)], { outlier })]),
    ({ endpoint: { workload: at } }) => {
      asked.push(at?.name ?? "");
      return answering(at === one ? ok("bad", 500) : ok());
    },
  );
  const ask = (times: number): string => {
    asked.length = 0;
    for (let i = 0; i < times; i++) time.run(send(client, get()));
    return asked.map((name) => name.slice(-1)).join("");
  };
  expect(ask(8)).toBe("12122222");
  time.runUntil(30_001);
  expect(ask(6)).toBe("121222");
});
