import {
  ADVERTISEMENTS,
  announcer,
  freeAddress,
  type Installation,
  installation,
  POOLS,
  type Pool,
  poolHolding,
  runsImage,
} from "../metallb/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Change, Controller, ObjectName, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting, nameOf } from "./owner.ts";

const POOL_WANTED = ["metallb.io/address-pool", "metallb.universe.tf/address-pool"];
const ADDRESS_WANTED = ["metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs"];
const POOL_GIVEN = "metallb.io/ip-allocated-from-pool";

/**
 * MetalLB, once it is installed: a LoadBalancer service gets the lowest free address of a pool, and a speaker answers for
 * it where an advertisement lets it. As in MetalLB the one does not wait for the other: an address that nobody advertises
 * is handed out, and does not answer. A kind cluster has nobody else who hands out any, so without MetalLB such a service
 * stays `<pending>`.
 */
export const loadBalancerController: Controller = {
  name: "metallb-controller",
  resource: "/services",
  wakes: {
    "/services": (service, snapshot) => (isBalanced(service) ? balanced(snapshot) : []),
    "apps/deployments": (object, snapshot) => (runsImage(object, "metallb/controller") ? balanced(snapshot) : []),
    "/pods": (pod, snapshot) => (runsImage(pod, "metallb/speaker") ? balanced(snapshot) : []),
    [POOLS]: (_, snapshot) => balanced(snapshot),
    [ADVERTISEMENTS]: (_, snapshot) => balanced(snapshot),
  },
  reconcile(snapshot, { namespace, name }) {
    const service = snapshot.get("/services", namespace, name);
    const metallb = installation(snapshot);
    if (service === undefined || metallb === undefined || isDeleting(service)) return NOTHING;
    if (!isBalanced(service)) return { changes: released(service) };
    return { changes: balance(snapshot, metallb, service) };
  },
};

/** With a class, a service is for another balancer. */
function isBalanced({ spec }: KubeObject): boolean {
  return spec?.type === "LoadBalancer" && !spec.loadBalancerClass;
}

function balanced(snapshot: Snapshot): readonly ObjectName[] {
  return snapshot.list("/services").filter(isBalanced).map(nameOf);
}

function balance(snapshot: Snapshot, metallb: Installation, service: KubeObject): readonly Change[] {
  if (metallb.pools.length === 0) return released(service);
  const address = addressOf(service);
  if (address === undefined) return allocated(snapshot, metallb, service, []);
  const moved = mustMove(metallb, service, address);
  if (moved === undefined) return announced(snapshot, service, address);
  return allocated(snapshot, metallb, service, moved);
}

/** What is said when a service cannot keep its address: nothing, or why. Undefined: it keeps it. */
function mustMove({ pools }: Installation, service: KubeObject, address: string): readonly Change[] | undefined {
  const pool = poolHolding(pools, address);
  if (pool === undefined) {
    const why = `current IP for ${keyOf(service)} not allowed by config, will attempt for new IP assignment: ["${address}"] is not allowed in config`;
    return [say(service, "Normal", "ClearAssignment", why)];
  }
  const wanted = annotation(service, POOL_WANTED);
  if (wanted !== undefined && wanted !== pool.name) return [];
  const asked = wantedAddress(service);
  return typeof asked === "string" && asked !== address ? [] : undefined;
}

function allocated(
  snapshot: Snapshot,
  metallb: Installation,
  service: KubeObject,
  before: readonly Change[],
): readonly Change[] {
  const choice = choose(snapshot, metallb, service);
  if ("error" in choice) {
    const why = `Failed to allocate IP for ${keyOf(service)}: ${choice.error}`;
    const failed = say(service, "Warning", "AllocationFailed", why);
    return [...before, ...released(service), ...(hasEvent(snapshot, service, "AllocationFailed", why) ? [] : [failed])];
  }
  const { address, pool } = choice;
  return [
    ...before,
    ...given(service, { loadBalancer: { ingress: [{ ip: address, ipMode: "VIP" }] } }, pool.name),
    say(service, "Normal", "IPAllocated", `Assigned IP ["${address}"]`),
    ...announced(snapshot, service, address),
  ];
}

type Choice = { readonly address: string; readonly pool: Pool } | { readonly error: string };

function choose(snapshot: Snapshot, metallb: Installation, service: KubeObject): Choice {
  const { pools } = metallb;
  const taken = new Set(
    snapshot
      .list("/services")
      .filter((one) => one.metadata.uid !== service.metadata.uid)
      .flatMap((one) => addressOf(one) ?? []),
  );
  const wantedPool = annotation(service, POOL_WANTED);
  const asked = wantedAddress(service);
  if (asked !== undefined && typeof asked !== "string") return asked;
  if (asked !== undefined) return exactly(snapshot, metallb, { asked, wantedPool, taken });
  if (wantedPool !== undefined) {
    const pool = pools.find((one) => one.name === wantedPool);
    if (pool === undefined) return { error: `unknown pool "${wantedPool}"` };
    const address = freeAddress(pool, taken);
    if (address === undefined) return { error: `no available IPs in pool "${wantedPool}"` };
    return { address, pool };
  }
  for (const pool of pools.filter((one) => one.autoAssign && mayUse(one, service))) {
    const address = freeAddress(pool, taken);
    if (address !== undefined) return { address, pool };
  }
  return { error: "no available IPs" };
}

interface Asked {
  readonly asked: string;
  readonly wantedPool: string | undefined;
  readonly taken: ReadonlySet<string>;
}

function exactly(snapshot: Snapshot, metallb: Installation, { asked, wantedPool, taken }: Asked): Choice {
  const pool = poolHolding(metallb.pools, asked);
  if (pool === undefined) return { error: `["${asked}"] is not allowed in config` };
  if (wantedPool !== undefined && wantedPool !== pool.name) {
    return {
      error: `requested loadBalancer IP(s) ["${asked}"] is not compatible with requested address pool ${wantedPool}`,
    };
  }
  const other = snapshot.list("/services").find((one) => addressOf(one) === asked);
  if (taken.has(asked) && other !== undefined) {
    const { namespace, name } = other.metadata;
    return { error: `can't change sharing key, address also in use by ${namespace}/${name}` };
  }
  return { address: asked, pool };
}

function mayUse({ namespaces }: Pool, { metadata }: KubeObject): boolean {
  return namespaces.length === 0 || namespaces.includes(metadata.namespace ?? "");
}

/** The address that the service asks for by the annotation or by `spec.loadBalancerIP`. */
function wantedAddress(service: KubeObject): string | { readonly error: string } | undefined {
  const asked = annotation(service, ADDRESS_WANTED);
  const inSpec: string | undefined = service.spec?.loadBalancerIP || undefined;
  if (asked !== undefined && inSpec !== undefined) {
    return { error: `service can not have both ${ADDRESS_WANTED[0]} and svc.Spec.LoadBalancerIP` };
  }
  const [first] = (asked ?? inSpec ?? "").split(",").map((one) => one.trim());
  return first === "" ? undefined : first;
}

function annotation({ metadata }: KubeObject, names: readonly string[]): string | undefined {
  return names.map((name) => metadata.annotations?.[name]).find((value) => value !== undefined && value !== "");
}

function addressOf({ status }: KubeObject): string | undefined {
  const [first] = (status?.loadBalancer?.ingress ?? []) as readonly JsonObject[];
  return typeof first?.ip === "string" ? first.ip : undefined;
}

/** MetalLB takes back only what it gave. */
function released(service: KubeObject): readonly Change[] {
  return service.metadata.annotations?.[POOL_GIVEN] === undefined
    ? []
    : given(service, { loadBalancer: {} }, undefined);
}

function given(service: KubeObject, status: JsonObject, pool: string | undefined): readonly Change[] {
  const { [POOL_GIVEN]: _, ...annotations } = service.metadata.annotations ?? {};
  const next = pool === undefined ? annotations : { ...annotations, [POOL_GIVEN]: pool };
  const object = { ...service, metadata: { ...service.metadata, annotations: next } };
  return [
    { kind: "update", resource: "/services", object },
    { kind: "update-status", resource: "/services", ...nameOf(service), status: { ...service.status, ...status } },
  ];
}

/** The speaker's word, once for each node that takes the address. */
function announced(snapshot: Snapshot, service: KubeObject, address: string): readonly Change[] {
  const node = announcer(snapshot, address);
  if (node === undefined) return [];
  const message = `announcing from node "${node}" with protocol "layer2"`;
  if (hasEvent(snapshot, service, "nodeAssigned", message)) return [];
  return [say(service, "Normal", "nodeAssigned", message, "metallb-speaker")];
}

function hasEvent(snapshot: Snapshot, service: KubeObject, reason: string, message: string): boolean {
  return snapshot
    .list("/events", service.metadata.namespace)
    .some(
      (event) =>
        (event.involvedObject as JsonObject | undefined)?.uid === service.metadata.uid &&
        event.reason === reason &&
        event.message === message,
    );
}

function keyOf({ metadata }: KubeObject): string {
  return JSON.stringify(`${metadata.namespace}/${metadata.name}`);
}

function say(
  about: KubeObject,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  component = "metallb-controller",
): Change {
  return { kind: "event", about, type, reason, message, component };
}
