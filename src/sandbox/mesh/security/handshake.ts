import type { MeshConfig } from "../config/config.ts";
import type { MutualTls } from "../config/policy.ts";
import type { Endpoint, Transport, Workload } from "../model.ts";

/** What stands behind a port: a sidecar with its mode, a gateway, a program that reads what comes as it is, or something outside. */
export type Door = MutualTls | "gateway" | "program" | "outside";

/**
 * How a connection begins: well; nobody takes it and it is cut; the other end is no TLS server; its certificate is not one
 * that the client trusts.
 */
export type Handshake = "ok" | "no-filter-chain" | "wrong-version" | "certificate-unknown";

/**
 * By what stands there and what the client speaks. A sidecar in PERMISSIVE mode takes only Istio's own TLS apart and hands
 * any other on to its program; in DISABLE mode it reads TLS as HTTP. Source: istiod's inbound filter chains.
 */
const HANDSHAKES: Readonly<Record<Door, Readonly<Record<Transport["kind"], Handshake>>>> = {
  PERMISSIVE: { plaintext: "ok", mutual: "ok", tls: "wrong-version" },
  STRICT: { plaintext: "no-filter-chain", mutual: "ok", tls: "certificate-unknown" },
  DISABLE: { plaintext: "ok", mutual: "wrong-version", tls: "wrong-version" },
  // A gateway looks at what its Gateways say of the port.
  gateway: { plaintext: "ok", mutual: "ok", tls: "ok" },
  program: { plaintext: "ok", mutual: "wrong-version", tls: "wrong-version" },
  outside: { plaintext: "ok", mutual: "ok", tls: "ok" },
};

/** How a connection to what stands behind a door begins. */
export function handshake(door: Door, { kind }: Transport): Handshake {
  return HANDSHAKES[door][kind];
}

/** The proxy's and its agent's own: health, statistics. They are not caught. */
const OWN_PORTS: ReadonlySet<number> = new Set([15020, 15021, 15090]);

/** What stands behind an endpoint's port. */
export function doorOf(config: MeshConfig, { workload, port }: Endpoint): Door {
  if (workload === undefined) return "outside";
  if (workload.proxy === undefined || OWN_PORTS.has(port)) return "program";
  if (workload.proxy === "gateway") return "gateway";
  return workload.excluded.inbound.includes(port) ? "program" : config.inbound(workload, port).mutualTls;
}

/**
 * Whether clients with a proxy speak mutual TLS to an endpoint without being told to: its pod has a sidecar, and no policy
 * of its own forbids it. A gateway's pods are not marked for it; ports that a sidecar leaves alone are not looked at.
 */
export function takesMutualTls(config: MeshConfig, workload: Workload | undefined, port: number): boolean {
  return workload?.proxy === "sidecar" && config.inbound(workload, port).mutualTls !== "DISABLE";
}
