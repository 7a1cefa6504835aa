import { Failure } from "../failure.ts";
import type { Item } from "../pods.ts";
import { columns } from "../table.ts";
import { managedBy, partOf } from "./dump.ts";
import type { Filters, View } from "./options.ts";

/** `proxy-config route` */
export const routes: View = {
  table: (dump, filters) => {
    const header = filters.isVerbose
      ? ["NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE"]
      : ["NAME", "VIRTUAL HOSTS"];
    const rows = chosen(dump, filters).flatMap((table): readonly (readonly string[])[] => {
      const hosts: readonly Item[] = table.virtual_hosts ?? [];
      const name = `${filters.isTyped ? "route/" : ""}${table.name ?? ""}`;
      return filters.isVerbose ? hosts.flatMap((host) => rowsOf(name, host)) : [[name, String(hosts.length)]];
    });
    return columns([header, ...rows], 5);
  },
  json: chosen,
};

function chosen(dump: Item, { name }: Filters): readonly Item[] {
  const { dynamic_route_configs: sent = [], static_route_configs: own = [] } = partOf(dump, "RoutesConfigDump");
  const all: readonly Item[] = [...sent, ...own].flatMap(({ route_config }: Item) => route_config ?? []);
  if (all.length === 0) throw new Failure("no routes found");
  return byNumber(all).filter((one) => name === undefined || (one.name ?? "") === name);
}

/** Tables with a number for a name by that number, before all others, which stay in their order. */
function byNumber(tables: readonly Item[]): readonly Item[] {
  const rank = ({ name }: Item): number => (/^\d+$/.test(name ?? "") ? Number(name) : Number.MAX_SAFE_INTEGER);
  return tables.toSorted((a, b) => rank(a) - rank(b));
}

function rowsOf(table: string, { name = "", domains = [], routes: own = [] }: Item): readonly (readonly string[])[] {
  const place = [table, name, describeDomains(domains)];
  if (own.length === 0) return [[...place, "/*", "404"]];
  return own
    .filter(({ route }: Item) => route?.cluster !== "PassthroughCluster")
    .map(({ match, metadata }: Item) => [...place, describeMatch(match ?? {}), managedBy(metadata)]);
}

const SHOWN = 2;

/** The first domains, without those that are only another one written out. */
function describeDomains(domains: readonly string[]): string {
  if (domains.length <= 1) return domains[0] ?? "";
  const plain = domains.filter(
    (one) => !one.includes(":") || ((one.match(/:/g)?.length ?? 0) > 2 && one.endsWith("]")),
  );
  const all = new Set(plain);
  const short = plain.filter(
    (one) => ![".svc.cluster.local", ".svc"].some((end) => one.endsWith(end) && all.has(one.slice(0, -end.length))),
  );
  const first = short.slice(0, SHOWN).join(", ");
  return short.length > SHOWN ? `${first} + ${short.length - SHOWN} more...` : first;
}

/** What a route asks of the path; headers are not told. */
export function describeMatch({ prefix, path, path_separated_prefix: segment, safe_regex: regex }: Item): string {
  return [
    prefix ? `${prefix}*` : "",
    segment ? `PathPrefix:${segment}` : "",
    path ?? "",
    regex === undefined ? "" : `regex ${regex.regex}`,
  ]
    .filter(Boolean)
    .join(" ");
}
