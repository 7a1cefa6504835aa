/**
 * The machine refuses: no kubectl, a port taken, a read-only home. Ends a command with exit code 4.
 * `message` says what was found and expected, `hint` what to do next; `cause` keeps the original error.
 */
export class EnvironmentError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EnvironmentError";
    this.hint = options.hint;
  }
}

/** Wrong usage of the command line, or a selection of nothing. Ends a command with exit code 2. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "UsageError";
    this.hint = hint;
  }
}
