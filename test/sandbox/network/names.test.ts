import { expect, test } from "vitest";
import { hostsFile, lookup, nameOf, query, resolverFile, serviceRecords } from "../../../src/sandbox/network/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { node, objectsOf, pod, RESOURCES, service, slice } from "./objects.ts";

const db0 = pod("db-0", "10.244.0.5", { hostname: "db-0", subdomain: "db" });
const db1 = pod("db-1", "10.244.0.6", { hostname: "db-1", subdomain: "db" });
const dns = pod("coredns", "10.244.0.2", { namespace: "kube-system" });
const kubeDns = {
  metadata: { name: "kube-dns", namespace: "kube-system", uid: "dns" },
  spec: { clusterIP: "10.96.0.10", ports: [{ name: "dns", port: 53, protocol: "UDP" }] },
};
const dnsSlice = slice("kube-dns", [dns], { port: 53, portName: "dns" });
dnsSlice.metadata.namespace = "kube-system";

function world(policies: JsonObject[] = [], dnsSlices = [dnsSlice]) {
  return objectsOf({
    "/nodes": [node("learn-istio-control-plane", "172.18.0.2")],
    "/pods": [db0, db1, dns],
    "/services": [
      service("web", { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }] }),
      service("db", { clusterIP: "None", ports: [{ name: "sql", port: 5432 }] }),
      service("alias", { type: "ExternalName", externalName: "web.default.svc.cluster.local" }),
      service("outside", { type: "ExternalName", externalName: "example.com" }),
      kubeDns,
    ],
    [RESOURCES.slices]: [slice("db", [db0, db1], { port: 5432, portName: "sql" }), ...dnsSlices],
    [RESOURCES.policies]: policies,
  });
}

const from = (spec: JsonObject = {}, namespace = "default"): KubeObject =>
  pod("client", "10.244.0.9", { ...spec, namespace }) as KubeObject;

test.each([
  ["web", "web.default.svc.cluster.local", "10.96.0.20"],
  ["WEB", "web.default.svc.cluster.local", "10.96.0.20"],
  ["web.default", "web.default.svc.cluster.local", "10.96.0.20"],
  ["web.default.svc", "web.default.svc.cluster.local", "10.96.0.20"],
  ["web.default.svc.cluster.local.", "web.default.svc.cluster.local", "10.96.0.20"],
  ["web.default.svc.", "missing", ""],
  ["web.other", "missing", ""],
  ["db", "db.default.svc.cluster.local", "10.244.0.5 10.244.0.6"],
  ["db-1.db", "db-1.db.default.svc.cluster.local", "10.244.0.6"],
  ["db-9.db", "missing", ""],
  ["alias", "alias.default.svc.cluster.local", "10.96.0.20"],
  ["outside", "missing", ""],
  ["example.com", "missing", ""],
  ["10-244-0-77.default.pod.cluster.local", "10-244-0-77.default.pod.cluster.local", "10.244.0.77"],
  ["learn-istio-control-plane", "learn-istio-control-plane", "172.18.0.2"],
  ["localhost", "localhost", "127.0.0.1"],
  ["client", "client", "10.244.0.9"],
  ["10.1.2.3", "10.1.2.3", "10.1.2.3"],
])("%s is %s", (name, full, addresses) => {
  const found = lookup(world(), from(), name);
  const expected = full === "missing" ? ["missing", ""] : [full, addresses];
  expect(found.kind === "found" ? [found.name, found.addresses.join(" ")] : [found.kind, ""]).toEqual(expected);
});

test.each<[string, JsonObject, string, string]>([
  ["another namespace does not see it by its short name", { namespace: "other" }, "web", "missing"],
  [
    "the node's own name server knows nothing of the cluster",
    { dnsPolicy: "Default" },
    "web.default.svc.cluster.local",
    "missing",
  ],
  ["nor on the node's network", { hostNetwork: true }, "web", "missing"],
  ["unless it asks for it", { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }, "web", "found"],
  ["without any server", { dnsPolicy: "None" }, "web", "timeout"],
  [
    "with a server and search paths of its own",
    { dnsPolicy: "None", dnsConfig: { nameservers: ["10.96.0.10"], searches: ["default.svc.cluster.local"] } },
    "web",
    "found",
  ],
  ["an alias of the pod", { hostAliases: [{ ip: "10.1.1.1", hostnames: ["shop.example"] }] }, "shop.example", "found"],
])("%s", (_, { namespace, ...spec }, name, kind) => {
  expect(lookup(world(), from(spec, namespace), name).kind).toBe(kind);
});

test("nobody answers without CoreDNS, or past a policy; the pod's own files still do", () => {
  const closed = [
    { metadata: { name: "p", namespace: "default" }, spec: { podSelector: {}, policyTypes: ["Egress"] } },
  ];
  for (const objects of [world([], []), world(closed)]) {
    expect(lookup(objects, from(), "web")).toEqual({ kind: "timeout" });
    expect(lookup(objects, from(), "localhost").kind).toBe("found");
    expect(query(objects, from(), "localhost").kind).toBe("timeout");
  }
});

test("services by their ports, and names by their addresses", () => {
  expect(serviceRecords(world(), from(), "_sql._tcp.db")).toEqual([
    { port: 5432, target: "db-0.db.default.svc.cluster.local" },
    { port: 5432, target: "db-1.db.default.svc.cluster.local" },
  ]);
  expect(serviceRecords(world(), from(), "_http._tcp.web.default.svc.cluster.local")).toEqual([
    { port: 80, target: "web.default.svc.cluster.local" },
  ]);
  expect(serviceRecords(world(), from(), "_http._udp.web")).toEqual([]);
  expect(["10.96.0.20", "10.244.0.6", "10.1.1.1"].map((one) => nameOf(world(), one))).toEqual([
    "web.default.svc.cluster.local",
    "db-1.db.default.svc.cluster.local",
    undefined,
  ]);
});

test.each<[string, JsonObject, string]>([
  [
    "the cluster's",
    {},
    "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
  ],
  ["the node's", { dnsPolicy: "Default" }, "nameserver 172.18.0.1\noptions ndots:0\n"],
  ["the node's for who is on its network", { hostNetwork: true }, "nameserver 172.18.0.1\noptions ndots:0\n"],
  [
    "the cluster's for who is on the node's network and asks for it",
    { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
    "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
  ],
  [
    "its own",
    {
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["192.0.2.1"], searches: ["a.example"], options: [{ name: "edns0" }] },
    },
    "search a.example\nnameserver 192.0.2.1\noptions edns0\n",
  ],
  [
    "the cluster's and its own",
    {
      dnsConfig: {
        nameservers: ["10.96.0.10", "192.0.2.1"],
        searches: ["a.example"],
        options: [{ name: "ndots", value: "2" }],
      },
    },
    "search default.svc.cluster.local svc.cluster.local cluster.local a.example\nnameserver 10.96.0.10\nnameserver 192.0.2.1\noptions ndots:2\n",
  ],
])("a pod's resolv.conf: %s", (_, spec, expected) => {
  expect(resolverFile(pod("web", "10.244.0.5", spec) as KubeObject)).toBe(expected);
});

test("a pod's hosts: its own names, then its aliases", () => {
  const hostAliases = [{ ip: "192.0.2.9", hostnames: ["a.example", "b.example"] }];
  const file = hostsFile(pod("web", "10.244.0.5", { hostname: "w", subdomain: "sub", hostAliases }) as KubeObject);
  expect(file.split("\n").slice(7)).toEqual([
    "10.244.0.5\tw.sub.default.svc.cluster.local\tw",
    "",
    "# Entries added by HostAliases.",
    "192.0.2.9\ta.example\tb.example",
    "",
  ]);
});
