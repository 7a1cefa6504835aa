import type { Mesh } from "../mesh.ts";
import type { Arrival, Endpoint, HttpAnswer, HttpRequest } from "../model.ts";
import { doorOf, handshake } from "../security/handshake.ts";
import { ask, type Task } from "../task.ts";
import { gateway } from "./gateway.ts";
import { inbound } from "./inbound.ts";

/** A request has come to an endpoint's door: a sidecar, a gateway or the program itself takes it. */
export function* arrive(mesh: Mesh, endpoint: Endpoint, request: HttpRequest, arrival: Arrival): Task<HttpAnswer> {
  const { workload } = endpoint;
  const door = doorOf(mesh.config, endpoint);
  if (workload === undefined || door === "program" || door === "outside") {
    // A plain program cannot read TLS; its end of the connection says so.
    if (handshake(door, arrival.transport) !== "ok") return "reset";
    const { transport } = arrival;
    const sni = door === "outside" && transport.kind !== "plaintext" ? transport.sni : undefined;
    return yield* ask(endpoint, request, arrival.from, sni);
  }
  return yield* door === "gateway"
    ? gateway(mesh, workload, endpoint, request, arrival, arrive)
    : inbound(mesh, workload, endpoint, request, arrival, arrive);
}

/**
 * A request from inside of the pod itself, as `kubectl port-forward` sends it: a sidecar catches nothing there, so that
 * neither its policies nor its log hear of it. A gateway is the program of its pod.
 */
export function* arriveFromWithin(mesh: Mesh, endpoint: Endpoint, request: HttpRequest): Task<HttpAnswer> {
  const from = "127.0.0.1";
  if (doorOf(mesh.config, endpoint) !== "gateway") return yield* ask(endpoint, request, from);
  const arrival: Arrival = { transport: { kind: "plaintext" }, from, source: undefined };
  return yield* arrive(mesh, endpoint, request, arrival);
}
