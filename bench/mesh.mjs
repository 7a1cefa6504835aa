// The mesh in process: a request from a gateway through a route by weight to a sidecar and back, with the configuration that
// real objects make, in virtual time.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { header, median, root, roundsOr, row, scratchFolder } from "./measure.mjs";

const LIMIT_US = 20;
const REQUESTS = 50_000;
const outfile = path.join(scratchFolder(), "mesh.mjs");
const contents = `
export { createMeshConfig } from "./src/sandbox/mesh/config/create.ts";
export { arrive } from "./src/sandbox/mesh/proxy/arrive.ts";
export { fromPod } from "./src/sandbox/mesh/proxy/outbound.ts";
export { emptyState } from "./src/sandbox/mesh/state.ts";
export { VirtualTime } from "./src/sandbox/mesh/virtual-time.ts";
export { createStore } from "./src/sandbox/store/index.ts";
`;
const stdin = { contents, resolveDir: root };
await build({ stdin, outfile, bundle: true, format: "esm", platform: "node", logLevel: "error" });
const { arrive, createMeshConfig, createStore, emptyState, fromPod, VirtualTime } = await import(
  pathToFileURL(outfile)
);

const store = createStore({ clock: () => 0, random: Math.random });
const put = (resource, kind, name, rest) =>
  store.create(resource, {
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "default", ...rest.metadata },
    ...rest.own,
  });
function pod(name, ip, args, labels) {
  put("/pods", "Pod", name, {
    metadata: { labels },
    own: {
      spec: { containers: [{ name: "istio-proxy", args }, { name: "app" }] },
      status: { podIP: ip, phase: "Running" },
    },
  });
}
pod("gateway", "10.244.0.2", ["proxy", "router"], { istio: "ingressgateway" });
pod("client", "10.244.0.3", ["proxy", "sidecar"], { app: "client" });
for (const index of [1, 2, 3]) {
  pod(`reviews-v${index}`, `10.244.0.1${index}`, ["proxy", "sidecar"], { app: "reviews", version: `v${index}` });
}
const ports = [{ name: "http", port: 9080 }];
put("/services", "Service", "reviews", {
  own: { spec: { clusterIP: "10.96.0.9", selector: { app: "reviews" }, ports } },
});
put("discovery.k8s.io/endpointslices", "EndpointSlice", "reviews-1", {
  metadata: { labels: { "kubernetes.io/service-name": "reviews" } },
  own: {
    ports,
    endpoints: [1, 2, 3].map((index) => ({ addresses: [`10.244.0.1${index}`], conditions: { ready: true } })),
  },
});
const subsets = [1, 2, 3].map((index) => ({ name: `v${index}`, labels: { version: `v${index}` } }));
put("networking.istio.io/destinationrules", "DestinationRule", "reviews", {
  own: { spec: { host: "reviews", subsets } },
});
put("networking.istio.io/gateways", "Gateway", "shop", {
  own: {
    spec: {
      selector: { istio: "ingressgateway" },
      servers: [{ port: { number: 8080, name: "http", protocol: "HTTP" }, hosts: ["*"] }],
    },
  },
});
const route = [60, 30, 10].map((weight, at) => ({ destination: { host: "reviews", subset: `v${at + 1}` }, weight }));
put("networking.istio.io/virtualservices", "VirtualService", "reviews", {
  own: { spec: { hosts: ["reviews", "shop.example.com"], gateways: ["shop", "mesh"], http: [{ route }] } },
});

const config = createMeshConfig(store, { parseYaml: JSON.parse })();
const answer = {
  status: 200,
  headers: [
    ["content-type", "text/plain"],
    ["content-length", "2"],
  ],
  body: Buffer.from("ok"),
};
// A task that is over as soon as it begins.
const time = new VirtualTime(() => ({ next: () => ({ done: true, value: answer }) }));
const mesh = { config, state: emptyState(), now: time.now, random: Math.random, onHop: () => {} };
const gateway = config.workloadAt("10.244.0.2");
const client = config.workloadAt("10.244.0.3");
const request = (host) => ({
  method: "GET",
  path: "/reviews/0",
  headers: [
    ["host", host],
    ["user-agent", "curl/8.5.0"],
    ["accept", "*/*"],
  ],
  body: Buffer.alloc(0),
});
const endpoint = { address: gateway.address, port: 8080, workload: gateway, weight: 1 };
const arrival = { transport: { kind: "plaintext" }, from: "172.18.0.1", source: undefined };
const byGateway = request("shop.example.com");
const bySidecar = request("reviews:9080");
const to = { address: "10.96.0.9", port: 9080 };
const works = {
  "a request in process: gateway, route by weight, sidecar": () => arrive(mesh, endpoint, byGateway, arrival),
  "a request in process: sidecar, route by weight, sidecar": () =>
    fromPod(mesh, client, to, bySidecar, () => "refused"),
};
header();
for (const [name, task] of Object.entries(works)) {
  const found = [];
  for (let round = -1; round < roundsOr(5); round++) {
    const begun = process.hrtime.bigint();
    for (let index = 0; index < REQUESTS; index++) {
      const got = time.run(task());
      if (got.status !== 200) throw new Error(`${name}: ${JSON.stringify(got)} ${got.body}`);
    }
    if (round >= 0) found.push(Number(process.hrtime.bigint() - begun) / 1000 / REQUESTS);
  }
  row(name, median(found), LIMIT_US, "µs");
}
