import type { InboundPolicy } from "../config/policy.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, HttpRequest, Workload } from "../model.ts";
import type { Routed } from "../proxy/result.ts";

/** All that a decision about a request may look at. */
export interface Asked {
  readonly mesh: Mesh;
  readonly workload: Workload;
  readonly port: number;
  readonly request: HttpRequest;
  readonly arrival: Arrival;
}

/** The request as it goes on, with what its token says; or the refusal. Tokens come before policies, as policies ask for them. */
export function admit(_policy: InboundPolicy, { request }: Asked): { readonly request: HttpRequest } | Routed {
  return { request };
}
