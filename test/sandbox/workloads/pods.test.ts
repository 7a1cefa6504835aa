import { expect, test } from "vitest";
import type { LogOptions } from "../../../src/sandbox/api/index.ts";
import { startPods, type TestPods } from "./container.ts";

function webService({ put, pod }: TestPods, image = "nginx:1.27"): void {
  const web = pod("web", { container: { image } });
  put("/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 8000, targetPort: 80 }] },
  });
  put("discovery.k8s.io/endpointslices", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", namespace: "default", labels: { "kubernetes.io/service-name": "web" } },
    endpoints: [{ addresses: [web.status?.podIP], conditions: { ready: true }, targetRef: { name: "web" } }],
    ports: [{ name: "http", port: 80 }],
  });
}

test.each([
  ["web:8000", "200", ""],
  ["web.default:8000", "200", ""],
  ["web.default.svc.cluster.local:8000/none", "404", ""],
  ["10.96.0.20:8000", "200", ""],
  ["10.244.0.5", "200", ""],
  ["web.other:8000", "000", "curl: (6) Could not resolve host: web.other\n"],
  ["example.com", "000", "curl: (6) Could not resolve host: example.com\n"],
  [
    "10.244.0.5:81",
    "000",
    "curl: (7) Failed to connect to 10.244.0.5 port 81 after <n> ms: Could not connect to server\n",
  ],
  ["localhost", "000", "curl: (7) Failed to connect to localhost port 80 after <n> ms: Could not connect to server\n"],
  ["https://web:8000", "000", "curl: (35) TLS connect error: error:0A00010B:SSL routines::wrong version number\n"],
  ["ftp://web", "", 'curl: (3) Protocol "ftp" not supported\n'],
])("curl %s from a pod", async (url, status, error) => {
  const pods = startPods();
  webService(pods);
  const { out, err } = await pods.run(pods.pod("client"), [
    "curl",
    "-sS",
    "-o",
    "/dev/null",
    "-w",
    "%{http_code}",
    url,
  ]);
  expect([out, err.replace(/\d+ ms/, "<n> ms")]).toEqual([status, error]);
});

test("a service without endpoints refuses", async () => {
  const pods = startPods();
  webService(pods);
  pods.store.remove("discovery.k8s.io/endpointslices", "default", "web-1");
  const { err, exit } = await pods.run(pods.pod("client"), ["curl", "-s", "-S", "web:8000"]);
  expect(err).toMatch(/^curl: \(7\) Failed to connect to web port 8000 after \d+ ms: Could not connect to server\n$/);
  expect(exit).toEqual({ code: 7 });
});

test("an image that is not known listens nowhere, whatever ports it declares", async () => {
  const pods = startPods();
  pods.pod("own", { container: { image: "example/own", ports: [{ containerPort: 8080 }] } });
  expect((await pods.run(pods.pod("client"), ["curl", "-s", "10.244.0.5:8080"])).exit).toEqual({ code: 7 });
});

test("httpbin answers as httpbin does", async () => {
  const pods = startPods();
  pods.pod("bin", { container: { image: "docker.io/mccutchen/go-httpbin:v2.15.0" } });
  const client = pods.pod("client");
  const got = await pods.run(client, ["curl", "-s", "10.244.0.5:8080/get?a=1", "-H", "X-Own: yes"]);
  expect(JSON.parse(got.out)).toMatchObject({
    args: { a: ["1"] },
    headers: { "X-Own": ["yes"] },
    origin: "10.244.0.6",
  });
  const failed = await pods.run(client, ["curl", "-sf", "10.244.0.5:8080/status/503"]);
  expect(failed.exit).toEqual({ code: 22 });
  const posted = await pods.run(client, ["curl", "-s", "10.244.0.5:8080/post", "-d", "k=v"]);
  expect(JSON.parse(posted.out)).toMatchObject({ form: { k: ["v"] }, method: "POST" });
});

test("names are asked for and found", async () => {
  const pods = startPods();
  webService(pods);
  const client = pods.pod("client");
  expect((await pods.run(client, ["nslookup", "web"])).out).toContain(
    "Name:\tweb.default.svc.cluster.local\nAddress: 10.96.0.20\n",
  );
  expect(await pods.run(client, ["nslookup", "none"])).toMatchObject({
    out: expect.stringContaining("** server can't find none: NXDOMAIN"),
    exit: { code: 1 },
  });
  expect((await pods.run(client, ["wget", "-qO-", "web:8000"])).out).toContain("Welcome to nginx!");
  expect((await pods.run(client, ["wget", "-qO-", "none"])).err).toBe("wget: bad address 'none'\n");
});

test("the environment: fields, resources, objects, services, references", async () => {
  const pods = startPods();
  webService(pods);
  pods.put("/configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "default" },
    data: { one: "1", two: "2" },
  });
  const data = { pass: Buffer.from("word").toString("base64") };
  pods.put("/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "default" }, data });
  const env = [
    { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "LABEL", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    { name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
    { name: "TWO", valueFrom: { configMapKeyRef: { name: "c", key: "two" } } },
    { name: "PASS", valueFrom: { secretKeyRef: { name: "s", key: "pass" } } },
    { name: "BOTH", value: "$(NAME)-$(TWO)-$(NONE)-$$(TWO)" },
  ];
  const container = {
    env,
    envFrom: [{ prefix: "C_", configMapRef: { name: "c" } }],
    resources: { limits: { memory: "64Mi" } },
  };
  const { out } = await pods.run(pods.pod("me", { container }), ["env"]);
  const found = Object.fromEntries(
    out
      .trim()
      .split("\n")
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
  expect(found).toMatchObject({
    NAME: "me",
    LABEL: "me",
    IP: "10.244.0.6",
    MEMORY: "64",
    TWO: "2",
    PASS: "word",
    BOTH: "me-2-$(NONE)-$(TWO)",
    C_one: "1",
    HOSTNAME: "me",
    WEB_SERVICE_HOST: "10.96.0.20",
    WEB_PORT_8000_TCP: "tcp://10.96.0.20:8000",
  });
});

test("volumes: a ConfigMap follows its object, an emptyDir is shared, both sides see it", async () => {
  const pods = startPods();
  const map = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", namespace: "default" },
    data: { "a.txt": "old" },
  };
  const stored = pods.put("/configmaps", map);
  const volumeMounts = [
    { name: "conf", mountPath: "/conf" },
    { name: "work", mountPath: "/shared" },
    { name: "about", mountPath: "/about" },
  ];
  const both = pods.pod("both", {
    containers: ["one", "two"].map((name) => ({ name, image: "busybox", command: ["sleep", "9"], volumeMounts })),
    volumes: [
      { name: "conf", configMap: { name: "c" } },
      { name: "work", emptyDir: {} },
      { name: "about", downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
    ],
  });
  expect((await pods.run(both, ["sh", "-c", "cat /conf/a.txt /about/labels; echo x > /conf/b"])).err).toBe(
    "sh: can't create /conf/b: Read-only file system\n",
  );
  pods.store.update("/configmaps", { ...stored, data: { "a.txt": "new" } });
  await pods.run(both, ["sh", "-c", "cat /conf/a.txt /about/labels > /shared/x"]);
  const io = {
    stdin: undefined,
    stderr: undefined,
    tty: false,
    onResize: () => {},
    signal: new AbortController().signal,
  };
  const out: string[] = [];
  await pods.workloads.exec({ pod: both, container: "two" }, ["cat", "/shared/x"], {
    ...io,
    stdout: async (chunk) => void out.push(chunk.toString()),
  });
  expect(out.join("")).toBe('newapp="both"');
});

async function logOf(
  { workloads }: TestPods,
  pod: Parameters<TestPods["run"]>[0],
  options: Partial<LogOptions> = {},
): Promise<string[]> {
  const all = {
    follow: false,
    previous: false,
    timestamps: false,
    tailLines: undefined,
    sinceSeconds: undefined,
    sinceTime: undefined,
    limitBytes: undefined,
  };
  const lines: string[] = [];
  for await (const line of workloads.logs(pod, "app", { ...all, signal: new AbortController().signal, ...options }))
    lines.push(line);
  return lines;
}

test("a server's log: how it began, then each request", async () => {
  const pods = startPods();
  webService(pods);
  const web = pods.store.get("/pods", "default", "web");
  if (!web) throw new Error("no pod");
  const before = await logOf(pods, web);
  expect(before[0]).toContain("/docker-entrypoint.sh");
  await pods.run(pods.pod("client"), ["curl", "-s", "web:8000/x"]);
  expect(await logOf(pods, web, { tailLines: 1, timestamps: true })).toEqual([
    expect.stringMatching(
      /^2026-01-01T00:00:00.000000000Z 10\.244\.0\.6 - - \[01\/Jan\/2026:00:00:00 \+0000\] "GET \/x HTTP\/1\.1" 404 \d+ "-" "curl\/8/,
    ),
  ]);
  expect(await logOf(pods, web)).toHaveLength(before.length + 1);
});

test("gunicorn listens where it is told, and writes requests down where it is told", async () => {
  const pods = startPods();
  const command = ["gunicorn", "--access-logfile", "-", "-b", "0.0.0.0:8080", "httpbin:app"];
  const bin = pods.pod("bin", { container: { image: "docker.io/kennethreitz/httpbin", command } });
  await pods.run(pods.pod("client"), ["curl", "-s", "-A", "me", "10.244.0.5:8080/status/404"]);
  expect(await logOf(pods, bin)).toEqual([
    "[2026-01-01 00:00:00 +0000] [1] [INFO] Starting gunicorn 19.9.0",
    "[2026-01-01 00:00:00 +0000] [1] [INFO] Listening at: http://0.0.0.0:8080 (1)",
    "[2026-01-01 00:00:00 +0000] [1] [INFO] Using worker: gevent",
    '10.244.0.6 - - [01/Jan/2026:00:00:00 +0000] "GET /status/404 HTTP/1.1" 404 0 "-" "me"',
  ]);
  const quiet = pods.pod("quiet", { container: { image: "kong/httpbin" } });
  const got = await pods.run(pods.pod("other"), [
    "curl",
    "-s",
    "-w",
    "%{http_code}",
    "-o",
    "/dev/null",
    "10.244.0.7/get",
  ]);
  expect(got.out).toBe("200");
  expect(await logOf(pods, quiet)).toHaveLength(3);
});

test("a command's log is what it prints, followed to its end", async () => {
  const pods = startPods();
  const command = ["sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.01; done"];
  const talker = pods.pod("talker", { container: { image: "busybox", command } });
  const reading = logOf(pods, talker, { follow: true });
  const seen = pods.run(talker, ["sh", "-c", "sleep 0.2"]);
  await seen;
  pods.store.remove("/pods", "default", "talker");
  expect(await reading).toEqual(["line 1", "line 2", "line 3"]);
});
