import { expect, test } from "vitest";
import { stringify } from "yaml";
import { componentsOf, decideInstallation, defaultTag, type InstallWish } from "../../../src/sandbox/istio/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";

function objects(wish: InstallWish): readonly KubeObject[] {
  const installation = decideInstallation(wish);
  return [...componentsOf(installation, stringify).flatMap((one) => one.objects), ...defaultTag(installation)];
}

function find(wish: InstallWish, kind: string, name: string): JsonObject {
  const found = objects(wish).find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

const names = (wish: InstallWish, kind: string): string =>
  objects(wish)
    .filter((one) => one.kind === kind)
    .map(({ metadata }) => metadata.name)
    .join(" ");

test.each([
  ["default", "istiod istio-ingressgateway", "istiod istio-ingressgateway", 15],
  ["demo", "istiod istio-ingressgateway istio-egressgateway", "", 15],
  ["empty", "", "", 0],
  ["minimal", "istiod", "istiod", 15],
])("profile %s has Deployments %s, scales %s, and %i definitions", (profile, deployments, scaled, definitions) => {
  const wish = { sets: [`profile=${profile}`] };
  expect(names(wish, "Deployment")).toBe(deployments);
  expect(names(wish, "HorizontalPodAutoscaler")).toBe(scaled);
  expect(objects(wish).filter(({ kind }) => kind === "CustomResourceDefinition")).toHaveLength(definitions);
});

test("profile demo is small, and says what its mesh does", () => {
  const demo = { sets: ["profile=demo"] };
  const { spec } = find(demo, "Deployment", "istio-ingressgateway");
  const [proxy] = spec.template.spec.containers;
  expect(proxy.image).toBe("registry.istio.io/release/proxyv2:1.31.0");
  expect(proxy.ports.map(({ containerPort }: JsonObject) => containerPort)).toEqual([
    15021, 8080, 8443, 31400, 15443, 15090,
  ]);
  expect(proxy.resources).toEqual({
    limits: { cpu: "2000m", memory: "1024Mi" },
    requests: { cpu: "10m", memory: "40Mi" },
  });
  expect(find(demo, "Service", "istiod").spec.ports.map(({ port }: JsonObject) => port)).toEqual([
    15010, 15012, 443, 15014,
  ]);
  expect(find(demo, "Service", "istio-egressgateway").spec.type).toBe("ClusterIP");
  expect(find(demo, "ConfigMap", "istio").data.mesh).toMatchInlineSnapshot(`
    "defaultConfig:
      discoveryAddress: istiod.istio-system.svc:15012
    defaultProviders:
      metrics:
        - prometheus
    rootNamespace: istio-system
    trustDomain: cluster.local
    enablePrometheusMerge: true
    accessLogFile: /dev/stdout
    extensionProviders:
      - name: otel
        envoyOtelAls:
          service: opentelemetry-collector.observability.svc.cluster.local
          port: 4317
      - name: skywalking
        skywalking:
          service: tracing.istio-system.svc.cluster.local
          port: 11800
      - name: otel-tracing
        opentelemetry:
          service: opentelemetry-collector.observability.svc.cluster.local
          port: 4317
      - name: jaeger
        opentelemetry:
          service: jaeger-collector.istio-system.svc.cluster.local
          port: 4317"
  `);
});

const at = (object: JsonObject, path: string): unknown =>
  path.split(".").reduce<unknown>((value, field) => (value as JsonObject | undefined)?.[field], object);

test.each<[string, string, string, string, unknown]>([
  [
    "hub=example.com/istio",
    "Deployment",
    "istiod",
    "spec.template.spec.containers.0.image",
    "example.com/istio/pilot:1.31.0",
  ],
  [
    "tag=1.31.7",
    "Deployment",
    "istiod",
    "spec.template.spec.containers.0.image",
    "registry.istio.io/release/pilot:1.31.7",
  ],
  ["values.pilot.image=me/pilot:x", "Deployment", "istiod", "spec.template.spec.containers.0.image", "me/pilot:x"],
  ["values.pilot.autoscaleEnabled=false", "Deployment", "istiod", "spec.replicas", 1],
  ["values.gateways.istio-ingressgateway.type=NodePort", "Service", "istio-ingressgateway", "spec.type", "NodePort"],
  ["components.egressGateways[0].enabled=true", "Service", "istio-egressgateway", "spec.ports.0.port", 80],
  [
    "components.ingressGateways[0].k8s.replicaCount=3",
    "Deployment",
    "istio-ingressgateway",
    "spec.replicas",
    undefined,
  ],
  [
    "components.pilot.k8s.resources.requests.cpu=1",
    "Deployment",
    "istiod",
    "spec.template.spec.containers.0.resources.requests.cpu",
    1,
  ],
  ["revision=canary", "Service", "istiod-canary", "spec.selector", { app: "istiod", "istio.io/rev": "canary" }],
  ["values.global.istioNamespace=mesh", "ConfigMap", "istio", "metadata.namespace", "mesh"],
])("--set %s is in %s %s at %s", (set, kind, name, path, expected) => {
  expect(at(find({ sets: [set] }, kind, name), path)).toEqual(expected);
});

test("what the mesh is told follows meshConfig", () => {
  const sets = ["meshConfig.outboundTrafficPolicy.mode=REGISTRY_ONLY", "meshConfig.accessLogFile=/dev/stdout"];
  const { mesh } = find({ sets }, "ConfigMap", "istio").data;
  expect(mesh).toContain("outboundTrafficPolicy:\n  mode: REGISTRY_ONLY\n");
  expect(mesh).toContain("accessLogFile: /dev/stdout");
});

test("files come before --set, and gateways are joined by name", () => {
  const files = [
    { profile: "demo", components: { ingressGateways: [{ name: "istio-ingressgateway", enabled: false }] } },
    { components: { ingressGateways: [{ name: "mine", enabled: true, namespace: "edge" }] } },
  ];
  const wish = { files, sets: ["components.egressGateways[0].enabled=false"] };
  expect(names(wish, "Deployment")).toBe("istiod mine");
  expect(find(wish, "Deployment", "mine")).toMatchObject({
    metadata: { namespace: "edge" },
    spec: { selector: { matchLabels: { app: "mine", istio: "ingressgateway" } } },
  });
});

test("a release has its own definitions and images", () => {
  const older = decideInstallation({ version: "1.30.2" });
  expect(older.values.global.tag).toBe("1.30.2");
  const [ours, theirs] = [decideInstallation({}), older].map(
    (one) => componentsOf(one, stringify).find(({ kind }) => kind === "Base")?.objects,
  );
  expect(JSON.stringify(ours)).not.toBe(JSON.stringify(theirs));
});

test.each<[InstallWish, string]>([
  [{ sets: ["profile=huge"] }, 'profile "huge" not found, expected default, demo, empty, minimal'],
  [
    { sets: ["meshConfg.x=1"] },
    'unknown field "meshConfg" in --set meshConfg.x=1, expected one of components, hub, meshConfig, namespace, profile, revision, tag, values',
  ],
  [{ sets: ["profile"] }, 'failed to parse set flag: "profile", expected path=value'],
  [{ sets: ["values.a[x]=1"] }, 'failed to parse set flag: "values.a[x]=1", expected path=value'],
  [{ files: [{ adons: {} }] }, 'unknown field "adons" in IstioOperator spec'],
  [{ version: "1.24.1" }, "Istio 1.24.1 is not simulated, expected a patch of 1.31.0 or 1.30.4"],
])("%j is refused", (wish, message) => {
  expect(() => decideInstallation(wish)).toThrow(message);
});
