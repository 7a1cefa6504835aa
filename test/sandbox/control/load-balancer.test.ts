import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { StatusError } from "../../../src/sandbox/api/index.ts";
import { Affinity, route as routeOf, type Way } from "../../../src/sandbox/network/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { webhooks } from "../../../src/sandbox/webhooks/index.ts";
import { clock, deployment, errors, make, registry, remove, store } from "./controlled-cluster.ts";

const MANIFEST = path.resolve(import.meta.dirname, "../../../lessons/files/metallb-sandbox.yaml");
const API = "metallb.io/v1beta1";

beforeEach(() => {
  make("apps/v1", "Deployment", "web", deployment("web", 2));
});

function fromHost(address: string, port: number, chance: number): Way {
  const choice = { random: () => chance, affinity: new Affinity(), now: 0 };
  return routeOf(store, { source: { kind: "host" }, address, port }, choice);
}

function put(object: KubeObject): void {
  const kind = registry.kinds.ofObject(object.apiVersion, object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  const { namespace, name } = object.metadata;
  const found = store.get(`${kind.group}/${kind.plural}`, namespace, name);
  if (found === undefined) registry.create(kind, namespace, object);
  else registry.update(kind, namespace, name, object);
}

function install(): void {
  for (const document of parseAllDocuments(readFileSync(MANIFEST, "utf8"))) put(document.toJS() as KubeObject);
  clock.advance(60_000);
}

function pool(name: string, addresses: string, spec: JsonObject = {}): void {
  put({
    apiVersion: API,
    kind: "IPAddressPool",
    metadata: { name, namespace: "metallb-system" },
    spec: { addresses: [addresses], ...spec },
  });
}

function advertise(name: string, spec: JsonObject = {}): void {
  put({ apiVersion: API, kind: "L2Advertisement", metadata: { name, namespace: "metallb-system" }, spec });
}

function balanced(name: string, more: { readonly annotations?: JsonObject; readonly spec?: JsonObject } = {}): void {
  const metadata = { name, namespace: "default", annotations: more.annotations ?? {} };
  const spec = { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }], ...more.spec };
  put({ apiVersion: "v1", kind: "Service", metadata, spec } as KubeObject);
}

function address(name: string): string | undefined {
  clock.advance(1000);
  const ingress = store.get("/services", "default", name)?.status?.loadBalancer?.ingress;
  return ingress?.[0]?.ip;
}

function said(name: string): string[] {
  return store
    .list("/events", "default")
    .filter(({ involvedObject }) => {
      const about = involvedObject as JsonObject;
      return about.kind === "Service" && about.name === name;
    })
    .map(({ reason, message }) => `${reason}: ${message}`);
}

describe("a LoadBalancer service", () => {
  test("waits until MetalLB runs and has a pool; announced it is when an advertisement speaks for the pool", () => {
    balanced("web");
    expect(address("web")).toBeUndefined();
    install();
    expect(address("web")).toBeUndefined();
    pool("first", "172.18.255.200-172.18.255.250");
    expect(address("web")).toBe("172.18.255.200");
    expect(said("web")).toEqual(['IPAllocated: Assigned IP ["172.18.255.200"]']);
    advertise("layer2");
    expect(address("web")).toBe("172.18.255.200");
    expect(said("web")).toEqual([
      'IPAllocated: Assigned IP ["172.18.255.200"]',
      'nodeAssigned: announcing from node "one-control-plane" with protocol "layer2"',
    ]);
    expect(store.get("/services", "default", "web")?.metadata.annotations).toEqual({
      "metallb.io/ip-allocated-from-pool": "first",
    });
    expect(errors).toEqual([]);
  });

  test("keeps waiting while the controller is not Ready", () => {
    for (const document of parseAllDocuments(readFileSync(MANIFEST, "utf8"))) {
      const object = document.toJS() as KubeObject;
      if (object.kind !== "Deployment") put(object);
    }
    pool("first", "172.18.255.200-172.18.255.250");
    advertise("layer2");
    balanced("web");
    clock.advance(60_000);
    expect(address("web")).toBeUndefined();
  });
});

describe("with MetalLB", () => {
  beforeEach(() => {
    install();
    pool("first", "172.18.255.200-172.18.255.201");
    advertise("layer2", { ipAddressPools: ["first"] });
  });

  test("an exhausted pool is told of, and what one service gives back the next one gets", () => {
    for (const name of ["a", "b", "c"]) balanced(name);
    expect(["a", "b", "c"].map(address)).toEqual(["172.18.255.200", "172.18.255.201", undefined]);
    expect(said("c")).toEqual(['AllocationFailed: Failed to allocate IP for "default/c": no available IPs']);
    remove("v1", "Service", "a");
    expect(address("c")).toBe("172.18.255.200");
    put({
      ...(store.get("/services", "default", "b") as KubeObject),
      spec: { type: "ClusterIP", selector: { app: "web" }, ports: [{ port: 80 }] },
    });
    expect(address("b")).toBeUndefined();
    expect(store.get("/services", "default", "b")?.metadata.annotations ?? {}).toEqual({});
    expect(errors).toEqual([]);
  });

  test.each([
    ["the annotation", { annotations: { "metallb.io/loadBalancerIPs": "172.18.255.201" } }, "172.18.255.201"],
    [
      "the old annotation",
      { annotations: { "metallb.universe.tf/loadBalancerIPs": "172.18.255.201" } },
      "172.18.255.201",
    ],
    ["the field", { spec: { loadBalancerIP: "172.18.255.201" } }, "172.18.255.201"],
    ["another balancer's class", { spec: { loadBalancerClass: "example.com/other" } }, undefined],
  ])("an address by %s", (_, more, wanted) => {
    balanced("web", more);
    expect(address("web")).toBe(wanted);
  });

  test.each([
    ["outside of all pools", { "metallb.io/loadBalancerIPs": "172.18.9.9" }, '["172.18.9.9"] is not allowed in config'],
    [
      "in use",
      { "metallb.io/loadBalancerIPs": "172.18.255.200" },
      "can't change sharing key, address also in use by default/first",
    ],
    ["of an unknown pool", { "metallb.io/address-pool": "none" }, 'unknown pool "none"'],
  ])("an address %s is refused by an event", (_, annotations, why) => {
    balanced("first");
    expect(address("first")).toBe("172.18.255.200");
    balanced("web", { annotations });
    expect(address("web")).toBeUndefined();
    expect(said("web")).toEqual([`AllocationFailed: Failed to allocate IP for "default/web": ${why}`]);
  });

  test("a service moves to the address that it asks for later", () => {
    balanced("web");
    expect(address("web")).toBe("172.18.255.200");
    balanced("web", { annotations: { "metallb.io/loadBalancerIPs": "172.18.255.201" } });
    expect(address("web")).toBe("172.18.255.201");
  });

  test("a pool without autoAssign serves those that ask for it; a pool that moves takes its services along", () => {
    pool("first", "172.18.255.200-172.18.255.201", { autoAssign: false });
    balanced("web");
    balanced("asks", { annotations: { "metallb.io/address-pool": "first" } });
    expect(address("web")).toBeUndefined();
    expect(address("asks")).toBe("172.18.255.200");
    pool("first", "172.18.254.1-172.18.254.9", { autoAssign: true });
    expect(["web", "asks"].map(address).toSorted()).toEqual(["172.18.254.1", "172.18.254.2"]);
    expect(said("asks").filter((line) => line.startsWith("ClearAssignment"))).toHaveLength(1);
  });

  test("from the host: the balancer's address and the node port lead to ready pods, nothing else does", () => {
    balanced("web", { spec: { ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] } });
    expect(address("web")).toBe("172.18.255.200");
    const route = (host: string, port: number, chance = 0): unknown => {
      const found = fromHost(host, port, chance);
      return found.kind === "pod" ? [found.pod.metadata.labels?.app, found.port, found.from] : found.kind;
    };
    const good = ["web", 8080, "10.244.0.1"];
    expect(route("172.18.255.200", 80)).toEqual(good);
    expect(route("172.18.255.200", 81)).toBe("refused");
    expect(route("172.18.255.201", 80)).toBe("unreachable");
    expect(route("172.18.0.2", 30080)).toEqual(good);
    expect(route("172.18.0.2", 80)).toBe("node");
    const { clusterIP } = store.get("/services", "default", "web")?.spec ?? {};
    expect(route(clusterIP, 80)).toBe("unreachable");
    expect(route(store.list("/pods", "default")[0]?.status?.podIP, 8080)).toBe("unreachable");
    expect(route("web.default", 80)).toBe("unreachable");
    const names = [0, 0.99].map((chance) => {
      const found = fromHost("172.18.255.200", 80, chance);
      return found.kind === "pod" ? found.pod.metadata.name : found.kind;
    });
    expect(new Set(names).size).toBe(2);
  });

  test.each([
    ["the advertisement goes", () => removeCustom("L2Advertisement", "layer2")],
    ["it names another pool", () => advertise("layer2", { ipAddressPools: ["other"] })],
    ["it names other nodes", () => advertise("layer2", { nodeSelectors: [{ matchLabels: { no: "such" } }] })],
    ["the node is excluded", exclude],
    ["the speakers go", () => registry.delete(kindOf("apps/v1", "DaemonSet"), "metallb-system", "speaker")],
  ])("a given address stays given but does not answer when %s", (_, change) => {
    balanced("web");
    expect(address("web")).toBe("172.18.255.200");
    expect(fromHost("172.18.255.200", 80, 0).kind).toBe("pod");
    change();
    clock.advance(60_000);
    expect(address("web")).toBe("172.18.255.200");
    expect(fromHost("172.18.255.200", 80, 0).kind).toBe("unreachable");
  });
});

describe("MetalLB's webhook", () => {
  const valid = {
    apiVersion: API,
    kind: "IPAddressPool",
    metadata: { name: "p", namespace: "metallb-system" },
    spec: { addresses: ["10.0.0.0/24"] },
  };
  const refusal = (object: KubeObject, operation: "CREATE" | "UPDATE" = "CREATE"): string | undefined => {
    try {
      const kind = kindOf(object.apiVersion, object.kind);
      const rest = { old: undefined, dryRun: false, user: undefined, subresource: undefined, warn: () => {} };
      webhooks(store).validate?.({ kind, operation, object, ...rest });
      return undefined;
    } catch (error) {
      if (error instanceof StatusError) return error.message;
      throw error;
    }
  };

  test("refuses everything until its pod is Ready, then what is wrong", () => {
    for (const document of parseAllDocuments(readFileSync(MANIFEST, "utf8"))) put(document.toJS() as KubeObject);
    const { clusterIP } = store.get("/services", "metallb-system", "metallb-webhook-service")?.spec ?? {};
    const early =
      'Internal error occurred: failed calling webhook "ipaddresspoolvalidationwebhook.metallb.io": failed to call webhook: ' +
      'Post "https://metallb-webhook-service.metallb-system.svc:443/validate-metallb-io-v1beta1-ipaddresspool?timeout=10s": ' +
      `dial tcp ${clusterIP}:443: connect: connection refused`;
    expect(refusal(valid)).toBe(early);
    expect(refusal(valid, "UPDATE")).toBe(early);
    clock.advance(60_000);
    expect(refusal(valid)).toBeUndefined();
    expect(refusal({ ...valid, spec: { addresses: ["10.0.0.0"] } })).toContain(
      'admission webhook "ipaddresspoolvalidationwebhook.metallb.io" denied the request: ',
    );
  });

  test("asks only what its rules, its selectors and its policy say", () => {
    for (const document of parseAllDocuments(readFileSync(MANIFEST, "utf8"))) put(document.toJS() as KubeObject);
    expect(
      refusal({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default" } }),
    ).toBeUndefined();
    const kind = kindOf("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration");
    const configuration = registry.get(kind, undefined, "metallb-webhook-configuration");
    const change = (more: JsonObject): void => {
      const [first, ...rest] = configuration.webhooks as JsonObject[];
      const { resourceVersion: _, ...metadata } = configuration.metadata;
      registry.update(kind, undefined, "metallb-webhook-configuration", {
        ...configuration,
        metadata,
        webhooks: [{ ...first, ...more }, ...rest],
      });
    };
    change({ failurePolicy: "Ignore" });
    expect(refusal(valid)).toBeUndefined();
    change({ objectSelector: { matchLabels: { checked: "yes" } } });
    expect(refusal(valid)).toBeUndefined();
    change({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } });
    expect(refusal(valid)).toBeUndefined();
    change({});
    expect(refusal(valid)).toContain("connection refused");
    registry.delete(kindOf("v1", "Service"), "metallb-system", "metallb-webhook-service");
    expect(refusal(valid)).toContain('service "metallb-webhook-service" not found');
  });
});

function kindOf(apiVersion: string, kind: string): Parameters<typeof registry.get>[0] {
  const found = registry.kinds.ofObject(apiVersion, kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

function removeCustom(kind: string, name: string): void {
  registry.delete(kindOf(API, kind), "metallb-system", name);
}

function exclude(): void {
  const node = store.get("/nodes", undefined, "one-control-plane") as KubeObject;
  const labels = { ...node.metadata.labels, "node.kubernetes.io/exclude-from-external-load-balancers": "" };
  registry.update(kindOf("v1", "Node"), undefined, "one-control-plane", {
    ...node,
    metadata: { ...node.metadata, labels },
  });
}
