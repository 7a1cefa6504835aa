import type { JsonObject } from "../../objects/index.ts";

/** The last word of the agent's path for each probe. */
const PATHS = { livenessProbe: "livez", readinessProbe: "readyz", startupProbe: "startupz" } as const;
type ProbeField = keyof typeof PATHS;

/** What is probed at the agent instead, and what the agent then asks the application: `ISTIO_KUBE_APP_PROBERS`. */
export interface Rewritten {
  readonly containers: readonly JsonObject[];
  readonly probers: Readonly<Record<string, JsonObject>>;
}

/**
 * The kubelet has no certificate of the mesh: its probes go to the agent, which asks the application in its place. Probes
 * by a command stay, and so do those of a port whose name nobody has.
 */
export function rewriteProbes(containers: readonly JsonObject[], statusPort: number): Rewritten {
  const probers: Record<string, JsonObject> = {};
  const rewritten = containers.map((container) => {
    if (container.name === "istio-proxy") return container;
    const next = { ...container };
    for (const field of Object.keys(PATHS) as ProbeField[]) {
      const prober = proberOf(container, container[field]);
      if (prober === undefined || prober.httpGet?.port === statusPort) continue;
      const path = `/app-health/${container.name}/${PATHS[field]}`;
      probers[path] = prober;
      next[field] = atAgent(container[field], path, statusPort);
    }
    return next;
  });
  return { containers: rewritten, probers };
}

/** What the agent is told: where to ask, with the port's number, and for how long. */
function proberOf(container: JsonObject, probe: JsonObject | undefined): JsonObject | undefined {
  const timeout = probe?.timeoutSeconds === undefined ? {} : { timeoutSeconds: probe.timeoutSeconds };
  if (probe?.httpGet !== undefined) {
    const { host, httpHeaders, path, scheme } = probe.httpGet;
    const port = portNumber(container, probe.httpGet.port);
    if (port === undefined) return undefined;
    const httpGet = { ...(path && { path }), port, ...(host && { host }), ...(scheme && { scheme }) };
    return { httpGet: { ...httpGet, ...(httpHeaders && { httpHeaders }) }, ...timeout };
  }
  if (probe?.tcpSocket !== undefined) {
    const { host } = probe.tcpSocket;
    const port = portNumber(container, probe.tcpSocket.port);
    return port === undefined ? undefined : { tcpSocket: { port, ...(host && { host }) }, ...timeout };
  }
  return probe?.grpc === undefined ? undefined : { grpc: probe.grpc, ...timeout };
}

function atAgent(probe: JsonObject, path: string, port: number): JsonObject {
  const { grpc: _, httpGet = {}, tcpSocket: __, ...rest } = probe;
  const { host: ___, ...kept } = httpGet;
  return { ...rest, httpGet: { ...kept, ...(kept.scheme === "HTTPS" && { scheme: "HTTP" }), path, port } };
}

function portNumber({ ports = [] }: JsonObject, port: unknown): number | undefined {
  if (/^\d+$/.test(String(port))) return Number(port);
  const found = (ports as readonly JsonObject[]).find(({ name }) => name === port);
  return found === undefined ? undefined : Number(found.containerPort);
}
