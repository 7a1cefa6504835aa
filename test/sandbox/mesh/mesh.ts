import type { Cluster, MeshConfig, Route, RouteTable, VirtualHost } from "../../../src/sandbox/mesh/config/config.ts";
import type { Mesh } from "../../../src/sandbox/mesh/mesh.ts";
import type { Endpoint, Hop, HttpRequest, HttpResponse, Workload } from "../../../src/sandbox/mesh/model.ts";
import { fromPod } from "../../../src/sandbox/mesh/proxy/outbound.ts";
import { emptyState } from "../../../src/sandbox/mesh/state.ts";
import type { Task } from "../../../src/sandbox/mesh/task.ts";
import { type Programs, VirtualTime } from "../../../src/sandbox/mesh/virtual-time.ts";

const KEEP = { set: {}, add: {}, remove: [] };

/** Random numbers from a seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function workload(name: string, address: string, more: Partial<Workload> = {}): Workload {
  return {
    uid: name,
    name,
    namespace: "default",
    labels: {},
    address,
    serviceAccount: name,
    node: "node",
    proxy: "sidecar",
    owner: name,
    excluded: { inbound: [], outbound: [] },
    ...more,
  };
}

export function endpoint(of: Workload, port = 80): Endpoint {
  return { address: of.address, port, workload: of, weight: 1 };
}

export function cluster(name: string, endpoints: readonly Endpoint[], more: Partial<Cluster> = {}): Cluster {
  const pool = {
    maxConnections: Number.POSITIVE_INFINITY,
    maxPending: Number.POSITIVE_INFINITY,
    maxRequests: Number.POSITIVE_INFINITY,
    maxRetries: Number.POSITIVE_INFINITY,
    maxRequestsPerConnection: Number.POSITIVE_INFINITY,
  };
  const settings = JSON.stringify(more);
  return {
    settings,
    name,
    host: "web.default.svc.cluster.local",
    port: 80,
    subset: undefined,
    type: "EDS",
    origin: undefined,
    endpoints,
    balancing: { kind: "ROUND_ROBIN" },
    pool,
    outlier: undefined,
    tls: { kind: "auto" },
    connectTimeoutMs: 10_000,
    ...more,
  };
}

export function route(
  to: string | readonly (readonly [cluster: string, weight: number])[],
  more: Partial<Route> = {},
): Route {
  const pairs = typeof to === "string" ? [[to, 1] as const] : to;
  return {
    name: undefined,
    origin: undefined,
    matches: [],
    action: {
      kind: "forward",
      destinations: pairs.map(([name, weight]) => ({
        cluster: name,
        weight,
        headers: { request: KEEP, response: KEEP },
      })),
    },
    fault: undefined,
    timeoutMs: undefined,
    retries: { attempts: 0, on: [], statuses: [], perTryMs: undefined, backoffMs: 25 },
    mirrors: [],
    rewrite: {},
    headers: { request: KEEP, response: KEEP },
    cors: undefined,
    ...more,
  };
}

/** A configuration with one virtual host for everything. */
export function config(
  routes: readonly Route[],
  clusters: readonly Cluster[],
  more: Partial<MeshConfig> = {},
): MeshConfig {
  const host: VirtualHost = { name: "web:80", domains: ["*"], routes };
  const table: RouteTable = { name: "80", hosts: [host], find: () => host };
  return {
    rootNamespace: "istio-system",
    trustDomain: "cluster.local",
    accessLog: () => true,
    accessLogForm: { encoding: "TEXT", format: undefined },
    workloadAt: () => undefined,
    outbound: () => ({ kind: "http", routes: table, unknown: "passthrough", tcp: [] }),
    gateway: () => undefined,
    inbound: () => ({
      mutualTls: "PERMISSIVE",
      authentication: [],
      authorization: { custom: [], deny: [], allow: [], audit: [] },
    }),
    cluster: (name) => clusters.find((one) => one.name === name),
    inventory: () => ({
      clusters: clusters.map(({ name }) => name),
      outbound: [],
      gatewayPorts: [],
      inbound: [],
      unready: () => [],
    }),
    ...more,
  };
}

export function get(path = "/", headers: readonly (readonly [string, string])[] = []): HttpRequest {
  return { method: "GET", path, headers: [["host", "web"], ...headers], body: Buffer.alloc(0) };
}

export function ok(body = "ok", status = 200): HttpResponse {
  return { status, headers: [["Content-Type", "text/plain"]], body: Buffer.from(body) };
}

/** A program that always answers so, after a while. */
export function* answering(response: HttpResponse, ms = 0): Task<HttpResponse> {
  if (ms > 0) yield { kind: "wait", ms };
  return response;
}

/** A mesh in virtual time, and what its proxies told. */
export function virtualMesh(of: MeshConfig, programs: Programs, seed = 1) {
  const hops: Hop[] = [];
  const time = new VirtualTime(programs);
  const mesh: Mesh = {
    config: of,
    state: emptyState(),
    now: time.now,
    random: seeded(seed),
    onHop: (hop) => hops.push(hop),
  };
  const send = (from: Workload, request: HttpRequest) =>
    fromPod(mesh, from, { address: "10.96.0.9", port: 80 }, request, () => "unreachable");
  return { mesh, time, hops, send };
}
