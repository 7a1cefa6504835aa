import type { JsonObject } from "../../objects/index.ts";
import { joinedHeader } from "../headers.ts";
import type { Arrival, HttpRequest } from "../model.ts";

/** What is known of a request, or of a connection, when it is decided whether it may come in. */
export interface Facts {
  /** Who the other end proved to be, without `spiffe://`: `cluster.local/ns/default/sa/sleep`. */
  readonly identity: string | undefined;
  /** The other end of the connection. */
  readonly from: string;
  /** The client that proxies before this one told of. */
  readonly remote: string;
  readonly address: string;
  readonly port: number;
  readonly sni: string;
  /** Undefined where bytes are not read as HTTP. */
  readonly request: HttpRequest | undefined;
  /** Of the token that was found good. */
  readonly claims: JsonObject | undefined;
}

/** The facts of a request at a workload's address and port. */
export function factsOf(
  { transport, from }: Arrival,
  address: string,
  port: number,
  request: HttpRequest | undefined,
  claims: JsonObject | undefined,
): Facts {
  return {
    identity: transport.kind === "mutual" ? transport.identity.replace(/^spiffe:\/\//, "") : undefined,
    from,
    remote: (request && lastForwarded(request)) ?? from,
    address,
    port,
    sni: transport.kind === "plaintext" ? "" : transport.sni,
    request,
    claims,
  };
}

/** Proxies add who asked them at the end; the last of them is the one that can be trusted. */
function lastForwarded({ headers }: HttpRequest): string | undefined {
  const all = joinedHeader(headers, "x-forwarded-for");
  return all?.slice(all.lastIndexOf(",") + 1).trim() || undefined;
}
