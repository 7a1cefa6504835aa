/** The host's way into the cluster: a proxy for curl, and doors for a browser. */
export { BrowserDoor } from "./browser-door.ts";
export { HostProxy } from "./proxy.ts";
