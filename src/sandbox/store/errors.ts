/** Why the store refused: `exists` on create, `stale` or `gone` on update. The API turns it into a 409 or 404 Status. */
export class StoreConflict extends Error {
  readonly reason: "exists" | "stale" | "gone";

  constructor(reason: "exists" | "stale" | "gone", what: string) {
    super(`${what}: ${reason}`);
    this.name = "StoreConflict";
    this.reason = reason;
  }
}

/** A watch asked for a version that the ring no longer holds; the API answers 410 Gone and the client lists again. */
export class ResourceExpired extends Error {
  readonly requested: number;
  readonly oldest: number;

  constructor(requested: number, oldest: number) {
    super(`too old resource version: ${requested} (${oldest})`);
    this.name = "ResourceExpired";
    this.requested = requested;
    this.oldest = oldest;
  }
}
