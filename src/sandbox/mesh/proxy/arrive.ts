import type { Mesh } from "../mesh.ts";
import type { Arrival, Endpoint, HttpAnswer, HttpRequest } from "../model.ts";
import { ask, type Task } from "../task.ts";
import { gateway } from "./gateway.ts";
import { inbound } from "./inbound.ts";

/** A request has come to an endpoint's door: a sidecar, a gateway or the program itself takes it. */
export function* arrive(mesh: Mesh, endpoint: Endpoint, request: HttpRequest, arrival: Arrival): Task<HttpAnswer> {
  const { workload } = endpoint;
  if (workload?.proxy === "gateway" && !OWN_PORTS.has(endpoint.port)) {
    return yield* gateway(mesh, workload, endpoint, request, arrival, arrive);
  }
  if (
    workload?.proxy === "sidecar" &&
    !workload.excluded.inbound.includes(endpoint.port) &&
    !OWN_PORTS.has(endpoint.port)
  ) {
    return yield* inbound(mesh, workload, endpoint, request, arrival);
  }
  // A plain program cannot read mutual TLS; its end of the connection says so.
  if (arrival.transport.kind === "mutual" && workload !== undefined) return "reset";
  return yield* ask(endpoint, request, arrival.from);
}

/** The proxy's and its agent's own: health, statistics. They are not caught. */
const OWN_PORTS: ReadonlySet<number> = new Set([15020, 15021, 15090]);
