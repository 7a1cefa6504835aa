import type { HttpRequest, HttpResponse } from "../api/index.ts";

/** What a site knows of a request. */
export interface SiteContext {
  /** The client's address, as the internet sees it. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether it came by TLS. */
  readonly isSecure: boolean;
  /** The folder of the sandbox's own programs, absolute. */
  readonly tools: string;
}

/** A host of the internet that the sandbox plays: what it answers. */
export type Site = (request: HttpRequest, at: SiteContext) => HttpResponse | Promise<HttpResponse>;
