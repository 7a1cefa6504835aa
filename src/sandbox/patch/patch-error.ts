/** A patch that cannot be applied. `invalid`: the patch itself is wrong (400); `unprocessable`: not on this object (422). */
export class PatchError extends Error {
  readonly reason: "invalid" | "unprocessable";

  constructor(reason: "invalid" | "unprocessable", message: string) {
    super(message);
    this.name = "PatchError";
    this.reason = reason;
  }
}
