import { Duplex } from "node:stream";

/** A connection's two ends: what is written to one is read from the other, each way ended by itself. */
export function connectionPair(): [Duplex, Duplex] {
  const [left, right] = [new End(), new End()];
  left.other = right;
  right.other = left;
  return [left, right];
}

type Callback = (error?: Error | null) => void;

/** One end. Closed with bytes that it has not read, it resets the other, as TCP does; else the other reads to the end. */
class End extends Duplex {
  other: End | undefined;
  #blocked: Callback | undefined;
  #isFinished = false;

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {
    const blocked = this.#blocked;
    this.#blocked = undefined;
    blocked?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: Callback): void {
    const { other } = this;
    if (other === undefined || other.destroyed) callback(failure("EPIPE", "write EPIPE"));
    else if (other.push(chunk)) callback();
    else other.#blocked = callback;
  }

  override _final(callback: Callback): void {
    this.#isFinished = true;
    this.other?.push(null);
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const { other } = this;
    const blocked = this.#blocked;
    this.#blocked = undefined;
    this.other = undefined;
    callback(error);
    blocked?.(failure("EPIPE", "write EPIPE"));
    if (other === undefined || other.destroyed) return;
    if (isReset(error) || (!this.#isFinished && this.readableLength > 0)) {
      other.destroy(failure("ECONNRESET", "read ECONNRESET"));
      return;
    }
    if (!this.#isFinished) other.push(null);
    // It has still to read what was sent; then nobody is there to answer.
    if (other.readableEnded) other.destroy();
    else other.once("end", () => other.destroy());
  }
}

/** Ends a connection at once, and has the other end know that it was cut: TCP's RST. */
export function reset(socket: Duplex): void {
  if ("resetAndDestroy" in socket && typeof socket.resetAndDestroy === "function") socket.resetAndDestroy();
  else socket.destroy(failure("ECONNRESET", "read ECONNRESET"));
}

function isReset(error: (Error & { readonly code?: string }) | null | undefined): boolean {
  return error?.code === "ECONNRESET";
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Carries bytes between two connections, each way to its own end; a fault of one cuts both. Tells when both are over. */
export function join(left: Duplex, right: Duplex): Promise<void> {
  const cut = (error?: Error): void => {
    for (const end of [left, right].filter(({ destroyed }) => !destroyed)) isReset(error) ? reset(end) : end.destroy();
  };
  const over = [[left, right] as const, [right, left] as const].map(
    ([one, other]) =>
      new Promise<void>((resolve) => {
        one.on("error", cut);
        one.once("close", () => {
          // What was sent before the end is still on its way to the other.
          if (!one.readableEnded) cut();
          // Nobody is there any more for what the other might still say.
          else if (other.writableFinished) other.destroy();
          else other.once("finish", () => other.destroy());
          resolve();
        });
      }),
  );
  left.pipe(right);
  right.pipe(left);
  return Promise.all(over).then(() => {});
}
