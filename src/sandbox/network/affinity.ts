const DEFAULT_SECONDS = 10_800;
/** Clients and services come and go; the oldest memory is the first that nobody misses. */
const MAX_ENTRIES = 10_000;

/** Which endpoint a client was sent to last: services with `sessionAffinity: ClientIP` send it there again. */
export class Affinity {
  readonly #seen = new Map<string, { readonly address: string; at: number }>();

  /** The address of before, while `seconds` have not gone by since it was last used; `now` in milliseconds. */
  recall(key: string, now: number, seconds = DEFAULT_SECONDS): string | undefined {
    const found = this.#seen.get(key);
    if (found === undefined) return undefined;
    if (now - found.at <= seconds * 1000) return found.address;
    this.#seen.delete(key);
    return undefined;
  }

  keep(key: string, address: string, now: number): void {
    this.#seen.delete(key);
    this.#seen.set(key, { address, at: now });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_ENTRIES && oldest !== undefined) this.#seen.delete(oldest);
  }
}
