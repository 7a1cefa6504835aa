import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { KubeObject } from "../../objects/index.ts";
import type { Api } from "../call.ts";

/** A request that wants to become a stream; still an ordinary one until it is accepted. */
export interface Upgrade {
  readonly api: Api;
  readonly pod: KubeObject;
  readonly query: URLSearchParams;
  readonly protocol: "websocket" | "spdy";
  /** Whether the client names this protocol among those that it speaks. */
  offers(protocol: string): boolean;
  /** Undefined when the client offers none of these, and it has been told so. */
  acceptWebSocket(protocols: readonly string[]): Promise<WebSocket | undefined>;
  acceptSpdy(protocols: readonly string[]): Duplex | undefined;
  refuseText(code: number, text: string): void;
}
