import type { Accept } from "./arrival.ts";

/** What is beyond the cluster and its machine: the hosts of the internet that there are. */
export interface Outside {
  /** PEM: whom a program trusts that comes with the authorities of the web. */
  readonly authority: string;
  /** The address of a public name; undefined: there is none. */
  addressOf(name: string): string | undefined;
  /** Whether somebody has the address. */
  isAt(address: string): boolean;
  /** Who listens there; undefined: nobody ever answers. */
  listener(address: string, port: number): Accept | undefined;
}
