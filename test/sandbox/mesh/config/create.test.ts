import { expect, test } from "vitest";
import { parse } from "yaml";
import { compile } from "../../../../src/sandbox/mesh/config/compile.ts";
import type { MeshConfig } from "../../../../src/sandbox/mesh/config/config.ts";
import type { Workload } from "../../../../src/sandbox/mesh/model.ts";
import { meshOf } from "./cluster.ts";
import { dump } from "./dump.ts";

const REVIEWS = "outbound|9080||reviews.default.svc.cluster.local";
const ASKED = ["sidecar default/client 10.96.0.13:9080", `cluster default/client ${REVIEWS}`];
const PODS = `
pods:
  - { name: reviews-v2, namespace: default, ip: 10.244.0.14, labels: { app: reviews, version: v2 }, proxy: sidecar, ready: false }
`;
const RULE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: default }
spec: { hosts: [reviews], http: [{ route: [{ destination: { host: ratings } }] }] }
`;

function client(config: MeshConfig): Workload {
  const found = config.workloadAt("10.244.0.2");
  if (found === undefined) throw new Error("no client");
  return found;
}

function routes(config: MeshConfig): unknown {
  const listener = config.outbound(client(config), "10.96.0.13", 9080);
  return listener.kind === "http" ? listener.routes : undefined;
}

test("it is the same for as long as nothing of it changes, whatever else is written", () => {
  const { store, config } = meshOf();
  const before = config();
  expect(config()).toBe(before);
  store.create("/events", { apiVersion: "v1", kind: "Event", metadata: { name: "x", namespace: "default" } });
  expect(config()).toBe(before);
});

test("pods that come and go change endpoints, and leave routes and other workloads as they are", () => {
  const { add, config } = meshOf();
  const before = config();
  const [routesBefore, clientBefore] = [routes(before), client(before)];
  expect(before.cluster(REVIEWS, clientBefore)?.endpoints).toHaveLength(3);
  add(PODS);
  const after = config();
  expect(after).not.toBe(before);
  expect(client(after)).toBe(clientBefore);
  expect(routes(after)).toBe(routesBefore);
  expect(after.cluster(REVIEWS, clientBefore)?.endpoints.map(({ address }) => address)).toEqual([
    "10.244.0.13",
    "10.244.0.15",
  ]);
  // What a request has begun with stays as it was.
  expect(before.cluster(REVIEWS, clientBefore)?.endpoints).toHaveLength(3);
});

test("what is kept is what is made anew, after every change", () => {
  const { store, add, config } = meshOf();
  const anew = (): string => dump(compile(store, { parseYaml: parse }), ASKED);
  const texts = [dump(config(), ASKED)];
  for (const text of [PODS, RULE, RULE.replace("host: ratings", "host: details"), PODS.replace("false", "true")]) {
    add(text);
    const kept = dump(config(), ASKED);
    expect(kept).toBe(anew());
    texts.push(kept);
  }
  store.remove("networking.istio.io/virtualservices", "default", "reviews");
  expect(dump(config(), ASKED)).toBe(texts[0]);
  expect(new Set(texts).size).toBe(5);
});

test("a cluster is another one when its DestinationRule changes, and the same when only its pods do", () => {
  const { add, config } = meshOf();
  const settings = (): string | undefined => config().cluster(REVIEWS, client(config()))?.settings;
  const before = settings();
  add(PODS);
  expect(settings()).toBe(before);
  const rule = (max: number): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: narrow, namespace: default }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { maxConnections: ${max} } } } }
`;
  add(rule(1));
  expect(settings()).not.toBe(before);
});
