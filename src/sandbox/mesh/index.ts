/** Istio's data plane, request by request: what a program's task is made of, how it is run, and what the proxies decide. */

export { accessLogLine } from "./access-log.ts";
export { type Administered, adminAnswer } from "./admin.ts";
export { createMeshConfig } from "./config/create.ts";
export { letsNamespaceIn } from "./config/gateway-api/gateways.ts";
export { isGranted } from "./config/gateway-api/references.ts";
export { commonHost } from "./config/hosts.ts";
export type { ObjectView } from "./config/view.ts";
export { RESOURCES } from "./config/view.ts";
export { nodeOf } from "./dump/node.ts";
export type { Mesh } from "./mesh.ts";
export type {
  Arrival,
  Bytes,
  Destination,
  Endpoint,
  HeaderPairs,
  Hop,
  HttpAnswer,
  HttpRequest,
  HttpResponse,
  Tunnel,
  Workload,
} from "./model.ts";
export { arrive } from "./proxy/arrive.ts";
export { type Stream, streamElsewhere, streamEntry, streamRoute, streamWay } from "./proxy/connection.ts";
export { certificateFor } from "./proxy/gateway.ts";
export { LOCAL_REPLIES, localResponse } from "./proxy/local-reply.ts";
export { fromPod } from "./proxy/outbound.ts";
export { recordStream, type StreamPart, unconnected } from "./proxy/stream-record.ts";
export { perform, type Surroundings } from "./real-time.ts";
export { certificateOf, identityOf } from "./security/identity.ts";
export { emptyState, forgetWorkload } from "./state.ts";
export { countRequest, type RequestCounts, statsMatcher } from "./stats.ts";
export { ask, LATE, type Task, wait, within } from "./task.ts";
