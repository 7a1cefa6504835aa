import type { HttpRequest, HttpResponse } from "../../api/index.ts";
import { secure, send } from "../http-client.ts";
import { answer, type HttpServer, type ServerContext } from "./image.ts";

const PLAIN = "text/plain; charset=utf-8";
const STATUS_PORT = 15020;
const HEALTH_PORT = 15021;
const METRICS_PORT = 15090;

/** What the injector says of an application's probe: `ISTIO_KUBE_APP_PROBERS`. */
interface Prober {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number };
  readonly timeoutSeconds?: number;
}

/**
 * `pilot-agent proxy sidecar|router`: the agent's health, and the application's by its probes. The proxy itself, which
 * carries the pod's requests, is not in it: that is the mesh, in the cluster's network.
 */
export function pilotAgent([command]: readonly string[]): HttpServer | undefined {
  if (command !== "proxy") return undefined;
  return {
    speaks: "http",
    ports: [STATUS_PORT, HEALTH_PORT, METRICS_PORT],
    startLog: ({ now }) => [`${new Date(now).toISOString()}\tinfo\tEnvoy proxy is ready`],
    serve: (request, at) => {
      const { pathname } = new URL(request.path, "http://localhost");
      if (pathname === "/healthz/ready") return answer(200, PLAIN, "");
      if (at.port === STATUS_PORT && pathname.startsWith("/app-health/")) return asked(pathname, request, at);
      if (at.port === STATUS_PORT && pathname === "/drain" && request.method === "POST")
        return answer(200, PLAIN, "OK");
      return answer(404, PLAIN, "404 page not found\n");
    },
  };
}

/** The application's own answer to its probe, asked inside of the pod. */
async function asked(path: string, request: HttpRequest, at: ServerContext): Promise<HttpResponse> {
  const probers = JSON.parse(at.env.get("ISTIO_KUBE_APP_PROBERS") ?? "{}") as Readonly<Record<string, Prober>>;
  const prober = Object.hasOwn(probers, path) ? probers[path] : undefined;
  if (prober === undefined) return answer(404, PLAIN, `prober ${path} not found\n`);
  const port = prober.httpGet?.port ?? prober.tcpSocket?.port;
  // What a gRPC probe asks is not simulated for the agent: it counts as well.
  if (port === undefined) return answer(200, PLAIN, "");
  const dialled = await at.dial(port);
  if (dialled.kind !== "connected") return answer(500, PLAIN, "");
  const signal = AbortSignal.timeout((prober.timeoutSeconds ?? 1) * 1000);
  try {
    const { httpGet } = prober;
    if (httpGet === undefined) return answer(200, PLAIN, "");
    const trust = { host: "localhost", checks: false, authorities: [] };
    const socket = httpGet.scheme === "HTTPS" ? await secure(dialled.socket, trust) : dialled.socket;
    const own = (httpGet.httpHeaders ?? []).map(({ name, value }): [string, string] => [name, value]);
    const given = request.headers.filter(([name]) => !["host", "connection"].includes(name.toLowerCase()));
    const host: [string, string] = ["Host", `localhost:${port}`];
    const hasHost = own.some(([name]) => name.toLowerCase() === "host");
    const headers = [...(hasHost ? [] : [host]), ...own, ...given];
    const { status } = await send(socket, { ...request, path: withSlash(httpGet.path), headers }, signal);
    return answer(status, PLAIN, "");
  } catch {
    return answer(500, PLAIN, "");
  } finally {
    dialled.socket.destroy();
  }
}

function withSlash(path = "/"): string {
  return path.startsWith("/") ? path : `/${path}`;
}
