import type { Flag, ParsedFlags } from "../../flags.ts";
import type { ToolContext } from "../../tool.ts";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { askEnvoy, CLUSTER_FLAGS, fetchDump, type Item, namespaceOf, podsNamed } from "../pods.ts";
import { bootstrap, extensions } from "./bootstrap.ts";
import { clusters } from "./clusters.ts";
import { camelCased, structured } from "./dump.ts";
import { endpoints } from "./endpoints.ts";
import { listeners } from "./listeners.ts";
import { logLevels } from "./log.ts";
import type { Filters, View } from "./options.ts";
import { routes } from "./routes.ts";
import { secretsAt } from "./secrets.ts";

interface Part {
  /** The first is its own. */
  readonly names: readonly string[];
  readonly query: string;
  /** What it is called where its pod is missing. */
  readonly title: string;
  readonly view: (now: number) => View;
  readonly format?: string;
}

/** What of a proxy can be asked for, in the order in which `all` shows it. */
const PARTS: readonly Part[] = [
  { names: ["bootstrap", "b"], query: "?mask=bootstrap", title: "bootstrap", view: () => bootstrap, format: "json" },
  {
    names: ["cluster", "clusters", "c"],
    query: "?mask=dynamic_active_clusters,static_clusters",
    title: "cluster",
    view: () => clusters,
  },
  {
    names: ["listener", "listeners", "l"],
    query: "?mask=dynamic_listeners,static_listeners",
    title: "listener",
    view: () => listeners,
  },
  {
    names: ["route", "routes", "r"],
    query: "?mask=dynamic_route_configs,static_route_configs",
    title: "route",
    view: () => routes,
  },
  { names: ["endpoint", "endpoints", "ep"], query: "", title: "endpoints", view: () => endpoints },
  {
    names: ["secret", "secrets", "s"],
    query: "?mask=dynamic_active_secrets,dynamic_warming_secrets",
    title: "secret",
    view: secretsAt,
  },
  { names: ["ecds", "ec"], query: "?include_eds=true", title: "ecds", view: () => extensions },
];
const ALL = ["bootstrap", "cluster", "listener", "route", "endpoint", "secret"];

const KNOWN = [...PARTS.map(({ names: [name = ""] }) => name), "log", "all"];

const FLAGS: readonly Flag[] = [
  ...CLUSTER_FLAGS,
  { long: "output", short: "o", takesValue: true },
  { long: "file", short: "f", takesValue: true },
  ...["address", "cluster", "direction", "fqdn", "level", "name", "port", "status", "subset", "type"].map((long) => ({
    long,
    takesValue: true,
  })),
  { long: "selector", short: "l", takesValue: true },
  { long: "reset", short: "r", takesValue: false },
  { long: "verbose", takesValue: false },
];

/** `istioctl proxy-config`: what a proxy was told, as its Envoy dumps it. */
export const proxyConfig: Command = {
  flags: FLAGS,
  run: async (context, given) => {
    const [what = "", ...rest] = given.rest;
    if (["log", "o"].includes(what)) return logLevels(context, given, rest);
    if (["all", "a"].includes(what)) return all(context, given, rest);
    const part = PARTS.find(({ names }) => names.includes(what));
    if (part === undefined && what === "")
      throw new Failure(`expected one of ${KNOWN.join(", ")} after "proxy-config"`);
    if (part === undefined) throw new Failure(`unknown command "${what}" for "istioctl proxy-config"`);
    const view = part.view(context.now());
    const page = await read(context, given, rest, part);
    context.out(await shown(view, page, filtersOf(given, false), formatOf(given, part.format)));
    return 0;
  },
};

async function shown(view: View, page: Item, filters: Filters, format: string): Promise<string> {
  return format === "short" ? view.table(page, filters) : structured(camelCased(view.json(page, filters)), format);
}

function formatOf({ values }: ParsedFlags, otherwise = "short"): string {
  const format = values.get("output") ?? otherwise;
  if (!["json", "yaml", "short"].includes(format)) throw new Failure(`output format "${format}" not supported`);
  return format;
}

/** The page that a part is read from: the proxy's, or a file's. */
async function read(context: ToolContext, given: ParsedFlags, args: readonly string[], part: Part): Promise<Item> {
  const file = given.values.get("file");
  if ((args.length === 1) !== (file === undefined)) {
    throw new Failure(`${part.title} requires pod name or --file parameter`);
  }
  if (file !== undefined) return fromFile(file);
  const [pod] = await podsNamed(context, args[0] ?? "", await namespaceOf(context, given));
  if (pod === undefined) throw new Failure("no pods found");
  if (part.title !== "endpoints") return fetchDump(context, pod, part.query);
  return places(context, pod);
}

async function places(context: ToolContext, pod: Parameters<typeof askEnvoy>[1]): Promise<Item> {
  try {
    return JSON.parse(await askEnvoy(context, pod, "clusters?format=json"));
  } catch (error) {
    throw error instanceof Failure ? new Failure(`failed to execute command on Envoy: ${error.message}`) : error;
  }
}

async function fromFile(file: string): Promise<Item> {
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(file === "-" ? "/dev/stdin" : file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Failure(`open ${file}: ${error.code === "ENOENT" ? "no such file or directory" : error.code}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`error unmarshalling config dump response from Envoy: ${(error as Error).message}`);
  }
}

/** Everything, one part after another; each row then says what it is. */
async function all(context: ToolContext, given: ParsedFlags, args: readonly string[]): Promise<number> {
  const part = { names: ["all"], query: "?include_eds=true", title: "all", view: () => bootstrap };
  const dump = await read(context, given, args, part);
  const format = formatOf(given);
  if (format !== "short") {
    context.out(format === "json" ? `${JSON.stringify(dump, undefined, 1)}\n` : await structured(dump, format));
    return 0;
  }
  const filters = filtersOf(given, true);
  const texts: string[] = [];
  for (const name of ALL) {
    const own = PARTS.find(({ names }) => names[0] === name);
    if (own === undefined) continue;
    if (own.title !== "endpoints") texts.push(own.view(context.now()).table(dump, filters));
    else if (args[0] !== undefined) {
      const page = await read(context, given, args, own);
      texts.push(own.view(context.now()).table(page, filters));
    }
  }
  context.out(texts.join("\n"));
  return 0;
}

function filtersOf({ values }: ParsedFlags, isTyped: boolean): Filters {
  const port = values.get("port");
  if (port !== undefined && !/^\d+$/.test(port)) {
    const reason = `strconv.ParseInt: parsing "${port}": invalid syntax`;
    throw new Failure(`invalid argument "${port}" for "--port" flag: ${reason}`);
  }
  return {
    fqdn: values.get("fqdn"),
    direction: values.get("direction"),
    subset: values.get("subset"),
    port: Number(port ?? 0) || undefined,
    address: values.get("address"),
    type: values.get("type"),
    name: values.get("name"),
    cluster: values.get("cluster"),
    status: values.get("status"),
    isVerbose: values.get("verbose") !== "false",
    isTyped,
  };
}
