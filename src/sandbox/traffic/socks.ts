import { timingSafeEqual } from "node:crypto";

/** SOCKS 5 by RFC 1928, user and password by RFC 1929, as far as a client needs it to connect. */
export const REPLY = { granted: 0, unreachable: 4, refused: 5, command: 7, address: 8 } as const;

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What the other side must be sent, and what it has come to. */
export type SocksStep =
  | { readonly kind: "more" }
  | { readonly kind: "send"; readonly bytes: Buffer }
  | { readonly kind: "end"; readonly bytes: Buffer }
  /** It wants to connect. `rest` came after the request: the first bytes of the connection itself. */
  | { readonly kind: "connect"; readonly host: string; readonly port: number; readonly rest: Buffer };

const VERSION = 5;
const PASSWORD_METHOD = 2;
const NO_METHOD = 0xff;
const CONNECT = 1;
const MORE: SocksStep = { kind: "more" };

/** One client's handshake: fed with what comes, says what to do. Nothing is granted before the password was right. */
export class SocksHandshake {
  readonly #credentials: Credentials;
  #state: "greeting" | "password" | "request" = "greeting";
  #held: Buffer = Buffer.alloc(0);

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** Call with what came, then with nothing until it asks for more. */
  feed(bytes: Buffer): SocksStep {
    this.#held = Buffer.concat([this.#held, bytes]);
    if (this.#state === "greeting") return this.#greeting();
    return this.#state === "password" ? this.#password() : this.#request();
  }

  #greeting(): SocksStep {
    const held = this.#held;
    if (held.length > 0 && held[0] !== VERSION) return end();
    const length = 2 + (held[1] ?? 0);
    if (held.length < 2 || held.length < length) return MORE;
    const hasPassword = held.subarray(2, length).includes(PASSWORD_METHOD);
    if (!hasPassword) return end([VERSION, NO_METHOD]);
    return this.#next("password", length, [VERSION, PASSWORD_METHOD]);
  }

  #password(): SocksStep {
    const held = this.#held;
    const userEnd = 2 + (held[1] ?? 0);
    const length = userEnd + 1 + (held[userEnd] ?? 0);
    if (held.length < 2 || held.length <= userEnd || held.length < length) return MORE;
    const user = held.subarray(2, userEnd);
    const password = held.subarray(userEnd + 1, length);
    const isRight = equal(user, this.#credentials.user) && equal(password, this.#credentials.password);
    return isRight ? this.#next("request", length, [1, 0]) : end([1, 1]);
  }

  #request(): SocksStep {
    const held = this.#held;
    if (held.length < 5) return MORE;
    if (held[0] !== VERSION) return end();
    if (held[1] !== CONNECT) return end(reply(REPLY.command));
    const address = addressAt(held);
    if (address === undefined) return end(reply(REPLY.address));
    if (held.length < address.end + 2) return MORE;
    return {
      kind: "connect",
      host: address.read(),
      port: held.readUInt16BE(address.end),
      rest: held.subarray(address.end + 2),
    };
  }

  #next(state: "password" | "request", length: number, bytes: readonly number[]): SocksStep {
    this.#state = state;
    this.#held = this.#held.subarray(length);
    return { kind: "send", bytes: Buffer.from(bytes) };
  }
}

/** The answer to a request to connect. */
export function reply(code: number): Buffer {
  return Buffer.from([VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

/** By its type: 1 IPv4, 3 a name with its length, 4 IPv6. */
function addressAt(held: Buffer): { readonly end: number; readonly read: () => string } | undefined {
  switch (held[3]) {
    case 1:
      return { end: 8, read: () => held.subarray(4, 8).join(".") };
    case 3: {
      const end = 5 + (held[4] ?? 0);
      return { end, read: () => held.toString("latin1", 5, end) };
    }
    case 4:
      return { end: 20, read: () => held.toString("hex", 4, 20).replace(/(.{4})(?!$)/g, "$1:") };
    default:
      return undefined;
  }
}

function end(bytes: readonly number[] | Buffer = []): SocksStep {
  return { kind: "end", bytes: Buffer.from(bytes) };
}

function equal(given: Buffer, wanted: string): boolean {
  const right = Buffer.from(wanted);
  return given.length === right.length && timingSafeEqual(given, right);
}
