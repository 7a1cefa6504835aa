/** A label or field selector that does not parse; the message is for the client (400 BadRequest). */
export class SelectorError extends Error {
  override readonly name = "SelectorError";
}
