/** The cluster's one network: where a connection goes, what a name means, and who may sit in between. */
export { Affinity } from "./affinity.ts";
export type { Accept, Arrival } from "./arrival.ts";
export { connectionPair, join, reset } from "./connection.ts";
export {
  ClusterNetwork,
  connectTo,
  type Dialled,
  type Flow,
  type Interceptor,
} from "./dial.ts";
export { type Endpoint, endpointsOf } from "./endpoints.ts";
export {
  hostsFile,
  type Lookup,
  lookup,
  NAME_SERVER,
  nameOf,
  query,
  resolverFile,
  resolverOf,
  serviceRecords,
} from "./names.ts";
export { isOfOtherPage } from "./other-page.ts";
export type { Outside } from "./outside.ts";
export { type Choice, route, routeToService, type Way } from "./route.ts";
export { API_PORT, HOST_ADDRESS, type Objects, type Source } from "./source.ts";
