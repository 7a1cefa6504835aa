import { createContext, Script } from "node:vm";

/** Nobody waits longer than this for one match. */
const MATCH_MS = 250;
/** So many steps are over at once. */
const QUICK_STEPS = 10_000_000;
/** What may match in more ways than one. */
const CHOICES = /(?<!\()[*+?]|\{/g;
/** What may match in more ways than the text is long: repeated groups, and groups that are meant again. */
const RISKY = /\)[*+?{]|\\[1-9]/;

/**
 * A regular expression that may take for ever on an unlucky text, but is stopped: whatever uses it (`test`, `replace`,
 * `match`, `split`) then throws what `refusal` makes. Node's own watch over a script also stops an expression.
 */
export class BoundedRegex extends RegExp {
  /** The error that says why there is no answer. */
  protected refusal(reason: string): Error {
    return new RegexRefusal(reason);
  }

  override exec(text: string): RegExpExecArray | null {
    return this.#bounded(text, () => super.exec(text));
  }

  override [Symbol.match](text: string): RegExpMatchArray | null {
    return this.#bounded(text, () => super[Symbol.match](text));
  }

  override [Symbol.replace](text: string, to: string | ((substring: string, ...args: unknown[]) => string)): string {
    return this.#bounded(text, () => super[Symbol.replace](text, to as string));
  }

  override [Symbol.split](text: string, limit?: number): string[] {
    return this.#bounded(text, () => super[Symbol.split](text, limit));
  }

  #bounded<T>(text: string, run: () => T): T {
    // With n choices all matches from anywhere take the text's length to the power of n + 2.
    const choices = RISKY.test(this.source) ? Number.POSITIVE_INFINITY : (this.source.match(CHOICES) ?? []).length;
    try {
      return text.length ** (choices + 2) <= QUICK_STEPS ? run() : watched(run);
    } catch (error) {
      const reason = reasonOf(error);
      throw reason === undefined ? error : this.refusal(reason);
    }
  }
}

/** A match that was given up. */
export class RegexRefusal extends Error {
  override readonly name = "RegexRefusal";
}

/** Undefined: it is no fault of the expression. */
function reasonOf(error: unknown): string | undefined {
  if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "regular expression too complex";
  // An expression is compiled where it is first used: only then it can be too large.
  return error instanceof SyntaxError || error instanceof RangeError ? "regular expression too big" : undefined;
}

let watcher: { readonly script: Script; readonly context: { run?: (() => unknown) | undefined } } | undefined;

function watched<T>(run: () => T): T {
  watcher ??= { script: new Script("run()"), context: createContext({}) };
  // One watch is over all that the outermost does.
  if (watcher.context.run) return run();
  watcher.context.run = run;
  try {
    return watcher.script.runInContext(watcher.context, { timeout: MATCH_MS }) as T;
  } finally {
    watcher.context.run = undefined;
  }
}
