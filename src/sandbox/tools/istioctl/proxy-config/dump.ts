import { Failure } from "../failure.ts";
import type { Item } from "../pods.ts";

/** A part of a dump by its message's name; an empty one where the dump has not got it. Throws `Failure` for what is none. */
export function partOf(dump: Item, message: string): Item {
  if (!Array.isArray(dump?.configs)) throw new Failure("config dump has no configuration");
  return dump.configs.find((one: Item) => String(one["@type"]).endsWith(`.${message}`)) ?? {};
}

/** Fields whose keys are data. */
const MAPS: ReadonlySet<string> = new Set([
  "filter_metadata",
  "typed_per_filter_config",
  "policies",
  "providers",
  "LABELS",
]);

/** The same message under protobuf's JSON names: Envoy prints `connect_timeout`, istioctl `connectTimeout`. */
export function camelCased(value: Item): Item {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [camel(key), MAPS.has(key) ? mapped(one) : camelCased(one)]),
  );
}

/** Keys stay, messages below them do not. */
function mapped(value: Item): Item {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, one]) => [key, camelCased(one)]));
}

function camel(key: string): string {
  return /^[a-z]/.test(key) ? key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : key;
}

/** JSON as istioctl indents it, or YAML with sorted keys. */
export async function structured(value: Item, format: string, indent = 4): Promise<string> {
  if (format !== "yaml") return `${JSON.stringify(value, undefined, indent)}\n`;
  const { stringify } = await import("../../yaml.ts");
  return stringify(value, { sortMapEntries: true, indentSeq: false, lineWidth: 0, aliasDuplicateObjects: false });
}

/** `name.namespace` of the object that istiod made something of; empty where it says none. */
export function managedBy(metadata: Item): string {
  const path = metadata?.filter_metadata?.istio?.config;
  if (path === undefined) return "";
  const pieces = String(path).split("/");
  return pieces.length === 8 ? `${pieces[7]}.${pieces[5]}` : "<unknown>";
}

/** A cluster's name in its parts; undefined for those without: `BlackHoleCluster`. */
export function clusterParts(
  name: string,
): { readonly direction: string; readonly port: string; readonly subset: string; readonly host: string } | undefined {
  const [direction = "", port = "", subset = "", ...host] = name.split("|");
  return host.length === 0 ? undefined : { direction, port, subset, host: host.join("|") };
}

/** Text compared as Go does it: by its bytes. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
