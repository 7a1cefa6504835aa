import { Failure } from "../failure.ts";
import type { Item } from "../pods.ts";
import { columns } from "../table.ts";
import { clusterParts, compareText, managedBy, partOf } from "./dump.ts";
import type { Filters, View } from "./options.ts";

/** `proxy-config cluster` */
export const clusters: View = {
  table: (dump, filters) => {
    const header = ["SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE"];
    const rows = chosen(dump, filters).map((one) => rowOf(one, filters.isTyped));
    return columns([filters.isTyped ? ["NAME", ...header] : header, ...rows], 5);
  },
  json: chosen,
};

function rowOf({ name, type = "STATIC", metadata }: Item, isTyped: boolean): readonly string[] {
  const parts = clusterParts(name);
  const title = isTyped ? [`cluster/${name}`] : [];
  if (parts === undefined) {
    return [...title, isTyped ? `cluster/${name}` : name, "-", "-", "-", type, managedBy(metadata)];
  }
  const { host, port, subset, direction } = parts;
  return [...title, host, port, subset || "-", direction, type, managedBy(metadata)];
}

function chosen(dump: Item, filters: Filters): readonly Item[] {
  const { dynamic_active_clusters: sent = [], static_clusters: own = [] } = partOf(dump, "ClustersConfigDump");
  const all: readonly Item[] = [...sent, ...own].map(({ cluster }: Item) => cluster);
  if (all.length === 0) throw new Failure("no clusters found");
  return all
    .toSorted((a, b) => {
      const [one, other] = [keyOf(a.name), keyOf(b.name)];
      return (
        compareText(one.host, other.host) ||
        compareText(one.subset, other.subset) ||
        one.port - other.port ||
        compareText(one.direction, other.direction)
      );
    })
    .filter(({ name }) => isAsked(name, filters));
}

function keyOf(name: string) {
  const { host, subset, port, direction } = clusterParts(name) ?? { host: name, subset: "", port: "0", direction: "" };
  return { host, subset, port: Number(port), direction };
}

function isAsked(name: string, { fqdn, direction, subset, port }: Filters): boolean {
  const parts = [fqdn, direction, subset, port === undefined ? undefined : `|${port}|`];
  return parts.every((part) => part === undefined || name.includes(part));
}
