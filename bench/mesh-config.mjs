// What istiod's part costs: 10 namespaces of 20 services of 3 pods, each service with a VirtualService and a
// DestinationRule; made anew, after an endpoint has changed, after a route has changed, and when nothing has.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { header, median, root, roundsOr, row, scratchFolder } from "./measure.mjs";

const outfile = path.join(scratchFolder(), "mesh.mjs");
const contents = `
export { createMeshConfig } from "./src/sandbox/mesh/config/create.ts";
export { createStore } from "./src/sandbox/store/index.ts";
`;
await build({
  stdin: { contents, resolveDir: root },
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  logLevel: "error",
});
const { createMeshConfig, createStore } = await import(pathToFileURL(outfile));

const NAMESPACES = 10;
const SERVICES = 20;
const PODS = 3;
const indexes = (count) => Array.from({ length: count }, (_, index) => index);
const cluster = (name, namespace) => `outbound|9080|v1|${name}.${namespace}.svc.cluster.local`;

function filled() {
  const store = createStore({ clock: () => 0, random: Math.random });
  for (const n of indexes(NAMESPACES)) {
    for (const s of indexes(SERVICES)) fill(store, `ns-${n}`, `svc-${s}`, `10.96.${n}.${s}`, n * SERVICES + s);
  }
  return store;
}

function fill(store, namespace, name, clusterIP, number) {
  const address = (pod) => `10.${244 + (number >> 8)}.${number & 255}.${pod}`;
  const object = (apiVersion, kind, spec) => ({ apiVersion, kind, metadata: { name, namespace }, spec });
  const ports = [{ name: "http", port: 9080 }];
  store.create(
    "/services",
    object("v1", "Service", { clusterIP, clusterIPs: [clusterIP], selector: { app: name }, ports }),
  );
  for (const pod of indexes(PODS)) {
    store.create("/pods", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `${name}-${pod}`, namespace, labels: { app: name, version: "v1" } },
      spec: { containers: [{ name: "app" }, { name: "istio-proxy", args: ["proxy", "sidecar"] }] },
      status: { phase: "Running", podIP: address(pod) },
    });
  }
  store.create("discovery.k8s.io/endpointslices", {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
    ports,
    endpoints: indexes(PODS).map((pod) => ({ addresses: [address(pod)], conditions: { ready: true } })),
  });
  const destination = { host: name, subset: "v1" };
  const networking = "networking.istio.io/v1";
  store.create(
    "networking.istio.io/virtualservices",
    object(networking, "VirtualService", { hosts: [name], http: [{ route: [{ destination }] }] }),
  );
  const subsets = [{ name: "v1", labels: { version: "v1" } }];
  store.create("networking.istio.io/destinationrules", object(networking, "DestinationRule", { host: name, subsets }));
}

/** What a request asks of the configuration. */
function ask(config) {
  const source = config.workloadAt("10.244.0.0");
  const listener = config.outbound(source, "10.96.0.7", 9080);
  const host = listener.routes.find("svc-7");
  const found = config.cluster(host.routes[0].action.destinations[0].cluster, source);
  if (found.endpoints.length !== PODS) throw new Error(`found ${found.endpoints.length} endpoints, expected ${PODS}`);
}

function milliseconds(work, times = 1) {
  const begun = performance.now();
  for (let i = 0; i < times; i++) work();
  return (performance.now() - begun) / times;
}

const store = filled();
const current = createMeshConfig(store, { parseYaml: JSON.parse });
const touched = (resource) => {
  const before = store.get(resource, "ns-0", "svc-7");
  store.update(resource, { ...before, metadata: { ...before.metadata, annotations: { at: String(Math.random()) } } });
};
const rounds = roundsOr(21);
const sample = (prepare, work) =>
  median(
    indexes(rounds).map(() => {
      prepare();
      return milliseconds(work);
    }),
  );
const request = () => ask(current());
const anew = sample(
  () => {},
  () => ask(createMeshConfig(store, { parseYaml: JSON.parse })()),
);
const route = sample(() => touched("networking.istio.io/virtualservices"), request);
const endpoint = sample(() => touched("discovery.k8s.io/endpointslices"), request);
const nothing = milliseconds(request, 100_000) * 1000;

header();
const size = `${NAMESPACES} namespaces × ${SERVICES} services × ${PODS} pods`;
row("the mesh's configuration, made anew", anew, 100, "ms", `${size}, first request`);
row("after a route has changed", route, 50, "ms", "first request");
row("after an endpoint has changed", endpoint, 5, "ms", `first request, ${cluster("svc-7", "ns-0")}`);
row("when nothing has", nothing, 2, "µs", "each request: listener, host, cluster");
