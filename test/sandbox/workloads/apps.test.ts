import { expect, test } from "vitest";
import type { KubeObject } from "../../../src/sandbox/objects/index.ts";
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
  const pods = startPods({ secondMs: 0 });
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
  const pods = startPods({ secondMs: 0 });
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
