import { beforeAll, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { clusterAdmission } from "../../../src/sandbox/admission/index.ts";
import { Registry, StatusError } from "../../../src/sandbox/api/index.ts";
import { componentsOf, decideInstallation, defaultTag, loadInjector } from "../../../src/sandbox/istio/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore } from "../../../src/sandbox/store/index.ts";
import { webhooks } from "../../../src/sandbox/webhooks/index.ts";
import { seeded } from "../api/seeded.ts";

// Whole writes: an installation's own webhooks choose the pods, the injector behind them changes those.
let registry: Registry;

beforeAll(loadInjector);

beforeEach(() => {
  const random = seeded(3);
  const clock = (): number => Date.parse("2026-01-01T00:00:00Z");
  const store = createStore({ clock, random });
  registry = new Registry({ store, clock, random, admit: clusterAdmission(store, webhooks(store)) });
  for (const name of ["istio-system", "kube-system"]) make("v1", "Namespace", { metadata: { name } });
  make("v1", "Node", { metadata: { name: "one" }, status: { nodeInfo: { kubeletVersion: "v1.35.0" } } });
});

function make(apiVersion: string, kind: string, rest: JsonObject): KubeObject {
  const found = kindOf(apiVersion, kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  const object = { apiVersion, kind, ...rest } as unknown as KubeObject;
  return registry.create(found, found.namespaced ? object.metadata.namespace : undefined, object, { keepStatus: true })
    .object;
}

/** Istio with a ready istiod, as far as pods meet it. */
function install(sets: readonly string[] = [], isDefault = true): void {
  const installation = decideInstallation({ sets: ["profile=minimal", ...sets] });
  const objects = [
    ...componentsOf(installation, stringify).flatMap((one) => one.objects),
    ...(isDefault ? defaultTag(installation) : []),
  ];
  for (const object of objects) {
    if (!["ConfigMap", "Service", "MutatingWebhookConfiguration"].includes(object.kind)) continue;
    make(object.apiVersion, object.kind, object);
  }
  const name = installation.revision === "" ? "istiod" : `istiod-${installation.revision}`;
  make("discovery.k8s.io/v1", "EndpointSlice", {
    metadata: { name, namespace: "istio-system", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.244.0.9"], conditions: { ready: true } }],
  });
}

interface PodWish {
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
  readonly spec?: JsonObject;
}

function pod(namespace: JsonObject, { labels = {}, annotations = {}, spec = {} }: PodWish = {}): KubeObject {
  const name = namespace.name ?? "shop";
  if (registry.store.get("/namespaces", undefined, name) === undefined) {
    make("v1", "Namespace", { metadata: { name, labels: namespace.labels ?? {} } });
  }
  return make("v1", "Pod", {
    metadata: { name: "app", namespace: name, labels, annotations },
    spec: { containers: [{ name: "app", image: "example.com/app:1" }], ...spec },
  });
}

const ENABLED = { labels: { "istio-injection": "enabled" } };

/** Init containers, then containers; the injected revision. */
function shape({ metadata, spec }: KubeObject): string {
  const all = (field: string): string => (spec?.[field] ?? []).map(({ name }: JsonObject) => name).join(" ");
  const rev = metadata.annotations?.["istio.io/rev"];
  return `${all("initContainers")} | ${all("containers")}${rev === undefined ? "" : ` (${rev})`}`;
}

const IN = "istio-init istio-proxy | app (default)";
const OUT = " | app";

test.each<[string, JsonObject, PodWish, string]>([
  ["a namespace that is enabled", ENABLED, {}, IN],
  ["a namespace of the revision", { labels: { "istio.io/rev": "default" } }, {}, IN],
  ["a namespace without a label", {}, {}, OUT],
  [
    "a namespace that is disabled",
    { labels: { "istio-injection": "disabled" } },
    { labels: { "sidecar.istio.io/inject": "true" } },
    OUT,
  ],
  ["a namespace of another revision", { labels: { "istio.io/rev": "canary" } }, {}, OUT],
  ["a namespace with both labels", { labels: { "istio.io/rev": "canary", "istio-injection": "enabled" } }, {}, IN],
  ["a pod that asks for it", {}, { labels: { "sidecar.istio.io/inject": "true" } }, IN],
  ["a pod that asks for the revision", {}, { labels: { "istio.io/rev": "default" } }, IN],
  ["a pod that does not want it", ENABLED, { labels: { "sidecar.istio.io/inject": "false" } }, OUT],
  ["a pod that does not want it, by annotation", ENABLED, { annotations: { "sidecar.istio.io/inject": "false" } }, OUT],
  [
    "the label before the annotation",
    ENABLED,
    { labels: { "sidecar.istio.io/inject": "true" }, annotations: { "sidecar.istio.io/inject": "false" } },
    IN,
  ],
  ["a pod on the host's network", ENABLED, { spec: { hostNetwork: true } }, OUT],
  ["a pod of the system", { name: "kube-system" }, { labels: { "sidecar.istio.io/inject": "true" } }, OUT],
])("%s", (_, namespace, wish, expected) => {
  install();
  expect(shape(pod(namespace, wish))).toBe(expected);
});

test.each<[string, readonly string[], JsonObject, PodWish, string]>([
  [
    "its own namespaces",
    ["revision=canary"],
    { labels: { "istio.io/rev": "canary" } },
    {},
    "istio-init istio-proxy | app (canary)",
  ],
  [
    "pods without a label, when it is the default",
    ["revision=canary"],
    ENABLED,
    {},
    "istio-init istio-proxy | app (canary)",
  ],
  ["everybody who says nothing", ["values.sidecarInjectorWebhook.enableNamespacesByDefault=true"], {}, {}, IN],
  ["nobody, by policy", ["values.global.proxy.autoInject=disabled"], ENABLED, {}, OUT],
  [
    "those who ask, by policy",
    ["values.global.proxy.autoInject=disabled"],
    ENABLED,
    { labels: { "sidecar.istio.io/inject": "true" } },
    IN,
  ],
])("a revision injects %s", (_, sets, namespace, wish, expected) => {
  install(sets);
  expect(shape(pod(namespace, wish))).toBe(expected);
});

test("a second revision leaves what names none to the first", () => {
  install();
  install(["revision=canary"], false);
  expect(shape(pod(ENABLED))).toBe(IN);
  expect(shape(pod({ name: "next", labels: { "istio.io/rev": "canary" } }))).toBe(
    "istio-init istio-proxy | app (canary)",
  );
});

test.each<[string, PodWish, string]>([
  [
    "by annotation",
    { annotations: { "sidecar.istio.io/nativeSidecar": "false" } },
    "istio-init | app istio-proxy (default)",
  ],
  [
    "before the application that waits for it",
    {
      annotations: {
        "sidecar.istio.io/nativeSidecar": "false",
        "proxy.istio.io/config": "holdApplicationUntilProxyStarts: true",
      },
    },
    "istio-init | istio-proxy app (default)",
  ],
  [
    "with redirection after the pod's own init containers",
    {
      annotations: { "sidecar.istio.io/nativeSidecar": "false" },
      spec: { initContainers: [{ name: "first", image: "i" }] },
    },
    "first istio-init | app istio-proxy (default)",
  ],
  [
    "natively, before the pod's own init containers",
    { spec: { initContainers: [{ name: "first", image: "i" }] } },
    "istio-init istio-proxy first | app (default)",
  ],
])("the sidecar stands %s", (_, wish, expected) => {
  install();
  expect(shape(pod(ENABLED, wish))).toBe(expected);
});

test("one old kubelet makes sidecars classic, except on pods of another node", () => {
  install();
  make("v1", "Node", { metadata: { name: "old" }, status: { nodeInfo: { kubeletVersion: "v1.32.4" } } });
  expect(shape(pod(ENABLED))).toBe("istio-init | app istio-proxy (default)");
  expect(shape(pod({ ...ENABLED, name: "bound" }, { spec: { nodeName: "one" } }))).toBe(IN);
});

function proxyOf({ spec }: KubeObject, name = "istio-proxy"): JsonObject {
  const all: readonly JsonObject[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return all.find((one) => one.name === name) ?? {};
}

test("an injected pod says what was done to it", () => {
  install();
  const { metadata } = pod(ENABLED, { labels: { app: "shop", version: "v2" } });
  expect(metadata.labels).toEqual({
    app: "shop",
    version: "v2",
    "security.istio.io/tlsMode": "istio",
    "service.istio.io/canonical-name": "shop",
    "service.istio.io/canonical-revision": "v2",
  });
  expect(metadata.annotations).toEqual({
    "istio.io/rev": "default",
    "kubectl.kubernetes.io/default-container": "app",
    "kubectl.kubernetes.io/default-logs-container": "app",
    "prometheus.io/path": "/stats/prometheus",
    "prometheus.io/port": "15020",
    "prometheus.io/scrape": "true",
    "sidecar.istio.io/status":
      '{"initContainers":["istio-init","istio-proxy"],"containers":null,"volumes":["workload-socket","credential-socket","workload-certs","istio-envoy","istio-data","istio-podinfo","istio-token","istiod-ca-cert","istio-ca-crl"],"imagePullSecrets":null,"revision":"default"}',
  });
});

test("the proxy is told its place, its application and its owner", () => {
  install();
  const app = { name: "app", image: "i", ports: [{ name: "http", containerPort: 9080 }] };
  const env = proxyOf(pod(ENABLED, { spec: { containers: [app] } })).env as readonly JsonObject[];
  const texts = env.filter(({ value }) => value !== undefined).map(({ name, value }) => `${name}=${value}`);
  expect(texts).toMatchInlineSnapshot(`
    [
      "PILOT_CERT_PROVIDER=istiod",
      "CA_ADDR=istiod.istio-system.svc:15012",
      "PROXY_CONFIG={}
    ",
      "ISTIO_META_POD_PORTS=[
        {"name":"http","containerPort":9080,"protocol":"TCP"}
    ]",
      "ISTIO_META_APP_CONTAINERS=app",
      "ISTIO_META_CLUSTER_ID=Kubernetes",
      "ISTIO_META_INTERCEPTION_MODE=REDIRECT",
      "ISTIO_META_WORKLOAD_NAME=app",
      "ISTIO_META_OWNER=kubernetes://apis/v1/namespaces/shop/pods/app",
      "ISTIO_META_MESH_ID=cluster.local",
      "TRUST_DOMAIN=cluster.local",
    ]
  `);
});

const INIT = "istio-iptables -p 15001 -z 15006 -u 1337 -m REDIRECT";
const LOG = "--log_output_level=default:info";

test.each<[string, JsonObject, string]>([
  ["everything", {}, `${INIT} -i * -x  -b * -d 15090,15021,15020 ${LOG}`],
  [
    "all but some ports",
    { excludeOutboundPorts: "3306", excludeInboundPorts: "81,82" },
    `${INIT} -i * -x  -b * -d 15090,15021,81,82,15020 -o 3306 ${LOG}`,
  ],
  [
    "some addresses",
    { includeOutboundIPRanges: "10.96.0.0/16", excludeOutboundIPRanges: "10.96.0.1/32" },
    `${INIT} -i 10.96.0.0/16 -x 10.96.0.1/32 -b * -d 15090,15021,15020 ${LOG}`,
  ],
  [
    "some ports",
    { includeInboundPorts: "80", includeOutboundPorts: "443" },
    `${INIT} -i * -x  -b 80 -d 15090,15021,15020 -q 443 ${LOG}`,
  ],
])("traffic.sidecar.istio.io leads %s to the proxy", (_, given, expected) => {
  install();
  const annotations = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`traffic.sidecar.istio.io/${name}`, value]),
  );
  expect(proxyOf(pod(ENABLED, { annotations }), "istio-init").args.join(" ")).toBe(expected);
});

test.each<[string, JsonObject, string, unknown]>([
  ["proxyCPU", { "sidecar.istio.io/proxyCPU": "50m" }, "resources", { requests: { cpu: "50m" } }],
  [
    "proxyMemoryLimit",
    { "sidecar.istio.io/proxyMemoryLimit": "1Gi" },
    "resources",
    { limits: { memory: "1Gi" }, requests: { memory: "1Gi" } },
  ],
  ["proxyImage", { "sidecar.istio.io/proxyImage": "me/proxy:x" }, "image", "me/proxy:x"],
  [
    "proxyImageType",
    { "sidecar.istio.io/proxyImageType": "distroless" },
    "image",
    "registry.istio.io/release/proxyv2:1.31.0-distroless",
  ],
  ["no health port", { "status.sidecar.istio.io/port": "0" }, "startupProbe", undefined],
])("the annotation %s is followed", (_, annotations, field, expected) => {
  install();
  expect(proxyOf(pod(ENABLED, { annotations }))[field]).toEqual(expected);
});

test("the application's probes go to the agent, which is told where to ask", () => {
  install();
  const app = {
    name: "app",
    image: "i",
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/ready", port: "http", scheme: "HTTPS" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: 8080 } },
    startupProbe: { exec: { command: ["true"] } },
  };
  const injected = pod(ENABLED, { spec: { containers: [app] } });
  const { readinessProbe, livenessProbe, startupProbe } = proxyOf(injected, "app");
  expect(readinessProbe).toMatchObject({
    httpGet: { path: "/app-health/app/readyz", port: 15020, scheme: "HTTP" },
    periodSeconds: 5,
  });
  expect(livenessProbe).toMatchObject({ httpGet: { path: "/app-health/app/livez", port: 15020 } });
  expect(livenessProbe.tcpSocket).toBeUndefined();
  expect(startupProbe).toMatchObject({ exec: { command: ["true"] } });
  const probers = proxyOf(injected).env.find(({ name }: JsonObject) => name === "ISTIO_KUBE_APP_PROBERS").value;
  expect(JSON.parse(probers)).toMatchObject({
    "/app-health/app/livez": { tcpSocket: { port: 8080 } },
    "/app-health/app/readyz": { httpGet: { path: "/ready", port: 8080, scheme: "HTTPS" } },
  });
  const kept = pod(
    { ...ENABLED, name: "kept" },
    { spec: { containers: [app] }, annotations: { "sidecar.istio.io/rewriteAppHTTPProbers": "false" } },
  );
  expect(proxyOf(kept, "app").readinessProbe.httpGet.path).toBe("/ready");
});

test("where Prometheus looked before is said to the agent", () => {
  install();
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": "9080", "prometheus.io/path": "/m" };
  const injected = pod(ENABLED, { annotations });
  const { value } = proxyOf(injected).env.find(({ name }: JsonObject) => name === "ISTIO_PROMETHEUS_ANNOTATIONS");
  expect(value).toBe('{"scrape":"true","path":"/m","port":"9080"}');
  expect(injected.metadata.annotations).toMatchObject({ "prometheus.io/port": "15020" });
  const alone = pod({ ...ENABLED, name: "alone" }, { annotations: { "prometheus.io/scrape": "false" } });
  expect(alone.metadata.annotations?.["prometheus.io/port"]).toBeUndefined();
});

test("the template `gateway` makes a gateway of the image `auto`", () => {
  install();
  const annotations = { "inject.istio.io/templates": "gateway" };
  const containers = [
    { name: "istio-proxy", image: "auto", ports: [{ containerPort: 8080 }], resources: { requests: { cpu: "5m" } } },
  ];
  const injected = pod(ENABLED, { annotations, labels: { app: "edge" }, spec: { containers } });
  expect(injected.spec?.initContainers).toBeUndefined();
  expect(proxyOf(injected)).toMatchObject({
    image: "registry.istio.io/release/proxyv2:1.31.0",
    args: expect.arrayContaining(["proxy", "router"]),
    resources: { requests: { cpu: "5m" } },
    readinessProbe: { httpGet: { path: "/healthz/ready", port: 15021 } },
  });
  expect(injected.metadata.labels).toMatchObject({
    "istio.io/rev": "default",
    "service.istio.io/canonical-name": "edge",
  });
});

test("a proxy that the user has written keeps what it says", () => {
  install();
  const own = {
    name: "istio-proxy",
    image: "auto",
    env: [{ name: "MINE", value: "1" }],
    resources: { limits: { cpu: "1" } },
  };
  const injected = pod(ENABLED, { spec: { containers: [{ name: "app", image: "i" }, own] } });
  expect(shape(injected)).toBe(IN);
  const proxy = proxyOf(injected);
  expect(proxy.resources.limits).toEqual({ cpu: "1", memory: "1Gi" });
  expect(proxy.env.map(({ name }: JsonObject) => name)).toEqual(expect.arrayContaining(["MINE", "CA_ADDR"]));
});

test("a template that nobody has refuses the pod", () => {
  install();
  expect(() => pod(ENABLED, { annotations: { "inject.istio.io/templates": "waypoint" } })).toThrow(
    'admission webhook "namespace.sidecar-injector.istio.io" denied the request: failed to run injection template: requested template "waypoint" not found; have gateway, sidecar',
  );
});

test("without istiod no pod is made where one would be injected", () => {
  install();
  registry.delete(kindOf("discovery.k8s.io/v1", "EndpointSlice") ?? never(), "istio-system", "istiod");
  expect(() => pod(ENABLED)).toThrow(StatusError);
  expect(() => pod(ENABLED)).toThrow(
    'failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook',
  );
  expect(shape(pod({ name: "other" }))).toBe(OUT);
});

function never(): never {
  throw new Error("no such kind");
}
