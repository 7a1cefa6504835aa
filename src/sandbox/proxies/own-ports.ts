import type { Dialled, Way } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { exchange } from "./exchange.ts";
import type { Answer } from "./http-door.ts";

/** Whether a connection is for the proxy or its agent themselves: Envoy's administration is for those in the pod alone. */
export function isOwnPort(port: number, isWithin: boolean): boolean {
  return OWN_PORTS.has(port) || (isWithin && port === ADMIN_PORT);
}

/** The agent's and the proxy's own: nothing that comes there is caught. */
const OWN_PORTS: ReadonlySet<number> = new Set([15020, 15021, 15090]);
/** Envoy's administration, for those in the pod alone. */
const ADMIN_PORT = 15000;
const STATUS_PORT = 15020;
const HEALTH_PORT = 15021;
const METRICS_PORT = 15090;
const APP_HEALTH = "/app-health/";

/** What a proxy knows to tell of itself. */
export interface Told {
  /** Envoy's statistics, as text. */
  readonly stats: () => string;
  /** For Prometheus. */
  readonly metrics: () => string;
}

/** What a proxy's own port answers; undefined: nothing is there. */
export function ownPage(pod: KubeObject, port: number, told: Told, next: (way: Way) => Dialled): Answer | undefined {
  if (port !== ADMIN_PORT && !OWN_PORTS.has(port)) return undefined;
  return async ({ path }) => {
    const { pathname: page, searchParams: query } = new URL(path, "http://localhost");
    if (port !== HEALTH_PORT && page === "/stats/prometheus") return plain(200, told.metrics());
    if (port === ADMIN_PORT) return admin(page, query, told);
    if (port !== METRICS_PORT && page === "/healthz/ready") return plain(200, "");
    if (port === STATUS_PORT && page.startsWith(APP_HEALTH)) return plain(await probe(pod, page, next), "");
    return plain(404, port === STATUS_PORT ? "404 page not found\n" : "");
  };
}

function admin(page: string, query: URLSearchParams, { stats, metrics }: Told): ReturnType<typeof plain> {
  if (page === "/ready") return plain(200, "LIVE\n");
  if (page !== "/stats")
    return plain(404, `invalid path: the sandbox's proxies answer /stats, /stats/prometheus and /ready\n`);
  if (query.get("format") === "prometheus") return plain(200, metrics());
  const filter = query.get("filter");
  if (filter === null) return plain(200, stats());
  const lines = stats().split("\n").slice(0, -1);
  return plain(
    200,
    lines
      .filter((line) => contains(line, filter))
      .map((line) => `${line}\n`)
      .join(""),
  );
}

/** A filter is an expression, found anywhere; one that cannot be read is taken as it is. */
function contains(line: string, filter: string): boolean {
  const [name = ""] = line.split(": ", 1);
  try {
    return new RegExp(filter).test(name);
  } catch {
    return name.includes(filter);
  }
}

function plain(status: number, text: string): Exclude<Awaited<ReturnType<Answer>>, string> {
  return { status, headers: [], body: Buffer.from(text) };
}

/**
 * The kubelet's probe of an app, as the agent makes it in its place. 404: it knows of none under this path. Source: pilot-agent's
 * status server.
 */
async function probe(pod: KubeObject, page: string, next: (way: Way) => Dialled): Promise<number> {
  const wanted = probersOf(pod)[page];
  if (wanted === undefined) return 404;
  const port = Number(wanted.httpGet?.port ?? wanted.tcpSocket?.port);
  const dialled = next({ kind: "pod", pod, port, from: "127.0.0.6" });
  if (dialled.kind !== "connected") return 500;
  if (wanted.httpGet === undefined) {
    dialled.socket.destroy();
    return 200;
  }
  const { path = "/", httpHeaders = [] } = wanted.httpGet;
  const own = httpHeaders.map(({ name, value }: JsonObject) => [String(name).toLowerCase(), String(value)] as const);
  const host = own.some(([name]: readonly string[]) => name === "host") ? [] : [["host", `localhost:${port}`] as const];
  const answer = await exchange(dialled.socket, {
    method: "GET",
    path,
    headers: [...host, ...own],
    body: Buffer.alloc(0),
  });
  return typeof answer === "string" ? 500 : answer.status;
}

/** By path, as injection writes them into the proxy's environment. */
function probersOf({ spec }: KubeObject): Readonly<Record<string, JsonObject>> {
  const all: readonly JsonObject[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const env: readonly JsonObject[] = all.find(({ name }) => name === "istio-proxy")?.env ?? [];
  const text = env.find(({ name }) => name === "ISTIO_KUBE_APP_PROBERS")?.value;
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}
