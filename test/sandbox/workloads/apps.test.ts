import { expect, test } from "vitest";
import type { KubeObject } from "../../../src/sandbox/objects/index.ts";
import { loadReport } from "../../../src/sandbox/workloads/programs/fortio-report.ts";
import { startPods, type TestPods } from "./container.ts";

const REGISTRY = "registry.istio.io/release/examples-";

/** A service of the pods that were made, on the port that they serve. */
function service({ put, store }: TestPods, name: string, port: number, ...pods: readonly KubeObject[]): void {
  put("/services", {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { clusterIP: `10.96.0.${20 + store.list("/services").length}`, ports: [{ name: "http", port }] },
  });
  put("discovery.k8s.io/endpointslices", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    endpoints: pods.map(({ status }) => ({ addresses: [status?.podIP], conditions: { ready: true } })),
    ports: [{ name: "http", port }],
  });
}

function bookinfo(pods: TestPods, ...names: readonly string[]): void {
  for (const name of names) {
    const image = `${REGISTRY}bookinfo-${name}:1.20.3`;
    const [short = ""] = name.split("-");
    service(pods, short, 9080, pods.pod(name, { container: { image } }));
  }
}

test("Bookinfo in pods: the page is made of what the others say, each over the cluster's network", async () => {
  const pods = startPods({ secondMs: () => 0 });
  bookinfo(pods, "productpage-v1", "details-v1", "reviews-v3", "ratings-v1");
  const { out } = await pods.run(pods.pod("client"), ["curl", "-s", "productpage:9080/productpage"]);
  expect(out.match(/glyphicon glyphicon-star|text-red-500|reviews-v3|1234567890|Error fetching/g)).toEqual([
    "1234567890",
    "text-red-500",
    ...new Array(5).fill("glyphicon glyphicon-star"),
    "reviews-v3",
    "text-red-500",
    ...new Array(4).fill("glyphicon glyphicon-star"),
    "reviews-v3",
  ]);
  const ratings = pods.store.get("/pods", "default", "ratings-v1") as KubeObject;
  const log: string[] = [];
  for await (const line of pods.workloads.logs(ratings, "app", {} as never)) log.push(line);
  expect(log).toEqual(["Server listening on: http://0.0.0.0:9080", "GET /ratings/0"]);
});

test("a backend that is not there", async () => {
  const pods = startPods({ secondMs: () => 0 });
  bookinfo(pods, "productpage-v1", "reviews-v2");
  const client = pods.pod("client");
  const show = [
    "curl",
    "-s",
    "-w",
    " %{http_code}\n",
    "productpage:9080/api/v1/products/0",
    "productpage:9080/api/v1/products/0/reviews",
  ];
  const [details = "", reviews = ""] = (await pods.run(client, show)).out.split("\n");
  expect(details).toBe('{"error": "Sorry, product details are currently unavailable for this book."} 500');
  expect(reviews).toMatch(/"rating": {"error": "Ratings service is currently unavailable"}.* 200$/);
});

test("reviews take a while to listen, as a Java server does", async () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const pods = startPods({ now: () => now });
  bookinfo(pods, "reviews-v1");
  const client = pods.pod("client");
  const ask = () => pods.run(client, ["curl", "-s", "reviews:9080/health"]);
  expect((await ask()).exit).toEqual({ code: 7 });
  now += 3000;
  expect((await ask()).out).toBe('{"status": "Reviews is healthy"}');
});

test.each([
  ["mysql", "mysqldb", { DB_TYPE: "mysql", MYSQL_DB_HOST: "mysqldb", MYSQL_DB_PORT: "3306" }],
  ["mongodb", "mongodb", { MONGO_DB_URL: "mongodb://mongodb:27017/test" }],
])("ratings v2 with %s: as long as the database is there", async (kind, image, env) => {
  const pods = startPods();
  const entries = Object.entries(env).map(([name, value]) => ({ name, value }));
  pods.pod("ratings", { container: { image: `${REGISTRY}bookinfo-ratings-v2:1.20.3`, env: entries } });
  const client = pods.pod("client");
  const ask = async () => (await pods.run(client, ["curl", "-s", "10.244.0.5:9080/ratings/0"])).out;
  expect(await ask()).toBe('{"error":"could not connect to ratings database"}');
  const database = pods.pod("db", { container: { image: `${REGISTRY}bookinfo-${image}:1.20.3` } });
  service(pods, image, kind === "mysql" ? 3306 : 27017, database);
  expect(await ask()).toBe('{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}');
});

test("details v2 asks the internet, and says that it is not there", async () => {
  const pods = startPods();
  pods.pod("details", { container: { image: `${REGISTRY}bookinfo-details-v2:1.20.3` } });
  const { out } = await pods.run(pods.pod("client"), [
    "curl",
    "-s",
    "-w",
    " %{http_code}",
    "10.244.0.5:9080/details/0",
  ]);
  expect(out).toMatchInlineSnapshot(
    `"{"error":"Failed to open TCP connection to www.googleapis.com:443 (the sandbox has no way to the internet)"} 400"`,
  );
});

test.each([
  ["docker.io/istio/examples-helloworld-v1:1.0", 5000, "/hello", "Hello version: v1, instance: server\n"],
  [`${REGISTRY}helloworld-v2`, 5000, "/hello", "Hello version: v2, instance: server\n"],
  ["fortio/fortio:latest_release", 8080, "/?size=3", "###"],
])("%s answers on port %i", async (image, port, path, body) => {
  const pods = startPods();
  pods.pod("server", { container: { image } });
  expect((await pods.run(pods.pod("client"), ["curl", "-sS", `10.244.0.5:${port}${path}`])).out).toBe(body);
});

test("fortio: one call, and many at once with a report", async () => {
  const pods = startPods();
  const fortio = pods.pod("fortio", { container: { image: "fortio/fortio:latest_release" } });
  const bin = pods.pod("bin", { container: { image: "docker.io/mccutchen/go-httpbin:v2.15.0" } });
  service(pods, "httpbin", 8080, bin);
  const one = await pods.run(fortio, [
    "/usr/bin/fortio",
    "curl",
    "-quiet",
    "-H",
    "X-Own: yes",
    "http://httpbin:8080/get",
  ]);
  expect(one.out).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)+\r\n\{[\s\S]*"X-Own": \[\n *"yes"/);
  const failed = await pods.run(fortio, ["fortio", "curl", "http://httpbin:8080/status/503"]);
  expect([failed.exit, failed.out.split("\r\n")[0]]).toEqual([{ code: 1 }, "HTTP/1.1 503 Service Unavailable"]);
  const words = ["fortio", "load", "-c", "3", "-qps", "0", "-n", "20", "-loglevel", "Warning"];
  const load = await pods.run(fortio, [...words, "http://httpbin:8080/status/503"]);
  expect(load.exit).toEqual({ code: 0 });
  expect(load.out.split("\n").slice(0, 2)).toEqual([
    "Fortio 1.74.0 running at 0 queries per second, 4->4 procs, for 20 calls: http://httpbin:8080/status/503",
    "Starting at max qps with 3 thread(s) [gomax 4] for exactly 20 calls (6 per thread + 2)",
  ]);
  expect(load.out).toMatch(
    /\nAggregated Function Time : count 20 avg \S+ \+\/- \S+ min \S+ max \S+ sum \S+\n# range, mid point/,
  );
  expect(load.out).toMatch(/\n# target 99\.9% \S+\nError cases : count 20 /);
  expect(load.out).toMatch(
    /\nCode 503 : 20 \(100\.0 %\)\n[\s\S]*\nAll done 20 calls \(plus 0 warmup\) \S+ ms avg, \S+ qps\n$/,
  );
  expect(load.err.match(/Non ok http code, code=503, status="HTTP\/1\.1 503", thread=\d, run=0/g)).toHaveLength(20);
  const nobody = await pods.run(fortio, [
    "fortio",
    "load",
    "-n",
    "2",
    "-c",
    "1",
    "-qps",
    "0",
    "-loglevel",
    "Error",
    "http://bin:81",
  ]);
  expect([nobody.err.split("> ")[1], nobody.out.includes("\nCode  -1 : 2 (100.0 %)\n")]).toEqual([
    "Log level is now 4 Error (was 2 Info)\n",
    true,
  ]);
  const early = await pods.run(fortio, ["fortio", "load", "-t", "1s", "http://httpbin:8080/status/500"]);
  expect([early.exit, early.err.split("\n").at(-2)]).toEqual([
    { code: 1 },
    "fortio: Aborting because of error 500 for http://httpbin:8080/status/500",
  ]);
});

test("fortio's histogram and percentiles", () => {
  const times = [0.0002, 0.0008, 0.0015, 0.0025, 0.0026, 0.013];
  const calls = times.map((seconds, at) => ({
    code: at === 0 ? 503 : 200,
    seconds,
    head: at === 0 ? 0 : 230,
    size: 800,
  }));
  expect(
    loadReport({ calls, connections: 2, seconds: 0.0125, warmup: 0, percentiles: [50, 99.9] }),
  ).toMatchInlineSnapshot(`
    "Ended after 12.5ms : 6 calls. qps=480
    Aggregated Function Time : count 6 avg 0.0034333333 +/- 0.004363 min 0.0002 max 0.013 sum 0.0206
    # range, mid point, percentile, count
    >= 0.0002 <= 0.001 , 0.0006 , 33.33, 2
    > 0.001 <= 0.002 , 0.0015 , 50.00, 1
    > 0.002 <= 0.003 , 0.0025 , 83.33, 2
    > 0.012 <= 0.013 , 0.0125 , 100.00, 1
    # target 50% 0.002
    # target 99.9% 0.012994
    Error cases : count 1 avg 0.0002 +/- 0 min 0.0002 max 0.0002 sum 0.0002
    # range, mid point, percentile, count
    >= 0.0002 <= 0.0002 , 0.0002 , 100.00, 1
    # target 50% 0.0002
    # target 99.9% 0.0002
    Sockets used: 3 (for perfect keepalive, would be 2)
    Uniform: false, Jitter: false, Catchup allowed: true
    Code 200 : 5 (83.3 %)
    Code 503 : 1 (16.7 %)
    Response Header Sizes : count 6 avg 191.66667 +/- 85.72 min 0 max 230 sum 1150
    Response Body/Total Sizes : count 6 avg 800 +/- 0 min 800 max 800 sum 4800
    All done 6 calls (plus 0 warmup) 3.433 ms avg, 480.0 qps
    "
  `);
});

test("pilot-agent asks the proxy of its own pod", async () => {
  const pods = startPods();
  const image = "registry.istio.io/release/proxyv2:1.31.0";
  const other = { name: "other", image: "fortio/fortio", args: ["server", "-http-port", "15999"] };
  const pod = pods.pod("meshed", { containers: [{ name: "istio-proxy", image, args: ["proxy", "sidecar"] }, other] });
  expect((await pods.run(pod, ["pilot-agent", "version"])).out).toMatch(/^version\.BuildInfo\{Version:"1\.31\.0", /);
  expect(await pods.run(pod, ["pilot-agent", "request", "GET", "stats"])).toMatchObject({
    err: 'pilot-agent: Error: GET "http://localhost:15000/stats": dial tcp 127.0.0.1:15000: connect: connection refused\n',
    exit: { code: 255 },
  });
  const found = await pods.run(pod, ["pilot-agent", "request", "--debug-port=15999", "POST", "debug"]);
  expect(found.out).toContain("POST /debug HTTP/1.1\n\nheaders:\n\nHost: localhost:15999\n");
  const failed = await pods.run(pod, ["pilot-agent", "request", "--debug-port=15999", "GET", "any?status=404"]);
  expect([failed.exit, failed.err]).toEqual([
    { code: 255 },
    "pilot-agent: Error: unexpected status code: 404, body: \n",
  ]);
});
