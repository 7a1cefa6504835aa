import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { expect, test } from "vitest";
import { type RawData, WebSocket } from "ws";
import { createCertificate } from "../../../src/sandbox/api/index.ts";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { node, pod } from "./objects.ts";

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53";
const WEB = "/api/v1/namespaces/default/pods/web";

async function clusterWith(container: JsonObject, spec: JsonObject = {}): Promise<TestCluster> {
  const cluster = await startCluster({ runs: true });
  const web: JsonObject = pod("web");
  Object.assign(web.spec, spec);
  Object.assign(web.spec.containers[0], container);
  cluster.put(web);
  return cluster;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask({ address, token, server }: TestCluster, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `https://${address}${path}`,
      {
        ca: server.certificate.cert,
        agent: false,
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, ...(body && { expect: "100-continue" }) },
      },
      async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk as Buffer);
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() });
      },
    );
    asked.on("error", reject);
    if (body === undefined) asked.end();
    // Who is asked to wait begins when it is told to.
    else asked.once("continue", () => asked.end(body));
    asked.flushHeaders();
  });
}

function webSocket({ address, token, server }: TestCluster, path: string, protocols: string[] = []): WebSocket {
  return new WebSocket(`wss://${address}${path}`, protocols, {
    ca: server.certificate.cert,
    headers: { authorization: `Bearer ${token}` },
  });
}

/** The next messages, as many as are wanted. */
function messages(socket: WebSocket, count: number): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const take = (data: RawData): void => {
      found.push(data as Buffer);
      if (found.length < count) return;
      socket.off("message", take);
      resolve(found);
    };
    socket.on("message", take).on("error", reject);
  });
}

test("a WebSocket goes through to the pod and back", async () => {
  const cluster = await clusterWith({ image: "mccutchen/go-httpbin" });
  const socket = webSocket(cluster, `${WEB}:8080/proxy/websocket/echo`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send("text");
  socket.send(Buffer.from([0, 255, 10]));
  expect(await messages(socket, 2)).toEqual([Buffer.from("text"), Buffer.from([0, 255, 10])]);
  socket.close(1000);
  await new Promise((resolve) => socket.once("close", resolve));
});

test("ports by channels, as the JavaScript client forwards them", async () => {
  const cluster = await clusterWith({ image: "istio/tcp-echo-server:1.3", args: ["9000,9001", "hi"] });
  const socket = webSocket(cluster, `${WEB}/portforward?ports=9000,9001&ports=9002`, ["v4.channel.k8s.io"]);
  // Each channel begins with its port, little-endian.
  const begin = await messages(socket, 7);
  const heads = begin.slice(0, 6).map((one) => [one[0], one.readUInt16LE(1)]);
  expect(heads).toEqual([0, 1, 2, 3, 4, 5].map((channel) => [channel, 9000 + Math.floor(channel / 2)]));
  expect(begin[6]?.[0]).toBe(5);
  expect(begin[6]?.subarray(1).toString()).toMatch(/^error forwarding port 9002 to pod .*connection refused/);
  for (const channel of [2, 0]) {
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from("you\n")]));
    const [answer] = await messages(socket, 1);
    expect([answer?.[0], answer?.subarray(1).toString()]).toEqual([channel, "hi you\n"]);
  }
  cluster.store.remove("/pods", "default", "web");
  await new Promise((resolve) => socket.once("close", resolve));
});

test.each([
  ["/there?a=b", `${WEB}:8080/proxy/there?a=b`],
  ["there", "there"],
  ["http://10.244.0.5:8080/there/", `${WEB}:8080/proxy/there/`],
  ["http://elsewhere.example/there", "http://elsewhere.example/there"],
  [`${WEB}:8080/proxy/there`, `${WEB}:8080/proxy/there`],
])("a redirect to %s leads to %s", async (location, expected) => {
  const cluster = await clusterWith({ image: AGNHOST, args: ["netexec"] });
  const found = await ask(cluster, `${WEB}:8080/proxy/redirect?code=301&location=${encodeURIComponent(location)}`);
  expect([found.status, found.headers.location]).toEqual([301, expected]);
});

test("the links of a page lead through the proxy, nothing else of it changes", async () => {
  const page = [
    '<html><body class="/a"><!-- <a href="/no"> -->',
    "<a title='x' href=\"/b?c=d&amp;e\">/f</a> <img src=/g.png alt=/h> <A HREF='../i'>",
    '<script src="/j.js">if (a < b) "/k"</script><a href="//elsewhere.example/l">ü</a>',
  ].join("\n");
  const cluster = await clusterWith(
    { image: "nginx", volumeMounts: [{ name: "page", mountPath: "/usr/share/nginx/html" }] },
    { volumes: [{ name: "page", configMap: { name: "page" } }] },
  );
  cluster.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "page" },
    data: { "index.html": page, "page.txt": page },
  });
  const base = `${WEB}:80/proxy`;
  expect((await ask(cluster, `${base}/`)).body).toBe(
    page.replace('"/b?', `"${base}/b?`).replace("=/g.png", `="${base}/g.png"`).replace('"/j.js"', `"${base}/j.js"`),
  );
  expect((await ask(cluster, `${base}/page.txt`)).body).toBe(page);
});

test("https:NAME:PORT speaks TLS with the pod, whoever has signed its certificate", async () => {
  const { cert, key } = createCertificate(Date.now());
  const data = { "tls.crt": Buffer.from(cert).toString("base64"), "tls.key": Buffer.from(key).toString("base64") };
  const cluster = await clusterWith(
    {
      image: AGNHOST,
      args: ["netexec", "--http-port=8443", "--tls-cert-file=/tls/tls.crt", "--tls-private-key-file=/tls/tls.key"],
      volumeMounts: [{ name: "tls", mountPath: "/tls" }],
    },
    { volumes: [{ name: "tls", secret: { secretName: "tls" } }] },
  );
  cluster.put({ apiVersion: "v1", kind: "Secret", metadata: { name: "tls" }, data });
  const at = "/api/v1/namespaces/default/pods";
  expect((await cluster.run(`get --raw ${at}/https:web:8443/proxy/hostname`)).stdout).toBe("web");
  expect((await cluster.run(`get --raw ${at}/ftp:web:8443/proxy/`)).stderr).toBe(
    'Error from server (BadRequest): invalid pod request "ftp:web:8443"\n',
  );
  const plain = await clusterWith({ image: AGNHOST, args: ["netexec"] });
  expect((await plain.run(`get --raw ${at}/https:web:8080/proxy/hostname`)).stderr).toBe(
    "Error from server (ServiceUnavailable): error trying to reach service: http: server gave HTTP response to HTTPS client\n",
  );
});

test("a body of 20 MB from a client that waits to be asked for it", async () => {
  const cluster = await clusterWith({ image: "mccutchen/go-httpbin" });
  const body = Buffer.alloc(20_000_000, "learn-istio\n");
  const answer = await ask(cluster, `${WEB}:8080/proxy/post`, body);
  const { data } = JSON.parse(answer.body) as { data: string };
  expect([answer.status, data.length, data.endsWith(body.subarray(-100).toString())]).toEqual([200, 20_000_000, true]);
});

test("a node's kubelet shows its pods, what they use, and its configuration", async () => {
  const cluster = await clusterWith({ image: "nginx:1.27" });
  cluster.put(node("node-1"));
  const raw = async (path: string): Promise<string> =>
    (await cluster.run(`get --raw /api/v1/nodes/node-1/proxy${path}`)).stdout;
  expect(await raw("/healthz")).toBe("ok");
  expect(JSON.parse(await raw("/pods")).items).toMatchObject([{ metadata: { name: "web" } }]);
  expect(JSON.parse(await raw("/stats/summary"))).toMatchObject({
    node: { nodeName: "node-1", memory: { workingSetBytes: expect.any(Number) } },
    pods: [{ podRef: { name: "web", namespace: "default" }, containers: [{ name: "app" }] }],
  });
  expect(JSON.parse(await raw("/configz")).kubeletconfig).toMatchObject({
    clusterDomain: "cluster.local",
    port: 10250,
  });
  expect(await raw("/metrics")).toContain('kubelet_node_name{node="node-1"} 1\n');
  expect(await raw("/metrics")).toContain("kubelet_running_pods 1\n");
  expect(await raw("/metrics/resource")).toMatch(
    /^# HELP container_cpu_usage_seconds_total[\s\S]*\ncontainer_memory_working_set_bytes\{container="app",namespace="default",pod="web"\} \d+ 1767225600000\n/,
  );
  const missing = await cluster.run("get --raw /api/v1/nodes/node-1/proxy/nothing");
  expect(missing.stderr).toBe("Error from server (NotFound): the server could not find the requested resource\n");
});
