import type { JsonObject } from "../../objects/index.ts";
import { entries, Findings, items, texts } from "./findings.ts";

const TOPOLOGY = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

/** How a load balancer prefers what is near. */
export function localitySetting(setting: JsonObject | undefined, hasOutliers: boolean): Findings {
  const found = new Findings();
  if (!setting) return found;
  const [distribute, failover] = [items(setting.distribute), items(setting.failover)];
  const priorities = texts(setting.failoverPriority);
  if (distribute.length > 0 && failover.length > 0) {
    return found.error("can not simultaneously specify 'distribute' and 'failover'");
  }
  const topology = failover.length > 0 ? priorities.find((one) => TOPOLOGY.includes(one)) : undefined;
  if (topology !== undefined) {
    return found.error(`can not simultaneously set 'failover' and topology label '${topology}' in 'failover_priority'`);
  }
  for (const { to } of distribute) {
    const weights = entries(to).map(([, weight]) => Number(weight));
    if (weights.some((one) => one <= 0 || one > 100)) {
      return found.error("locality weight must be in range [1, 100]");
    }
    const total = weights.reduce((sum, one) => sum + one, 0);
    if (total !== 100) return found.error(`total locality weight ${total} != 100`);
    found.error(localitiesError(entries(to).map(([locality]) => locality)));
  }
  found.error(localitiesError(distribute.map(({ from }) => String(from ?? ""))));
  const isOver = failover.length > 0 || priorities.length > 0;
  found.warn(isOver && !hasOutliers ? "outlier detection policy must be provided for failover" : undefined);
  for (const { from = "", to = "" } of failover) {
    found.error(
      from === to ? "locality lb failover settings must specify different regions" : undefined,
      `${from}${to}`.includes("/") ? "locality lb failover only specify region" : undefined,
      `${from}${to}`.includes("*") ? "locality lb failover region should not contain '*' wildcard" : undefined,
    );
  }
  return found;
}

/** `region/zone/subzone`, none within another. */
function localitiesError(localities: readonly string[]): string | undefined {
  const seen: string[][] = [];
  for (const locality of localities) {
    const stars = locality.split("*").length - 1;
    if (stars > 1 || (stars === 1 && !locality.endsWith("*"))) {
      return `locality ${locality} wildcard '*' number can not exceed 1 and must be in the end`;
    }
    const [region = "", zone, ...rest] = locality.split("/");
    const parts = [region, ...(zone === undefined ? [] : [zone]), ...(rest.length > 0 ? [rest.join("/")] : [])];
    if (parts.includes("")) return `locality ${locality} must not contain empty region/zone/subzone info`;
    if (seen.some((one) => overlaps(one, parts))) return `locality ${locality} overlap with previous specified ones`;
    seen.push(parts);
  }
  return undefined;
}

function overlaps(before: readonly string[], parts: readonly string[]): boolean {
  const shared = Math.min(before.length, parts.length);
  for (let level = 0; level < shared; level++) {
    if (before[level] === "*") return true;
    if (before[level] !== parts[level]) return false;
  }
  return true;
}
