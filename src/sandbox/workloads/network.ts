import type { HttpRequest, HttpResponse } from "../api/index.ts";
import type { KubeObject } from "../objects/index.ts";

/** The cluster's network as a program in a pod meets it. */
export interface Network {
  /** The addresses of a name, or of an address; empty when nobody knows it. */
  resolve(from: KubeObject, host: string): readonly string[];
  /** The full name under which it was found: `web.default.svc.cluster.local`. */
  nameOf(from: KubeObject, host: string): string | undefined;
  request(request: NetworkRequest): Promise<NetworkAnswer>;
}

export interface NetworkRequest extends HttpRequest {
  readonly from: KubeObject;
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

export type NetworkAnswer =
  | { readonly kind: "response"; readonly response: HttpResponse; readonly address: string }
  /** `plain`: it listens, but does not speak TLS. */
  | { readonly kind: "unknown-host" | "refused" | "unreachable" | "reset" | "plain"; readonly address: string };
