import type { Dialled, Way } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { exchange } from "./exchange.ts";
import type { Answer } from "./http-door.ts";

/** The agent's and the proxy's own: nothing that comes there is caught. */
export const OWN_PORTS: ReadonlySet<number> = new Set([15020, 15021, 15090]);
/** Envoy's administration, for those in the pod alone. */
export const ADMIN_PORT = 15000;
const STATUS_PORT = 15020;
const HEALTH_PORT = 15021;
const APP_HEALTH = "/app-health/";

/** What a proxy's own port answers by itself; undefined: it is none of the agent's. */
export function agentAt(pod: KubeObject, port: number, next: (way: Way) => Dialled): Answer | undefined {
  if (port !== STATUS_PORT && port !== HEALTH_PORT) return undefined;
  return async ({ path }) => {
    const [page = ""] = path.split("?", 1);
    if (page === "/healthz/ready") return plain(200, "");
    if (port === STATUS_PORT && page.startsWith(APP_HEALTH)) return plain(await probe(pod, page, next), "");
    return plain(404, port === HEALTH_PORT ? "" : "404 page not found\n");
  };
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
