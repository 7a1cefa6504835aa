import type { ChildProcess } from "node:child_process";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { pod } from "./objects.ts";

/** What kubectl speaks: WebSocket by itself, SPDY when it is told so. */
const SPEAKS: readonly [string, NodeJS.ProcessEnv][] = [
  ["WebSocket", {}],
  ["SPDY", { KUBECTL_PORT_FORWARD_WEBSOCKETS: "false" }],
];

async function clusterWith(image: string, args?: readonly string[]): Promise<TestCluster> {
  const cluster = await startCluster({ runs: true });
  const web: JsonObject = pod("web");
  Object.assign(web.spec.containers[0], { image, ...(args && { args }) });
  cluster.put(web);
  return cluster;
}

interface Forwarded {
  readonly port: number;
  /** What it has said on its standard error when it ends. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** `kubectl port-forward pod/web :PORT`, as soon as it listens. */
async function forward(cluster: TestCluster, port: number, env: NodeJS.ProcessEnv): Promise<Forwarded> {
  Object.assign(cluster.env, env);
  const child: ChildProcess = cluster.start(`port-forward web :${port}`);
  onTestFinished(() => void child.kill());
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, stderr }));
  });
  const said = await heard(child.stdout, (bytes) => /127\.0\.0\.1:\d+ -> /.test(bytes.toString()));
  return { port: Number(/127\.0\.0\.1:(\d+) -> /.exec(said.toString())?.[1]), ended };
}

/** What comes until it is enough. The stream stays open: a kubectl that cannot print any more ends. */
function heard(stream: NodeJS.ReadableStream | null, isEnough: (bytes: Buffer) => boolean): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    stream?.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (isEnough(bytes)) resolve(bytes);
    });
    stream?.on("end", () => reject(new Error(`it ended after ${bytes}`)));
  });
}

/** A connection whose own end does not end the other side's. */
async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return socket;
}

async function rest(socket: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Runs a program in the pod, by kubectl, and gives its input and output. */
function inPod({ start }: TestCluster, command: string): ChildProcess {
  const child = start(`exec -i web -- ${command}`, "pipe");
  onTestFinished(() => void child.kill());
  return child;
}

test.each(SPEAKS)("raw bytes both ways by %s, between a client and a program in the pod", async (_, env) => {
  const cluster = await clusterWith("busybox:1.37", ["sleep", "1000"]);
  const { port } = await forward(cluster, 7000, env);
  const program = inPod(cluster, "nc -lv -p 7000");
  const ended = new Promise((resolve) => program.on("close", resolve));
  await heard(program.stderr, (bytes) => bytes.toString() === "listening on [::]:7000 ...\n");
  const all = Buffer.from(Array.from({ length: 256 }, (_unused, byte) => byte));
  const sent = Buffer.concat(Array.from({ length: 4000 }, () => all));
  const client = await dial(port);
  client.write(sent);
  expect((await heard(program.stdout, ({ length }) => length === sent.length)).equals(sent)).toBe(true);
  program.stdin?.write(all);
  expect((await heard(client, ({ length }) => length === all.length)).equals(all)).toBe(true);
  // The program ends with its client.
  client.end();
  expect(await ended).toBe(0);
});

test.each(SPEAKS)("a client that has said all still gets its answer by %s", async (_, env) => {
  const cluster = await clusterWith("istio/tcp-echo-server:1.3", ["9000", "hi"]);
  const { port } = await forward(cluster, 9000, env);
  const client = await dial(port);
  client.end(Buffer.from("you\n\xff\x00\n", "latin1"));
  expect((await rest(client)).toString("latin1")).toBe("hi you\nhi \xff\x00\n");
});

test.each(SPEAKS)(
  "a pod that is deleted: its connections are cut by %s, and the next one ends kubectl",
  async (_, env) => {
    const cluster = await clusterWith("istio/tcp-echo-server:1.3", ["9000", "hi"]);
    const { port, ended } = await forward(cluster, 9000, env);
    const open = await dial(port);
    open.write("you\n");
    expect(String(await heard(open, (bytes) => bytes.includes("\n")))).toBe("hi you\n");
    cluster.store.remove("/pods", "default", "web");
    await new Promise((resolve) => open.once("end", resolve));
    expect((await rest(await dial(port))).toString()).toBe("");
    const { code, stderr } = await ended;
    expect(stderr).toMatch(
      /an error occurred forwarding \d+ -> 9000: error forwarding port 9000 to pod [0-9a-f-]+, uid : .*is closed[\s\S]*\nerror: lost connection to pod\n$/,
    );
    expect(code).toBe(1);
  },
);
