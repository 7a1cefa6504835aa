import type { Dialled, Way } from "../network/index.ts";
import type { KubeObject } from "../objects/index.ts";
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
const HEALTH_PORT = 15021;

/** What a proxy knows to tell of itself. */
export interface Told {
  /** Envoy's statistics, as text. */
  readonly stats: () => string;
  /** For Prometheus. */
  readonly metrics: () => string;
}

/**
 * What a proxy's own port answers; undefined: the port is none of them. Statistics are the proxy's; all else is the agent's,
 * which runs in the proxy's container.
 */
export function ownPage(pod: KubeObject, port: number, told: Told, next: (way: Way) => Dialled): Answer | undefined {
  if (port !== ADMIN_PORT && !OWN_PORTS.has(port)) return undefined;
  return async (request) => {
    const { pathname: page, searchParams: query } = new URL(request.path, "http://localhost");
    if (port !== HEALTH_PORT && page === "/stats/prometheus") return plain(200, told.metrics());
    if (port === ADMIN_PORT) return admin(page, query, told);
    const dialled = next({ kind: "pod", pod, port, from: "127.0.0.1" });
    if (dialled.kind === "connected") return exchange(dialled.socket, request);
    // A proxy of an image that nobody knows has an agent, too.
    return page === "/healthz/ready" ? plain(200, "") : plain(404, "404 page not found\n");
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
