import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { startCluster, type TestCluster } from "./cluster.ts";
import { pod } from "./objects.ts";

/** What kubectl speaks: WebSocket by itself, SPDY when it is told so. */
const SPEAKS: readonly [string, NodeJS.ProcessEnv][] = [
  ["WebSocket", {}],
  ["SPDY", { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false", KUBECTL_PORT_FORWARD_WEBSOCKETS: "false" }],
];

async function clusterWithPod(): Promise<TestCluster> {
  const cluster = await startCluster({ runs: true });
  cluster.put(pod("web"));
  return cluster;
}

test.each(SPEAKS)("exec by %s: output, errors, exit code", async (_, env) => {
  const { run, faults } = await clusterWithPod();
  const ran = await run(["exec", "web", "--", "sh", "-c", "echo out; echo err >&2; exit 3"], undefined, env);
  expect(ran).toEqual({ code: 3, stdout: "out\n", stderr: "err\ncommand terminated with exit code 3\n" });
  expect(await run(["exec", "web", "--", "true"], undefined, env)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(faults).toEqual([]);
});

test.each(SPEAKS)("exec by %s: input both ways, as large as it comes", async (_, env) => {
  const { run } = await clusterWithPod();
  const input = "0123456789abcdef\n".repeat(50_000);
  const { stdout } = await run(["exec", "-i", "web", "--", "cat"], input, env);
  expect(stdout).toHaveLength(input.length);
  expect(stdout === input).toBe(true);
  // A program that reads nothing ends all the same.
  expect((await run(["exec", "-i", "web", "--", "true"], input, env)).code).toBe(0);
});

test.each([
  ["web -c none -- ls", "Error from server (BadRequest): container none is not valid for pod web\n"],
  ["none -- ls", 'Error from server (NotFound): pods "none" not found\n'],
  [
    "web -- nosuch",
    'error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "<id>": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\n',
  ],
])("exec %s is refused in upstream's words, by both protocols", async (args, words) => {
  const { run } = await clusterWithPod();
  for (const [, env] of SPEAKS) {
    const { code, stderr } = await run(`exec ${args}`, undefined, env);
    expect([code, stderr.replace(/[0-9a-f]{64}/, "<id>")]).toEqual([1, words]);
  }
});

test("exec into a container that does not run", async () => {
  const { run, put } = await clusterWithPod();
  const waiting = pod("new", { ready: false });
  waiting.status = {
    phase: "Pending",
    containerStatuses: [{ name: "app", state: { waiting: { reason: "ContainerCreating" } } }],
  };
  put(waiting);
  const [websocket, spdy] = await Promise.all(SPEAKS.map(([, env]) => run("exec new -- ls", undefined, env)));
  expect(websocket?.stderr).toBe(
    'error: Internal error occurred: unable to upgrade connection: container not found ("app")\n',
  );
  expect(spdy?.stderr).toBe('error: unable to upgrade connection: container not found ("app")\n');
  const logs = await run("logs new");
  expect(logs.stderr).toBe(
    'Error from server (BadRequest): container "app" in pod "new" is waiting to start: ContainerCreating\n',
  );
  expect((await run("logs web --previous")).stderr).toBe(
    'Error from server (BadRequest): previous terminated container "app" in pod "web" not found\n',
  );
});

test.each(SPEAKS)("cp by %s, there and back", async (_, env) => {
  const { run, dir } = await clusterWithPod();
  const bytes = Buffer.alloc(10_000_000, "learn\n");
  bytes.writeUInt32BE(7, 5_000_000);
  writeFileSync(path.join(dir, "there"), bytes);
  expect((await run("cp there web:/tmp/kept", undefined, env)).stderr).toBe("");
  await run("cp web:/tmp/kept back", undefined, env);
  expect(readFileSync(path.join(dir, "back")).equals(bytes)).toBe(true);
});

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
  });
}

test.each(SPEAKS)("port-forward by %s: many connections at once", async (_, env) => {
  const cluster = await clusterWithPod();
  Object.assign(cluster.env, env);
  const child = cluster.start("port-forward web :80");
  try {
    let port = "";
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      port = /127\.0\.0\.1:(\d+) -> 80/.exec(line)?.[1] ?? "";
      if (port !== "") break;
    }
    const pages = await Promise.all(Array.from({ length: 10 }, () => fetchText(`http://127.0.0.1:${port}/`)));
    for (const page of pages) expect(page).toContain("Welcome to nginx!");
  } finally {
    child.kill();
  }
});

test("the proxy to pods and services", async () => {
  const { run, put } = await clusterWithPod();
  put({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { selector: { app: "web" }, ports: [{ port: 8000, targetPort: 80 }] },
  });
  const base = "/api/v1/namespaces/default";
  expect((await run(`get --raw ${base}/services/web:8000/proxy/`)).stderr).toBe(
    'Error from server (ServiceUnavailable): no endpoints available for service "web"\n',
  );
  put({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.244.0.5"], conditions: { ready: true }, targetRef: { kind: "Pod", name: "web" } }],
    ports: [{ name: "", port: 80 }],
  });
  expect((await run(`get --raw ${base}/services/http:web:8000/proxy/index.html`)).stdout).toContain(
    "Welcome to nginx!",
  );
  expect((await run(`get --raw ${base}/pods/web:80/proxy/`)).stdout).toContain("Welcome to nginx!");
  expect((await run(`get --raw ${base}/pods/web:81/proxy/`)).stderr).toBe(
    "Error from server (ServiceUnavailable): error trying to reach service: dial tcp 10.244.0.5:81: connect: connection refused\n",
  );
  const log = await run("logs web --tail=2 --prefix --timestamps");
  expect(log.stdout).toMatch(
    /^(\[pod\/web\/app\] 2026-01-01T00:00:00\.0+Z 10\.244\.0\.1 - - .* "GET \/(index\.html)? HTTP\/1\.1" 200 .* "127\.0\.0\.1"\n){2}$/,
  );
  expect((await run("logs web --limit-bytes=10")).stdout).toHaveLength(10);
});
