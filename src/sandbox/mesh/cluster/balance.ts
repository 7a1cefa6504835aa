import { createHash } from "node:crypto";
import type { Balancing, HashKey } from "../config/config.ts";
import { header } from "../headers.ts";
import type { Arrival, Endpoint, HttpRequest } from "../model.ts";
import { type ClusterState, endpointState } from "../state.ts";

/** What the choice of an endpoint may depend on. */
export interface Choice {
  readonly cluster: ClusterState;
  readonly request: HttpRequest;
  readonly from: Arrival["from"];
  readonly random: () => number;
  /** The value of a cookie that the request is about to be given. */
  readonly issued?: string | undefined;
}

type Balancer = (endpoints: readonly Endpoint[], choice: Choice) => Endpoint | undefined;

const BALANCERS: Readonly<Record<Exclude<Balancing["kind"], "HASH">, Balancer>> = {
  ROUND_ROBIN: (endpoints, { cluster }) => endpoints[cluster.turn++ % endpoints.length],
  RANDOM: byChance,
  // Of two by chance the one with less to do: Envoy's power of two choices.
  LEAST_REQUEST: (endpoints, choice) => {
    const one = byChance(endpoints, choice);
    const other = byChance(endpoints, choice);
    return one && other && load(choice.cluster, other) < load(choice.cluster, one) ? other : one;
  },
  PASSTHROUGH: byChance,
};

/** The endpoint for a request; undefined when there is none. */
export function balance(balancing: Balancing, endpoints: readonly Endpoint[], choice: Choice): Endpoint | undefined {
  if (endpoints.length === 0) return undefined;
  if (balancing.kind !== "HASH") return BALANCERS[balancing.kind](endpoints, choice);
  const key = hashKey(balancing.by, choice);
  return key === undefined ? byChance(endpoints, choice) : byHash(endpoints, key);
}

function byChance(endpoints: readonly Endpoint[], { random }: Choice): Endpoint | undefined {
  const total = endpoints.reduce((sum, one) => sum + one.weight, 0);
  let left = random() * total;
  return endpoints.find((one) => {
    left -= one.weight;
    return left < 0;
  });
}

function load(cluster: ClusterState, { address, port, weight }: Endpoint): number {
  return (endpointState(cluster, address, port).active + 1) / weight;
}

/** The cookie of a request, by name. */
export function cookie(request: HttpRequest, name: string): string | undefined {
  const pairs = (header(request.headers, "cookie") ?? "").split(";").map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return value === undefined ? undefined : (/^"(.*)"$/.exec(value)?.[1] ?? value);
}

/** A cookie that keeps a client with its endpoint. */
export interface Issued {
  readonly value: string;
  /** As the answer sets it. */
  readonly header: string;
}

/** For a request that lacks the cookie of its cluster, if it is one with a time to live. Source: Envoy's hash policy. */
export function issuedCookie(balancing: Balancing, request: HttpRequest, random: () => number): Issued | undefined {
  if (balancing.kind !== "HASH" || balancing.by.kind !== "cookie") return undefined;
  const { name, path, ttlSeconds } = balancing.by;
  if (ttlSeconds === undefined || cookie(request, name) !== undefined) return undefined;
  const half = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const value = half() + half();
  const age = ttlSeconds === 0 ? "" : `; Max-Age=${Math.floor(ttlSeconds)}`;
  return { value, header: `${name}="${value}"${age}${path ? `; Path=${path}` : ""}; HttpOnly` };
}

function hashKey(by: HashKey, { request, from, issued }: Choice): string | undefined {
  switch (by.kind) {
    case "source":
      return from;
    case "header":
      return header(request.headers, by.name);
    case "cookie":
      return issued ?? cookie(request, by.name);
    case "query":
      return new URL(request.path, "http://x").searchParams.get(by.name) ?? undefined;
  }
}

/** Rendezvous: each key has an order of its own over all endpoints, so that one that goes moves only its own keys. */
function byHash(endpoints: readonly Endpoint[], key: string): Endpoint | undefined {
  let best: { readonly endpoint: Endpoint; readonly score: number } | undefined;
  for (const endpoint of endpoints) {
    const digest = createHash("sha1").update(`${key} ${endpoint.address}:${endpoint.port}`).digest();
    const score = digest.readUIntBE(0, 6);
    if (best === undefined || score > best.score) best = { endpoint, score };
  }
  return best?.endpoint;
}
