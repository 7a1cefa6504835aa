import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type RawData, WebSocket } from "ws";
import { createCertificate } from "../../../src/sandbox/api/index.ts";
import { routeToService } from "../../../src/sandbox/network/index.ts";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { BrowserDoor, HostProxy } from "../../../src/sandbox/traffic/index.ts";
import { startPods, type TestPods } from "../workloads/container.ts";

const NODE_PORT = 30_080;
const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53";

interface Host {
  readonly pods: TestPods;
  readonly port: number;
  /** The host's own curl, by the proxy. */
  curl(args: readonly string[], input?: Buffer): Promise<{ readonly code: number; readonly out: string }>;
  /** A connection to the node port, past the handshake. */
  dial(): Promise<Socket>;
}

/** One pod behind a node port, and the proxy of the host in front. */
async function startHost(container: JsonObject, spec: JsonObject = {}): Promise<Host> {
  const pods = startPods();
  const own = { containers: [{ name: "app", ...container }], ...spec };
  const pod = pods.pod("web", own);
  const port = Number(container.port);
  pods.put("/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "node-1" },
    status: { addresses: [{ type: "InternalIP", address: "172.18.0.2" }] },
  });
  pods.put("/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { type: "NodePort", clusterIP: "10.96.0.7", ports: [{ name: "", port: 80, nodePort: NODE_PORT }] },
  });
  pods.put("discovery.k8s.io/endpointslices", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    endpoints: [{ addresses: [pod.status?.podIP], conditions: { ready: true }, nodeName: "node-1" }],
    ports: [{ name: "", port }],
  });
  const { network } = pods.workloads;
  const proxy = new HostProxy({
    credentials: { user: "u", password: "p" },
    dial: (address, to) => network.dial({ kind: "host" }, address, to),
  });
  const listening = await proxy.listen(0);
  onTestFinished(() => proxy.close());
  return {
    pods,
    port: listening,
    curl: (args, input) =>
      new Promise((resolve) => {
        const all = ["-sS", "-m", "20", "-x", `socks5h://u:p@127.0.0.1:${listening}`, ...args];
        const env = { PATH: process.env.PATH, CURL_HOME: "/nowhere" };
        const child = execFile("curl", all, { env, maxBuffer: 2 ** 28 }, (error, out, err) => {
          resolve({ code: error ? Number(error.code) : 0, out: out + err });
        });
        child.stdin?.on("error", () => {});
        child.stdin?.end(input ?? "");
      }),
    dial: async () => {
      const socket = createConnection({ port: listening, host: "127.0.0.1", allowHalfOpen: true });
      onTestFinished(() => void socket.destroy());
      socket.write(Buffer.from([5, 1, 2, 1, 1, 117, 1, 112]));
      socket.write(Buffer.from([5, 1, 0, 1, 172, 18, 0, 2, NODE_PORT >> 8, NODE_PORT & 0xff]));
      let got = Buffer.alloc(0);
      while (got.length < 14) got = Buffer.concat([got, ...((await once(socket, "data")) as Buffer[])]);
      expect([...got.subarray(0, 6)]).toEqual([5, 2, 1, 0, 5, 0]);
      return socket;
    },
  };
}

const URL_OF = `http://172.18.0.2:${NODE_PORT}`;

/** Sends text and bytes over a WebSocket, and gives what comes back. */
async function echoed(socket: WebSocket): Promise<readonly RawData[]> {
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send("text");
  socket.send(Buffer.from([0, 255]));
  const found: RawData[] = [];
  await new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      if (found.push(data) === 2) resolve();
    });
  });
  socket.close(1000);
  await once(socket, "close");
  return found;
}

const ECHOED = [Buffer.from("text"), Buffer.from([0, 255])];

test("a WebSocket by SOCKS", async () => {
  const { dial, pods } = await startHost({ image: "mccutchen/go-httpbin", port: 8080 });
  const connection = await dial();
  const socket = new WebSocket(`ws://172.18.0.2:${NODE_PORT}/websocket/echo`, { createConnection: () => connection });
  expect(await echoed(socket)).toEqual(ECHOED);
  while (pods.workloads.network.open > 0) await new Promise((resolve) => setImmediate(resolve));
});

test("a WebSocket by a browser's door: for whom the door knows", async () => {
  const { pods } = await startHost({ image: "mccutchen/go-httpbin", port: 8080 });
  const { network } = pods.workloads;
  const faults: unknown[] = [];
  const door = new BrowserDoor({
    dial: async () => {
      const service = pods.store.get("/services", "default", "web");
      if (service === undefined) return { kind: "unreachable" };
      return network.follow({ kind: "node" }, routeToService(pods.store, service, undefined, network.choice));
    },
    name: "default/web",
    log: (...fault) => faults.push(fault),
  });
  const url = new URL(await door.listen());
  onTestFinished(() => door.close());
  const [, token = ""] = /\/_open\/([^/]+)\//.exec(url.pathname) ?? [];
  const at = `ws://${url.host}/websocket/echo`;
  const Cookie = `learn-istio-${url.port}=${token}`;
  expect(await echoed(new WebSocket(at, { headers: { Cookie, Origin: url.origin } }))).toEqual(ECHOED);
  for (const headers of [{}, { Cookie, Origin: "http://evil.example" }, { Cookie, Host: "evil.example" }]) {
    const refused = new WebSocket(at, { headers: headers as Record<string, string> });
    const [error] = (await once(refused, "error")) as [Error];
    expect(error.message).toBe("socket hang up");
  }
  expect([network.open, faults]).toEqual([0, []]);
});

test("TLS is between the host and the pod: the proxy sees bytes alone", async () => {
  const { cert, key } = createCertificate(Date.now());
  const folder = mkdtempSync(path.join(tmpdir(), "li-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, "ca.pem"), cert);
  const { curl, pods } = await startHost(
    {
      image: AGNHOST,
      port: 8443,
      args: ["netexec", "--http-port=8443", "--tls-cert-file=/tls/tls.crt", "--tls-private-key-file=/tls/tls.key"],
      volumeMounts: [{ name: "tls", mountPath: "/tls" }],
    },
    { volumes: [{ name: "tls", secret: { secretName: "tls" } }] },
  );
  const data = { "tls.crt": Buffer.from(cert).toString("base64"), "tls.key": Buffer.from(key).toString("base64") };
  pods.put("/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "tls", namespace: "default" }, data });
  const named = ["--connect-to", `kubernetes:443:172.18.0.2:${NODE_PORT}`, "https://kubernetes/hostname"];
  expect(await curl(["--cacert", path.join(folder, "ca.pem"), ...named])).toEqual({ code: 0, out: "web" });
  expect((await curl(named)).code).toBe(60);
  expect((await curl(["-k", `${URL_OF.replace("http", "https")}/hostname`])).out).toBe("web");
});

test("20 MB up, which curl announces first, and 20 MB down", async () => {
  const { curl, pods } = await startHost({ image: "mccutchen/go-httpbin", port: 8080 });
  const body = Buffer.alloc(20_000_000, "learn-istio\n");
  const up = await curl(["-v", "-H", "Content-Type: text/plain", "--data-binary", "@-", `${URL_OF}/post`], body);
  expect(up.out).toContain("< HTTP/1.1 100 Continue");
  expect(up.out.length).toBeGreaterThan(body.length);
  const down = ["-o", "/dev/null", "-w", "%{size_download}", `${URL_OF}/stream-bytes/20000000`];
  expect((await curl(down)).out).toBe("20000000");
  expect(pods.workloads.network.open).toBe(0);
});

test("a client that sends its request byte by byte, and one that reads nothing", async () => {
  const { dial, pods } = await startHost({ image: "mccutchen/go-httpbin", port: 8080 });
  const slow = await dial();
  for (const byte of "GET /status/201 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") {
    slow.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  let text = "";
  for await (const chunk of slow) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
  const deaf = await dial();
  deaf.pause();
  deaf.write("GET /stream-bytes/60000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  // The pod waits for it: others are served, and what is on its way is bounded.
  const before = process.memoryUsage().arrayBuffers;
  const other = await dial();
  other.end("GET /status/204 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  for await (const _ of other);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  deaf.destroy();
  while (pods.workloads.network.open > 0) await new Promise((resolve) => setImmediate(resolve));
});

test("a thousand at once by SOCKS, each with its own answer, and none is left", async () => {
  const { dial, pods } = await startHost({ image: AGNHOST, args: ["netexec"], port: 8080 });
  const sockets = await Promise.all(Array.from({ length: 1000 }, dial));
  expect(pods.workloads.network.open).toBe(1000);
  const answers = await Promise.all(
    sockets.map(async (socket, index) => {
      socket.end(`GET /echo?msg=${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      let text = "";
      for await (const chunk of socket) text += chunk;
      return text.split("\r\n\r\n")[1];
    }),
  );
  expect(answers).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)));
  while (pods.workloads.network.open > 0) await new Promise((resolve) => setImmediate(resolve));
});
