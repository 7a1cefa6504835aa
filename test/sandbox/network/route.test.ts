import { describe, expect, test } from "vitest";
import { Affinity, type Choice, route, type Source } from "../../../src/sandbox/network/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { choice, node, objectsOf, pod, RESOURCES, service, slice } from "./objects.ts";

const one = pod("one", "10.244.0.5", { labels: { app: "web" } });
const two = pod("two", "10.244.1.5", { labels: { app: "web" }, nodeName: "node-2" });
const client = pod("client", "10.244.0.9");
const system = pod("proxy", "172.18.0.2", { hostNetwork: true });

function world(more: { services?: JsonObject[]; slices?: JsonObject[]; policies?: JsonObject[] } = {}) {
  return objectsOf({
    "/nodes": [node("node-1", "172.18.0.2"), node("node-2", "172.18.0.3", "10.244.1.0/24")],
    "/pods": [one, two, client, system],
    "/namespaces": [{ metadata: { name: "default", labels: { team: "a" } } }],
    "/services": more.services ?? [],
    [RESOURCES.slices]: more.slices ?? [],
    [RESOURCES.policies]: more.policies ?? [],
  });
}

const fromPod = (from: JsonObject): Source => ({ kind: "pod", pod: from as KubeObject });
const NODE: Source = { kind: "node" };
const HOST: Source = { kind: "host" };

/** The way in one line: the pod and its port with the client's address, or why there is none. */
function way(objects: ReturnType<typeof world>, source: Source, target: string, by: Choice = choice()): string {
  const [address = "", port = "80"] = target.split(":");
  const found = route(objects, { source, address, port: Number(port) }, by);
  if (found.kind === "pod") return `${found.pod.metadata.name}:${found.port} from ${found.from}`;
  return found.kind === "node" ? `${found.address}:${found.port} from ${found.from}` : found.kind;
}

const web = (spec: JsonObject = {}, status?: JsonObject): JsonObject =>
  service("web", { clusterIP: "10.96.0.20", ports: [{ port: 80, nodePort: 30080 }], ...spec }, status);

describe("without services", () => {
  test.each([
    ["a pod's address", fromPod(client), "10.244.0.5:81", "one:81 from 10.244.0.9"],
    ["its own address", fromPod(one), "10.244.0.5:81", "one:81 from 10.244.0.5"],
    ["its own loopback", fromPod(one), "127.0.0.1:81", "one:81 from 127.0.0.1"],
    ["from the node", NODE, "10.244.0.5:81", "one:81 from 10.244.0.1"],
    ["from its own node to a pod of the second", NODE, "10.244.1.5:81", "two:81 from 10.244.1.1"],
    ["from a pod on the node's network", fromPod(system), "10.244.0.5:81", "one:81 from 10.244.0.1"],
    ["from the host", HOST, "10.244.0.5:81", "unreachable"],
    ["the host's own loopback", HOST, "127.0.0.1:81", "unreachable"],
    ["an address of a pod that shares the node's", fromPod(client), "172.18.0.2:81", "172.18.0.2:81 from 10.244.0.9"],
    ["nobody's address on the nodes' network", fromPod(client), "172.18.0.99:81", "unreachable"],
    ["nobody's address", fromPod(client), "10.244.0.77:81", "filtered"],
    ["the internet", fromPod(client), "93.184.216.34:80", "filtered"],
    ["no address", fromPod(client), "web:80", "unreachable"],
  ])("%s", (_, source, target, expected) => {
    expect(way(world(), source, target)).toBe(expected);
  });
});

describe("a service", () => {
  const both = { services: [web()], slices: [slice("web", [one, two])] };

  test("goes to any endpoint by chance, which sees the pod's own address", () => {
    const found = [0, 0.99].map((chance) => way(world(both), fromPod(client), "10.96.0.20:80", choice(chance)));
    expect(found).toEqual(["one:8080 from 10.244.0.9", "two:8080 from 10.244.0.9"]);
  });

  test.each<[string, Source, string, string]>([
    ["a port that it does not have is dropped", fromPod(client), "10.96.0.20:81", "filtered"],
    ["is not there for the host", HOST, "10.96.0.20:80", "unreachable"],
    ["masks the node", NODE, "10.96.0.20:80", "one:8080 from 10.244.0.1"],
    ["masks a pod that meets itself", fromPod(one), "10.96.0.20:80", "one:8080 from 10.244.0.1"],
    ["by its node port from the host", HOST, "172.18.0.2:30080", "one:8080 from 10.244.0.1"],
    ["by another node's port from the host", HOST, "172.18.0.3:30080", "one:8080 from 172.18.0.3"],
    ["by another node from there", { kind: "node", name: "node-2" }, "10.96.0.20:80", "one:8080 from 172.18.0.3"],
    ["by its node port from a pod", fromPod(client), "172.18.0.2:30080", "one:8080 from 10.244.0.1"],
  ])("%s", (_, source, target, expected) => {
    expect(way(world(both), source, target)).toBe(expected);
  });

  test.each([
    ["refuses without endpoints", {}, "refused"],
    ["refuses while none is ready", { one: { ready: false }, two: { ready: false } }, "refused"],
    ["prefers what is ready", { one: { ready: false } }, "two:8080 from 10.244.0.9"],
    [
      "falls back to what still serves while it ends",
      { one: { ready: false, serving: true, terminating: true }, two: { ready: false, serving: false } },
      "one:8080 from 10.244.0.9",
    ],
  ])("%s", (_, conditions, expected) => {
    const slices = Object.keys(conditions).length === 0 ? [] : [slice("web", [one, two], { conditions })];
    expect(way(world({ services: [web()], slices }), fromPod(client), "10.96.0.20:80")).toBe(expected);
  });

  test.each([
    [
      "UDP is not there for TCP",
      { ports: [{ port: 80, protocol: "UDP" }] },
      fromPod(client),
      "10.96.0.20:80",
      "filtered",
    ],
    [
      "an external address from inside",
      { externalIPs: ["203.0.113.9"] },
      fromPod(client),
      "203.0.113.9:80",
      "one:8080 from 10.244.0.1",
    ],
    [
      "an external address from the host is nobody's",
      { externalIPs: ["203.0.113.9"] },
      HOST,
      "203.0.113.9:80",
      "unreachable",
    ],
    [
      "an external address that is a node's",
      { externalIPs: ["172.18.0.3"] },
      HOST,
      "172.18.0.3:80",
      "one:8080 from 172.18.0.3",
    ],
    [
      "internal traffic stays on the node",
      { internalTrafficPolicy: "Local" },
      fromPod({ ...client, spec: { nodeName: "node-2" } }),
      "10.96.0.20:80",
      "two:8080 from 10.244.0.9",
    ],
    [
      "internal traffic with nobody on the node is dropped",
      { internalTrafficPolicy: "Local" },
      fromPod({ ...client, spec: { nodeName: "node-3" } }),
      "10.96.0.20:80",
      "filtered",
    ],
  ])("%s", (_, spec, source, target, expected) => {
    expect(way(world({ ...both, services: [web(spec)] }), source, target)).toBe(expected);
  });

  test.each([
    ["172.18.0.2:30080", "one:8080 from 172.18.0.1"],
    ["172.18.0.3:30080", "two:8080 from 172.18.0.1"],
  ])("external traffic stays on the node where it comes in: %s", (target, expected) => {
    const local = world({ ...both, services: [web({ externalTrafficPolicy: "Local" })] });
    expect([0, 0.99].map((chance) => way(local, HOST, target, choice(chance)))).toEqual([expected, expected]);
  });

  test("a balancer's address: inside it is short-circuited, outside somebody must answer for it", () => {
    const balanced = { loadBalancer: { ingress: [{ ip: "172.18.255.200" }] } };
    const plain = world({ ...both, services: [web({ type: "LoadBalancer" }, balanced)] });
    expect(way(plain, fromPod(client), "172.18.255.200:80")).toBe("one:8080 from 10.244.0.1");
    expect(way(plain, HOST, "172.18.255.200:80")).toBe("unreachable");
    const local = world({ ...both, services: [web({ externalTrafficPolicy: "Local" }, balanced)] });
    expect(way(local, fromPod(client), "172.18.255.200:80")).toBe("one:8080 from 10.244.0.9");
    const held = world({ ...both, services: [web({ loadBalancerSourceRanges: ["192.0.2.0/24"] }, balanced)] });
    expect(way(held, fromPod(client), "172.18.255.200:80")).toBe("filtered");
  });

  test("affinity keeps a client at its endpoint until it has been away too long", () => {
    const spec = { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } };
    const objects = world({ ...both, services: [web(spec)] });
    const affinity = new Affinity();
    const ask = (chance: number, now: number, from = client): string =>
      way(objects, fromPod(from), "10.96.0.20:80", choice(chance, { affinity, now })).split(":")[0] ?? "";
    expect([ask(0, 0), ask(0.99, 50_000), ask(0.99, 100_000)]).toEqual(["one", "one", "one"]);
    expect(ask(0.99, 100_000, two)).toBe("two");
    expect(ask(0.99, 161_000)).toBe("two");
  });
});

describe("policies", () => {
  const toOne = "10.244.0.5:8080";
  const policy = (spec: JsonObject): JsonObject => ({ metadata: { name: "p", namespace: "default" }, spec });
  const ingress = (...rules: JsonObject[]): JsonObject =>
    policy({ podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ingress: rules });
  const open = "one:8080 from 10.244.0.9";

  test.each([
    ["nothing selects it", policy({ podSelector: { matchLabels: { app: "other" } } }), open],
    ["all is denied", ingress(), "filtered"],
    ["all is allowed", ingress({}), open],
    ["a pod by its labels", ingress({ from: [{ podSelector: { matchLabels: { app: "client" } } }] }), open],
    ["a pod by other labels", ingress({ from: [{ podSelector: { matchLabels: { app: "x" } } }] }), "filtered"],
    ["a namespace", ingress({ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }] }), open],
    [
      "a namespace, but other pods in it",
      ingress({ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: "x" } } }] }),
      "filtered",
    ],
    ["a block", ingress({ from: [{ ipBlock: { cidr: "10.244.0.0/24" } }] }), open],
    [
      "a block with an exception",
      ingress({ from: [{ ipBlock: { cidr: "10.244.0.0/16", except: ["10.244.0.8/29"] } }] }),
      "filtered",
    ],
    ["a port", ingress({ ports: [{ port: 8080 }] }), open],
    ["another port", ingress({ ports: [{ port: 80 }] }), "filtered"],
    ["a range of ports", ingress({ ports: [{ port: 8000, endPort: 8100 }] }), open],
    ["a port by its name", ingress({ ports: [{ port: "web" }] }), open],
    ["a port of another protocol", ingress({ ports: [{ port: 8080, protocol: "UDP" }] }), "filtered"],
    ["the client may not leave", policy({ podSelector: {}, policyTypes: ["Egress"] }), "filtered"],
    [
      "the client may leave to these pods",
      policy({
        podSelector: { matchLabels: { app: "client" } },
        egress: [{ to: [{ podSelector: {} }] }],
        policyTypes: ["Egress"],
      }),
      open,
    ],
  ])("%s", (_, object, expected) => {
    expect(way(world({ policies: [object] }), fromPod(client), toOne)).toBe(expected);
  });

  test("hold behind a service, not for the node, not for a pod itself; the host is an address", () => {
    const some = { services: [web()], slices: [slice("web", [one])] };
    const closed = world({ ...some, policies: [ingress()] });
    expect(way(closed, fromPod(client), "10.96.0.20:80")).toBe("filtered");
    expect(way(closed, NODE, toOne)).toBe("one:8080 from 10.244.0.1");
    expect(way(closed, fromPod(one), toOne)).toBe("one:8080 from 10.244.0.5");
    expect(way(closed, HOST, "172.18.0.2:30080")).toBe("filtered");
    const hostOnly = ingress({ from: [{ ipBlock: { cidr: "172.18.0.0/16" } }] });
    expect(way(world({ ...some, policies: [hostOnly] }), HOST, "172.18.0.2:30080")).toBe("one:8080 from 10.244.0.1");
  });
});
