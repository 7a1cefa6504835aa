import type { IncomingMessage } from "node:http";
import { isOfOtherPage } from "../network/index.ts";
import { OWN_NAMES } from "./certificate.ts";

/**
 * What keeps a web page out, before any token is looked at: a page that got its name to point at 127.0.0.1 (DNS rebinding)
 * sends that name as Host, and a page of another origin is named by the browser. Clients of Kubernetes send neither.
 */

/** Why a request is nobody's who may ask; undefined when nothing is wrong with where it comes from. */
export function strangerIn(request: IncomingMessage): string | undefined {
  const { host } = request.headers;
  if (host !== undefined && !OWN_NAMES.has(hostName(host))) {
    return `forbidden: the request is for host ${JSON.stringify(host)}, expected 127.0.0.1 or localhost`;
  }
  if (!isOfOtherPage(request, isOwnOrigin)) return undefined;
  return `forbidden: a web page of another origin (${JSON.stringify(request.headers.origin ?? "not named")}) may not use this server`;
}

/** A page that the user's own `kubectl proxy` serves has its port: what counts is the machine. */
function isOwnOrigin(origin: string): boolean {
  return OWN_NAMES.has(hostName(origin.replace(/^https?:\/\//, "")));
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}
