import { connect, type TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import type { Containers } from "../../../src/sandbox/api/index.ts";
import { pod } from "../kubectl/objects.ts";
import { startServer, type TestServer } from "./client.ts";
import { seeded } from "./seeded.ts";

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 300);
const PATHS = [
  "exec?command=cat&stdin=1&stdout=1",
  "attach?stdout=true&tty=1",
  "portforward",
  "exec",
  "log",
  "exec?command=%ff&stdin=true",
];

const echoing: Containers = {
  exec: async (_at, _command, io) => {
    if (!io.stdin) return { code: 0 };
    for (let next = await io.stdin.next(); !next.done; next = await io.stdin.next()) await io.stdout?.(next.value);
    return { code: 0 };
  },
  attach: async () => ({ code: 0 }),
  forward: async () => ({ kind: "refused" }),
  dial: async () => ({ kind: "refused" }),
};

/** Sends bytes, gives all that comes back until the server ends it or a moment after it has switched protocols. */
function send(port: number, ca: string, bytes: readonly Buffer[], waits = false): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket: TLSSocket = connect({ port, host: "127.0.0.1", ca }, () => {
      for (const part of bytes) socket.write(part);
      if (!waits) socket.end();
    });
    socket.on("data", (chunk) => {
      socket.end();
      text += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

function head(path: string, headers: readonly string[]): Buffer {
  return Buffer.from(
    [`GET /api/v1/namespaces/default/pods/web/${path} HTTP/1.1`, "Host: localhost", ...headers, "", ""].join("\r\n"),
  );
}

const TOKEN = "Authorization: Bearer a-token-for-tests";
const WEBSOCKET = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
const SPDY = ["Connection: Upgrade", "Upgrade: SPDY/3.1"];

async function serve(): Promise<TestServer> {
  const server = await startServer({ containers: echoing });
  server.put(pod("web"));
  return server;
}

test.each([
  ["without a token", [...WEBSOCKET, "Sec-WebSocket-Protocol: v5.channel.k8s.io"], /^HTTP\/1\.1 401 /],
  [
    "no protocol that is served",
    [TOKEN, ...WEBSOCKET, "Sec-WebSocket-Protocol: v9"],
    /^HTTP\/1\.1 403 .*unable to negotiate protocol/s,
  ],
  [
    "SPDY, no version that is served",
    [TOKEN, ...SPDY, "X-Stream-Protocol-Version: v1"],
    /^HTTP\/1\.1 403 .*unable to negotiate/s,
  ],
  ["another upgrade", [TOKEN, "Connection: Upgrade", "Upgrade: h2c"], /^HTTP\/1\.1 400 .*Upgrade request required/s],
  ["no upgrade", [TOKEN, "Connection: close"], /^HTTP\/1\.1 400 .*Upgrade request required/s],
  [
    "WebSocket",
    [TOKEN, ...WEBSOCKET, "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io"],
    /^HTTP\/1\.1 101 .*v5\.channel/s,
  ],
  [
    "SPDY",
    [TOKEN, ...SPDY, "X-Stream-Protocol-Version: v4.channel.k8s.io"],
    /^HTTP\/1\.1 101 .*X-Stream-Protocol-Version: v4/s,
  ],
])("exec %s", async (_, headers, answer) => {
  const { port, server } = await serve();
  expect(await send(port, server.certificate.cert, [head("exec?command=ls&stdout=1", headers)], true)).toMatch(answer);
});

test("malformed upgrades and frames: every one is answered or ended, and the server goes on", async () => {
  const { port, server, call, faults } = await serve();
  const random = seeded(11);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const noise = (): Buffer => Buffer.from(Array.from({ length: below(200) }, () => below(256)));
  const frame = (): Buffer => {
    const bytes = noise();
    if (bytes.length < 8) return bytes;
    // Often near enough to a frame of either protocol to get past the first look.
    if (below(2) === 0) {
      bytes.writeUInt32BE(0x8003_0000 + below(12), 0);
      bytes.writeUInt32BE(below(3) === 0 ? below(0x100_0000) : bytes.length - 8, 4);
    } else {
      bytes[0] = 0x80 + below(16);
      bytes[1] = 0x80 + below(127);
    }
    return bytes;
  };
  const version = [
    "X-Stream-Protocol-Version: v4.channel.k8s.io",
    "X-Stream-Protocol-Version: portforward.k8s.io",
    "X-Stream-Protocol-Version: ",
  ];
  const protocol = [
    "Sec-WebSocket-Protocol: v5.channel.k8s.io",
    "Sec-WebSocket-Protocol: SPDY/3.1+portforward.k8s.io",
    "Sec-WebSocket-Protocol: ,,",
  ];
  const one = (): Promise<string> => {
    const spoken = below(2) === 0 ? [...SPDY, pick(version)] : [...WEBSOCKET, pick(protocol)];
    const headers = spoken.filter(() => below(20) > 0);
    return send(port, server.certificate.cert, [
      head(pick(PATHS), [TOKEN, ...headers]),
      ...Array.from({ length: below(4) }, frame),
    ]);
  };
  for (let done = 0; done < ROUNDS; done += 20) await Promise.all(Array.from({ length: 20 }, one));
  expect(faults).toEqual([]);
  expect((await call("/readyz")).code).toBe(200);
  await expect.poll(() => server.openStreams, { timeout: 20_000 }).toBe(0);
}, 600_000);
