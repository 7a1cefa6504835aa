import type { Duplex } from "node:stream";

/** What a listener learns of a connection. */
export interface Arrival {
  /** The client's address and port as the pod sees them. */
  readonly from: string;
  readonly fromPort: number;
  readonly port: number;
}

/** Takes the server's end of a new connection: bytes both ways, whatever they say. */
export type Accept = (socket: Duplex, arrival: Arrival) => void;
