import type { ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { askIstiod, istiods } from "./istiod.ts";
import { askEnvoy, CLUSTER_FLAGS, type Item, namespaceOf, type PodName, podsNamed } from "./pods.ts";
import { camelCased, compareText, partOf, structured } from "./proxy-config/dump.ts";
import { columns } from "./table.ts";

/** The columns of `-v 1`, sorted as istioctl sorts them. */
const TYPES = ["CDS", "ECDS", "EDS", "LDS", "RDS"];
/** The order in which subscribed types are told. */
const SUBSCRIBED = ["CDS", "LDS", "EDS", "RDS"];

/** `istioctl proxy-status`: who is connected to which istiod and how far; for one proxy, whether the two agree. */
export const proxyStatus: Command = {
  flags: [
    ...CLUSTER_FLAGS,
    { long: "file", takesValue: true },
    { long: "output", short: "o", takesValue: true },
    { long: "revision", short: "r", takesValue: true },
    { long: "verbosity", short: "v", takesValue: true },
  ],
  run: async (context, given) => {
    const [named] = given.rest;
    if (named !== undefined) return compared(context, given, named);
    const format = given.values.get("output") ?? "table";
    if (!["table", "json", "yaml"].includes(format)) throw new Failure(`unsupported output format: ${format}`);
    const own = given.values.get("namespace");
    const all = (await statuses(context, given))
      .filter(({ proxy }) => own === undefined || proxy.endsWith(`.${own}`))
      .toSorted((a, b) => compareText(a.proxy, b.proxy));
    if (format !== "table") {
      context.out(await structured(all, format, 2));
      return 0;
    }
    context.out(given.values.get("verbosity") === "1" ? detailed(all, context.now()) : summary(all));
    return 0;
  },
};

async function statuses(context: ToolContext, given: ParsedFlags): Promise<readonly Item[]> {
  const pods = await istiods(context, given);
  const pages = await Promise.all(pods.map((pod) => askIstiod(context, pod, "/debug/syncz")));
  return pages.flatMap((page) => JSON.parse(page) as Item[]);
}

function summary(all: readonly Item[]): string {
  const rows = all.map(({ proxy, cluster_id, istiod, istio_version, types }) => {
    const has = SUBSCRIBED.filter((type) => types[type.toLowerCase()].state !== "IGNORED");
    return [proxy, cluster_id, istiod, istio_version, `${has.length} (${has.join(",")})`];
  });
  return columns([["NAME", "CLUSTER", "ISTIOD", "VERSION", "SUBSCRIBED TYPES"], ...rows], 5);
}

function detailed(all: readonly Item[], now: number): string {
  const rows = all.map(({ proxy, cluster_id, istiod, istio_version, types }) => {
    const cells = TYPES.map((type) => {
      const { state, since } = types[type.toLowerCase()];
      return since === undefined || state === "IGNORED" ? state : `${state} (${age(now - Date.parse(since))})`;
    });
    return [proxy, cluster_id, ...cells, istiod, istio_version];
  });
  return columns([["NAME", "CLUSTER", ...TYPES, "ISTIOD", "VERSION"], ...rows], 5);
}

/** `45s`, `2m`, `3m8s`, `5h`: as Kubernetes tells ages. */
function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** The parts in which istiod and a proxy are held against each other. */
const PARTS = [
  { name: "Clusters", message: "ClustersConfigDump", list: "dynamic_active_clusters", key: "cluster" },
  { name: "Listeners", message: "ListenersConfigDump", list: "dynamic_listeners", key: "active_state" },
  { name: "Routes", message: "RoutesConfigDump", list: "dynamic_route_configs", key: "route_config" },
] as const;

async function compared(context: ToolContext, given: ParsedFlags, named: string): Promise<number> {
  const [pod] = await podsNamed(context, named, await namespaceOf(context, given));
  if (pod === undefined) throw new Failure("no pods found");
  const envoy = await dumpOf(context, given, pod);
  const istiod = await wantedOf(context, given, pod);
  for (const { name, message, list, key } of PARTS) {
    const [is, wanted] = [envoy, istiod].map((dump) => partOf(dump, message)[list] ?? []);
    const loaded = name === "Routes" ? loadedAt(is) : "";
    const differences = different(is, wanted, key);
    if (differences.length === 0) context.out(`${name} Match${loaded}\n`);
    else {
      context.out(`${name} Don't Match${loaded}\n--- Istiod ${name}\n+++ Envoy ${name}\n${differences.join("")}\n`);
    }
  }
  return 0;
}

async function dumpOf(context: ToolContext, { values }: ParsedFlags, pod: PodName): Promise<Item> {
  const file = values.get("file");
  if (file !== undefined) return JSON.parse(await (await import("node:fs/promises")).readFile(file, "utf8"));
  try {
    return JSON.parse(await askEnvoy(context, pod, "config_dump"));
  } catch (error) {
    throw error instanceof Failure ? new Failure(`could not contact sidecar: ${error.message}`) : error;
  }
}

/** What the first istiod that has the proxy means it to be. */
async function wantedOf(context: ToolContext, given: ParsedFlags, { name, namespace }: PodName): Promise<Item> {
  const [first] = await istiods(context, given);
  if (first === undefined) throw new Failure("no istiod found");
  return JSON.parse(await askIstiod(context, first, `/debug/config_dump?proxyID=${name}.${namespace}`));
}

/** Resources that only one of the two has, or that are not the same, whole: istiod's with `-`, Envoy's with `+`. */
function different(is: readonly Item[], wanted: readonly Item[], key: string): readonly string[] {
  const byName = (all: readonly Item[]): ReadonlyMap<string, string> =>
    new Map(
      all.map((one) => [nameOf(one[key]), JSON.stringify(camelCased(one[key].listener ?? one[key]), undefined, 3)]),
    );
  const [own, other] = [byName(is), byName(wanted)];
  const names = [...new Set([...own.keys(), ...other.keys()])].sort(compareText);
  return names
    .filter((name) => own.get(name) !== other.get(name))
    .flatMap((name) => [marked("-", other.get(name)), marked("+", own.get(name))]);
}

function nameOf(resource: Item): string {
  return String(resource.listener?.name ?? resource.name ?? "");
}

function marked(sign: string, text: string | undefined): string {
  if (text === undefined) return "";
  return text
    .split("\n")
    .map((line) => `${sign}${line}\n`)
    .join("");
}

/** ` (RDS last loaded at Tue, 01 Nov 2022 19:29:14 UTC)` */
function loadedAt(tables: readonly Item[]): string {
  const [latest] = tables.map(({ last_updated }) => String(last_updated)).sort((a, b) => compareText(b, a));
  return latest === undefined ? "" : ` (RDS last loaded at ${new Date(latest).toUTCString().replace("GMT", "UTC")})`;
}
