/** A pattern that cannot be read: what is wrong, and where (UTF-16 offset in the pattern). */
export class PatternError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = "PatternError";
    this.at = at;
  }
}
