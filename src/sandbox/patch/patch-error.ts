/** A patch that cannot be applied. `invalid`: the patch itself is wrong (400); `unprocessable`: not on this object (422); `too large` (413). */
export class PatchError extends Error {
  readonly reason: "invalid" | "unprocessable" | "too large";

  constructor(reason: PatchError["reason"], message: string) {
    super(message);
    this.name = "PatchError";
    this.reason = reason;
  }
}
