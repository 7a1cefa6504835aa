import type { JsonObject } from "../objects/index.ts";
import { certificates } from "./dump/certificates.ts";
import { configDump } from "./dump/config-dump.ts";
import type { Dumped } from "./dump/dumped.ts";
import { ownListeners, sentListeners } from "./dump/listeners.ts";
import { loggingPage } from "./dump/loggers.ts";
import { nodeOf } from "./dump/node.ts";
import { clusterLines, clusterStatuses } from "./dump/places.ts";
import type { HttpRequest, HttpResponse } from "./model.ts";
import { prometheusText, type RequestCounts, statsText } from "./stats.ts";

/** What a proxy can be asked about itself. */
export interface Administered extends Dumped {
  readonly counts: RequestCounts;
  /** Which statistics it keeps. */
  readonly includes: (name: string) => boolean;
  /** What somebody has set of its own log's levels, by logger. */
  readonly logLevels: Map<string, string>;
}

/** Undefined: what was asked for is not to be had, which is a 400. */
type Page = (of: Administered, query: URLSearchParams) => string | undefined;

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=UTF-8";

interface Served {
  readonly method: "GET" | "POST";
  readonly type: string;
  readonly page: Page;
}

const PAGES: Readonly<Record<string, Served>> = {
  "/certs": { method: "GET", type: JSON_TYPE, page: (of) => json(certificates(of)) },
  "/clusters": { method: "GET", type: TEXT_TYPE, page: clusters },
  "/config_dump": { method: "GET", type: JSON_TYPE, page: (of, query) => json(configDump(of, query)) },
  "/drain": { method: "POST", type: TEXT_TYPE, page: () => "ok" },
  "/drain_listeners": { method: "POST", type: TEXT_TYPE, page: () => "OK\n" },
  "/listeners": { method: "GET", type: TEXT_TYPE, page: listeners },
  "/logging": { method: "POST", type: TEXT_TYPE, page: ({ logLevels }, query) => loggingPage(logLevels, query) },
  "/ready": { method: "GET", type: TEXT_TYPE, page: () => "LIVE\n" },
  "/server_info": { method: "GET", type: JSON_TYPE, page: serverInfo },
  "/stats": { method: "GET", type: TEXT_TYPE, page: stats },
  "/stats/prometheus": { method: "GET", type: TEXT_TYPE, page: ({ counts, proxy }) => prometheusText(counts, proxy) },
};

/**
 * What Envoy's administration answers, on 15000 and, for its statistics, on the agent's ports. A page that is not simulated
 * is a 404 that names those that are.
 */
export function adminAnswer(of: Administered, { method, path }: Pick<HttpRequest, "method" | "path">): HttpResponse {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const found = Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined;
  if (found === undefined) {
    const known = Object.keys(PAGES).join(" ");
    return answer(404, TEXT_TYPE, `invalid path. The sandbox's proxies have: ${known}\n`);
  }
  if (found.method === "POST" && method !== "POST") {
    return answer(405, TEXT_TYPE, `Method ${method} not allowed, POST required.`);
  }
  const text = found.page(of, searchParams);
  if (text === undefined) return answer(400, TEXT_TYPE, "usage: /logging?<name>=<level> (change single level)\n");
  return answer(200, text.startsWith("{") ? JSON_TYPE : found.type, text);
}

function answer(status: number, type: string, text: string): HttpResponse {
  const body = Buffer.from(text);
  const headers = [
    ["content-type", type],
    ["content-length", String(body.length)],
  ] as const;
  return { status, headers, body };
}

/** `?filter=REGEX`, `?usedonly`, `?format=prometheus`, as Envoy takes them. */
function stats(of: Administered, query: URLSearchParams): string {
  if (query.get("format") === "prometheus") return prometheusText(of.counts, of.proxy);
  const text = statsText(of.state, of.config, of.proxy, of.now, of.includes);
  const filter = query.get("filter");
  return text
    .split(/(?<=\n)/)
    .filter((line) => filter === null || contains(line, filter))
    .filter((line) => !query.has("usedonly") || !line.endsWith(": 0\n"))
    .join("");
}

/** A filter is an expression, found anywhere in a name; one that cannot be read is taken as it is. */
function contains(line: string, filter: string): boolean {
  const [name = ""] = line.split(": ", 1);
  try {
    return new RegExp(filter).test(name);
  } catch {
    return name.includes(filter);
  }
}

/** Every cluster that the proxy knows, with the places behind it. */
function clusters(of: Administered, query: URLSearchParams): string {
  return query.get("format") === "json" ? json(clusterStatuses(of)) : clusterLines(of);
}

function listeners(of: Administered, query: URLSearchParams): string {
  const all = [...sentListeners(of), ...ownListeners()];
  if (query.get("format") === "json") {
    return json({ listener_statuses: all.map(({ name = "", address }) => ({ name, local_address: address })) });
  }
  return all
    .map(({ name, address }) => {
      const { address: host, port_value: port } = address.socket_address;
      return `${name ?? `${host}_${port}`}::${host}:${port}\n`;
    })
    .join("");
}

function serverInfo(of: Administered): string {
  const uptime = `${Math.floor((of.now - of.startedAt) / 1000)}s`;
  return json({
    version: "sandbox/simulated/Clean/RELEASE/BoringSSL",
    state: "LIVE",
    uptime_current_epoch: uptime,
    uptime_all_epochs: uptime,
    node: nodeOf(of),
  });
}

function json(value: JsonObject): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}
