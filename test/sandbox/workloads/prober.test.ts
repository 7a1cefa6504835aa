import { createServer } from "node:http";
import { expect, test } from "vitest";
import { connectionPair } from "../../../src/sandbox/network/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import type { Callee } from "../../../src/sandbox/workloads/handler.ts";
import { Prober } from "../../../src/sandbox/workloads/prober.ts";
import { ManualClock } from "../control/manual-clock.ts";

type Answer = "refused" | number | "never";

/** A pod with one probe, answered in turn; what the prober told, with the second it told it at. */
async function probed(
  probes: JsonObject,
  answers: readonly Answer[],
  seconds: number,
  started = true,
): Promise<unknown> {
  const clock = new ManualClock(0);
  const left = [...answers];
  const asked: number[] = [];
  const told: unknown[] = [];
  const container = { name: "app", ports: [{ name: "web", containerPort: 8080 }], ...probes };
  const state = { running: { startedAt: "1970-01-01T00:00:00Z" } };
  const pod = {
    metadata: { name: "web", namespace: "default", uid: "u" },
    spec: { containers: [container] },
    status: { podIP: "10.244.0.5", containerStatuses: [{ name: "app", restartCount: 0, started, state }] },
  } as unknown as KubeObject;
  const callee: Callee = {
    exec: async (_at, _command, io) => {
      await io.stdout?.(Buffer.from("not yet\n"));
      return { code: left.shift() === 200 ? 0 : 1 };
    },
    dial: async (_address, port) => {
      if (port !== 8080) return { kind: "refused" };
      asked.push(clock.now() / 1000);
      const answer = left.length > 1 ? left.shift() : left[0];
      if (answer === "refused" || answer === undefined) return { kind: "refused" };
      const [socket, theirs] = connectionPair();
      if (answer !== "never") {
        const server = createServer((_request, response) => response.writeHead(answer).end());
        server.emit("connection", theirs);
      }
      return { kind: "connected", socket };
    },
  };
  const prober = new Prober({
    clock,
    secondMs: () => 1000,
    callee,
    find: () => pod,
    canFail: () => true,
    tell: (_pod, _run, happening) => {
      if (happening.kind !== "probed") return;
      const { probe, result, output, isDecisive } = happening;
      told.push(`${clock.now() / 1000} ${probe} ${result}${isDecisive ? "!" : ""} ${output}`.trimEnd());
    },
  });
  prober.follow(pod, () => true);
  for (let ms = 0; ms <= seconds * 1000; ms += 500) {
    clock.advance(ms === 0 ? 0 : 500);
    // What is sent comes in a few turns, and no later.
    for (let turn = 0; turn < 30; turn += 1) await new Promise(setImmediate);
  }
  prober.stop();
  const before = asked.length;
  clock.advance(60_000);
  expect(asked.length).toBe(before);
  return { asked, told };
}

const get = (more: JsonObject = {}): JsonObject => ({ httpGet: { path: "/ok", port: "web" }, ...more });
const refused = 'Get "http://10.244.0.5:8080/ok": dial tcp 10.244.0.5:8080: connect: connection refused';

test("it begins after its delay, asks every period, and tells of changes alone", async () => {
  const readinessProbe = get({ initialDelaySeconds: 3, periodSeconds: 5 });
  expect(await probed({ readinessProbe }, [200], 20)).toEqual({
    asked: [3, 8, 13, 18],
    told: ["3 readiness success!"],
  });
});

test("failures are told one by one, and count from the threshold on", async () => {
  const readinessProbe = get({ periodSeconds: 2, failureThreshold: 2 });
  expect(await probed({ readinessProbe }, [200, "refused", 503, 200, 200], 9)).toMatchObject({
    told: [
      "0 readiness success!",
      `2 readiness failure ${refused}`,
      "4 readiness failure! HTTP probe failed with statuscode: 503",
      "6 readiness success!",
    ],
  });
});

test("a success between failures starts the count anew", async () => {
  const livenessProbe = get({ periodSeconds: 1, failureThreshold: 2 });
  expect(await probed({ livenessProbe }, [404, 200, 404, 404], 3.5)).toMatchObject({
    told: [
      "0 liveness failure HTTP probe failed with statuscode: 404",
      "2 liveness failure HTTP probe failed with statuscode: 404",
      "3 liveness failure! HTTP probe failed with statuscode: 404",
    ],
  });
});

test("the startup probe holds the others back", async () => {
  const probes = { startupProbe: get({ periodSeconds: 4 }), livenessProbe: get({ periodSeconds: 1 }) };
  expect(await probed(probes, [200], 8, false)).toEqual({ asked: [0, 4, 8], told: ["0 startup success!"] });
});

test.each<[string, JsonObject, readonly Answer[], string]>([
  ["tcp", { tcpSocket: { port: 81 } }, [], "readiness failure dial tcp 10.244.0.5:81: connect: connection refused"],
  ["exec", { exec: { command: ["cat", "/ready"] } }, ["refused"], "readiness failure not yet"],
  [
    "grpc",
    { grpc: { port: 9 } },
    [],
    'readiness failure timeout: failed to connect service "10.244.0.5:9" within 1s: context deadline exceeded',
  ],
  [
    "https",
    { httpGet: { port: 8080, scheme: "HTTPS", path: "/" } },
    [200],
    'readiness failure Get "https://10.244.0.5:8080/": http: server gave HTTP response to HTTPS client',
  ],
])("a failing %s probe is told in the kubelet's words", async (_, how, answers, wanted) => {
  expect(await probed({ readinessProbe: { ...how, periodSeconds: 60 } }, answers, 1)).toMatchObject({
    told: [`0 ${wanted}`],
  });
});

test("a server that does not answer fails by the timeout", async () => {
  const readinessProbe = get({ timeoutSeconds: 2, periodSeconds: 60 });
  expect(await probed({ readinessProbe }, ["never"], 4)).toMatchObject({
    told: [
      '2 readiness failure Get "http://10.244.0.5:8080/ok": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
  });
});
