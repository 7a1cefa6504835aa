/** The host's way into the cluster: a proxy for curl, and doors for a browser. */
export { BrowserDoor } from "./browser-door.ts";
export type { Pods } from "./pod-server.ts";
export { HostProxy } from "./proxy.ts";
export { type Objects, type Route, routeFromHost, routeToService } from "./route.ts";
