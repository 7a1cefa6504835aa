import type { Item } from "../pods.ts";
import type { Subsets } from "./rules.ts";
import { shortName } from "./text.ts";

/** Who asks: a service, seen from a pod of it. */
export interface Asked {
  readonly service: Item;
  readonly subsets: Subsets;
  readonly rule: Item | undefined;
  /** The namespace that is looked at. */
  readonly own: string;
  /** Blanks. */
  readonly indent: number;
}

/** What a VirtualService does for those who ask a service: which of its rules reach the pod, with what. */
export function virtualServiceText(virtualService: Item, asked: Asked): string {
  const at = (level: number, text: string): string => `${" ".repeat(asked.indent + level)}${text}\n`;
  const { http = [], tcp = [], tls = [] } = virtualService.spec;
  const found = [
    ...http.map((rule: Item) => httpFacts(virtualService, rule, asked)),
    ...tcp.map((rule: Item) => tcpFacts(virtualService, rule, asked)),
  ] as readonly Found[];
  const matches = found.filter(({ isMatch }) => isMatch);
  const facts = matches.flatMap((one) => one.facts);
  const missed = found.filter(({ isMatch }) => !isMatch).flatMap((one) => one.facts);
  const lines = [at(0, `VirtualService: ${shortName(virtualService.metadata, asked.own)}`)];
  lines.push(...facts.map((fact) => at(3, fact)));
  const total = http.length + tls.length + tcp.length;
  if (matches.length === 0) {
    const checked = (count: number, type: string): string =>
      count === 0 ? "" : at(3, `WARNING: No destinations match pod subsets (checked ${count} ${type} routes)`);
    lines.push(checked(http.length, "HTTP"), checked(tcp.length, "TCP"), ...missed.map((note) => at(6, note)));
  } else if (matches.length < total) {
    lines.push(at(3, `${total - matches.length} additional destination(s) that will not reach this pod`));
    if (facts.length === 0) lines.push(...missed.map((note) => at(6, note)));
  } else if (facts.length === 0) {
    if (http.length > 0) lines.push(at(3, `${http.length} HTTP route(s)`));
    if (tcp.length > 0) lines.push(at(3, `${tcp.length} TCP route(s)`));
  }
  return lines.join("");
}

interface Found {
  readonly isMatch: boolean;
  readonly facts: readonly string[];
}

function httpFacts(virtualService: Item, rule: Item, { service, subsets, rule: destinationRule, own }: Asked): Found {
  const facts: string[] = [];
  const mismatches: string[] = [];
  let isMatch = false;
  for (const { destination, weight = 0 } of (rule.route ?? []) as readonly Item[]) {
    const { host, subset } = destination;
    if (!isSame(host, virtualService, service)) {
      facts.push(subset ? `Route to ${host} with invalid config` : `Route to host "${host}" with weight ${weight}%`);
      continue;
    }
    if (subset && subsets.others.includes(subset)) {
      mismatches.push(`Route to non-matching subset ${subset} for (${matchesText(rule.match)})`);
      continue;
    }
    if (subset && !subsets.matching.includes(subset)) {
      mismatches.push(
        destinationRule === undefined
          ? `Warning: Route to subset ${subset} but NO DESTINATION RULE defining subsets!`
          : `Warning: Route to UNKNOWN subset ${subset}; check DestinationRule ${shortName(destinationRule.metadata, own)}`,
      );
      continue;
    }
    isMatch = true;
    if (weight > 0) {
      facts.push(`Route to host "${host}"${subset ? ` subset "${subset}"` : ""} with weight ${weight}%`);
    }
  }
  if (!isMatch) return { isMatch, facts: [...facts, ...mismatches] };
  const asked = [
    ...(rule.fault === undefined ? [] : [`Fault injection ${faultText(rule.fault)}`]),
    ...((rule.match ?? []) as readonly Item[]).map(matchText),
  ];
  return { isMatch, facts: asked.length === 0 ? facts : [...facts, asked.join(", ")] };
}

function tcpFacts(virtualService: Item, rule: Item, { service }: Asked): Found {
  const routes: readonly Item[] = rule.route ?? [];
  const isMatch = routes.some(({ destination }) => isSame(destination.host, virtualService, service));
  const facts = isMatch ? ((rule.match ?? []) as readonly Item[]).map(({ port }) => (port ? `port:${port}` : "")) : [];
  return { isMatch, facts };
}

/** Whether a destination's host is a service. */
function isSame(host: string, { metadata }: Item, { metadata: service }: Item): boolean {
  const full = host.includes(".") ? host : `${host}.${metadata.namespace}`;
  const suffix = ".svc.cluster.local";
  return (full.endsWith(suffix) ? full : full + suffix) === `${service.name}.${service.namespace}${suffix}`;
}

function matchesText(matches: readonly Item[] | undefined): string {
  return matches === undefined || matches.length === 0 ? "everything" : matches.map(matchText).join(", ");
}

function matchText({ uri, ignoreUriCase, headers = {} }: Item): string {
  const path = uri === undefined ? "" : `${stringText(uri)}${ignoreUriCase === true ? " uncased" : ""}`;
  const asked = Object.entries(headers).map(([name, value]) => `${name}=${stringText(value)}`);
  return `Match: ${path}${asked.length === 0 ? "" : ` when headers are ${asked.join("; ")}`}`.trim();
}

function stringText({ exact, prefix, regex }: Item): string {
  if (exact !== undefined) return exact;
  return prefix === undefined ? (regex === undefined ? "" : `regex:"${regex}"`) : `${prefix}*`;
}

/** As protobuf prints it: `delay:{fixed_delay:{seconds:7} percentage:{value:100}}`. */
function faultText({ delay, abort }: Item): string {
  const percentage = ({ percentage: of }: Item): string => (of === undefined ? "" : `percentage:{value:${of.value}}`);
  const seconds = (text: string): string => `fixed_delay:{${duration(text)}}`;
  return [
    delay === undefined
      ? ""
      : `delay:{${[seconds(delay.fixedDelay ?? "0s"), percentage(delay)].filter(Boolean).join(" ")}}`,
    abort === undefined
      ? ""
      : `abort:{${[abort.httpStatus === undefined ? "" : `http_status:${abort.httpStatus}`, percentage(abort)].filter(Boolean).join(" ")}}`,
  ]
    .filter(Boolean)
    .join(" ");
}

function duration(text: string): string {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const total = [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
  const whole = Math.floor(total);
  const nanos = Math.round((total - whole) * 1e9);
  return [whole > 0 ? `seconds:${whole}` : "", nanos > 0 ? `nanos:${nanos}` : ""].filter(Boolean).join(" ");
}
