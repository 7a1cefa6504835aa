import { type Administered, adminAnswer } from "../mesh/index.ts";
import type { Dialled, Way } from "../network/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { Answer } from "./answer.ts";
import { exchange } from "./exchange.ts";

/** Whether a connection is for the proxy or its agent themselves: Envoy's administration is for those in the pod alone. */
export function isOwnPort(port: number, isWithin: boolean): boolean {
  return OWN_PORTS.has(port) || (isWithin && port === ADMIN_PORT);
}

/** The agent's and the proxy's own: nothing that comes there is caught. */
const OWN_PORTS: ReadonlySet<number> = new Set([15020, 15021, 15090]);
/** Envoy's administration, for those in the pod alone. */
const ADMIN_PORT = 15000;
const HEALTH_PORT = 15021;

/**
 * What a proxy's own port answers; undefined: the port is none of them. Statistics are the proxy's; all else is the agent's,
 * which runs in the proxy's container.
 */
export function ownPage(
  pod: KubeObject,
  port: number,
  told: () => Administered,
  next: (way: Way) => Dialled,
): Answer | undefined {
  if (port !== ADMIN_PORT && !OWN_PORTS.has(port)) return undefined;
  return async (request) => {
    const { pathname: page } = new URL(request.path, "http://localhost");
    if (port === ADMIN_PORT || (port !== HEALTH_PORT && page === "/stats/prometheus"))
      return adminAnswer(told(), request);
    const dialled = next({ kind: "pod", pod, port, from: "127.0.0.1" });
    if (dialled.kind === "connected") return exchange(dialled.socket, request);
    // A proxy of an image that nobody knows has an agent, too.
    return page === "/healthz/ready" ? plain(200, "") : plain(404, "404 page not found\n");
  };
}

function plain(status: number, text: string): Exclude<Awaited<ReturnType<Answer>>, string> {
  return { status, headers: [], body: Buffer.from(text) };
}
