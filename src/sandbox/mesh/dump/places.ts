import type { JsonObject } from "../../objects/index.ts";
import type { Cluster } from "../config/config.ts";
import { STATIC_PLACES, thresholds } from "./clusters.ts";
import type { Dumped } from "./dumped.ts";
import { message, socketAddress } from "./proto.ts";
import { sendsUnhealthy } from "./versions.ts";

/** Envoy's page `/clusters?format=json`: every cluster with its places, and how each of them does. */
export function clusterStatuses(dumped: Dumped): JsonObject {
  const { config, proxy, inventory } = dumped;
  const sent = inventory.clusters
    .flatMap((name) => config.cluster(name, proxy) ?? [])
    .map((cluster) => statusOf(dumped, cluster));
  const own = Object.entries(STATIC_PLACES).map(([name, address]) => ({
    name,
    host_statuses: [hostStatus(address, { active: 0, weight: 1, isOut: false })],
    observability_name: `${name};`,
  }));
  return { cluster_statuses: [...sent, ...own] };
}

function statusOf(
  { state, proxy, now, version, inventory }: Dumped,
  { name, endpoints, pool, type }: Cluster,
): JsonObject {
  const seen = state.clusters.get(`${proxy.uid} ${name}`);
  // Where there is an original destination, places are only those that somebody went to.
  const places = type === "ORIGINAL_DST" ? endpoints.filter((one) => seen?.endpoints.has(keyOf(one))) : endpoints;
  const hosts = places.map((one) => {
    const own = seen?.endpoints.get(keyOf(one));
    const isOut = (own?.ejectedUntil ?? 0) > now;
    return hostStatus(socketAddress(one.address, one.port), { active: own?.active ?? 0, weight: one.weight, isOut });
  });
  const unready = type === "EDS" && sendsUnhealthy(version) ? inventory.unready(name) : [];
  hosts.push(
    ...unready.map(({ address, port }) => ({
      ...hostStatus(socketAddress(address, port), { active: 0, weight: 1, isOut: false }),
      health_status: { eds_health_status: "UNHEALTHY" },
    })),
  );
  return message({
    name,
    added_via_api: true,
    host_statuses: hosts.length > 0 ? hosts : undefined,
    circuit_breakers: { thresholds: [thresholds(pool)] },
    observability_name: `${name};`,
  });
}

function keyOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}

function hostStatus(
  address: JsonObject,
  { active, weight, isOut }: { readonly active: number; readonly weight: number; readonly isOut: boolean },
): JsonObject {
  return {
    address,
    stats: [message({ type: "GAUGE", value: active === 0 ? undefined : String(active), name: "rq_active" })],
    health_status: { ...(isOut ? { failed_outlier_check: true } : {}), eds_health_status: "HEALTHY" },
    weight,
    locality: {},
  };
}

/** The same as text, a line for each thing: Envoy's page `/clusters`. */
export function clusterLines(dumped: Dumped): string {
  const lines = clusterStatuses(dumped).cluster_statuses.flatMap((one: JsonObject): string[] => {
    const [limits] = one.circuit_breakers?.thresholds ?? [];
    const breakers = ["max_connections", "max_pending_requests", "max_requests", "max_retries"].map(
      (name) => `${one.name}::default_priority::${name}::${limits?.[name] ?? 1024}`,
    );
    const hosts = (one.host_statuses ?? []).flatMap(({ address, stats, health_status, weight }: JsonObject) => {
      const { socket_address: at, pipe } = address;
      const place = `${one.name}::${pipe?.path ?? `${at.address}:${at.port_value}`}`;
      const flags = health_status.failed_outlier_check === true ? "/failed_outlier_check" : "healthy";
      return [
        `${place}::rq_active::${stats[0]?.value ?? 0}`,
        `${place}::health_flags::${flags}`,
        `${place}::weight::${weight}`,
      ];
    });
    const added = `${one.name}::added_via_api::${one.added_via_api === true}`;
    return [`${one.name}::observability_name::${one.observability_name}`, ...breakers, added, ...hosts];
  });
  return lines.map((line: string) => `${line}\n`).join("");
}
