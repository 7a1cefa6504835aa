import type { Duplex } from "node:stream";
import type { Bytes, Tunnel } from "../mesh/index.ts";
import { carried } from "./streams.ts";

/** A program's connection that went over to another protocol; whoever asked takes it, or closes it. */
export class OpenTunnel implements Tunnel {
  readonly #socket: Duplex;
  readonly #told: ((bytes: Bytes) => void)[] = [];

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  whenOver(tell: (bytes: Bytes) => void): void {
    this.#told.push(tell);
  }

  /** Carries bytes between the client and the program until both have ended, then has it told. */
  async take(client: Duplex): Promise<void> {
    this.#end(await carried(client, this.#socket));
  }

  /** The client has gone before it could be taken. */
  close(): void {
    this.#socket.destroy();
    this.#end({ received: 0, sent: 0 });
  }

  #end(bytes: Bytes): void {
    for (const tell of this.#told.splice(0)) tell(bytes);
  }
}
