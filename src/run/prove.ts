import type { Place } from "../diagnostics/index.ts";
import { type Expectation, type MutationKind, prove, refuses, type Survivor } from "../expect/index.ts";
import type { Check, Command } from "../lesson/index.ts";
import type { Seen } from "./compare.ts";
import type { ProofCount } from "./events.ts";
import type { Weakness } from "./verdict.ts";

/** What a step's proof gathers while the step runs. */
export interface StepProof {
  /** Ids of checks that did not hold before the step: those have been seen to fail. */
  readonly seenToFail: Set<string>;
  readonly weaknesses: Weakness[];
}

interface Said {
  readonly found: string;
  readonly advice: string;
}

const ORDERED = "write the lines in their order, without `...`";

/** What each kind of wrong output is, and how its expectation can come to notice it. */
const SAID: Readonly<Record<MutationKind, Said>> = {
  nothing: {
    found: "It would pass had nothing been printed",
    advice: "expect at least one line that is always printed, not only optional or forbidden ones",
  },
  "other-line": {
    found: "It would pass had an error been printed in place of any line",
    advice: "write words that only the right output has",
  },
  "changed-value": {
    found: "It would pass whatever any word of the output were",
    advice: "write the words that matter, or placeholders of their kind (`<int>`, `<ip>`)",
  },
  "dropped-line": { found: "It would pass with any one line missing", advice: "write the lines that must be there" },
  "line-twice": { found: "It would pass had a line been printed twice", advice: ORDERED },
  "swapped-lines": { found: "It would pass with its lines in another order", advice: ORDERED },
  "swapped-labels": {
    found: "It would pass with the counts of two labels exchanged",
    advice: "draw more samples, or say other weights",
  },
  "extra-line": { found: "It would pass with a line more", advice: "take `...` away" },
  "forbidden-line": {
    found: "It forbids a line that this output can never have",
    advice: "`not` compares whole lines: write `<rest>` around the words, or a `(re)` line",
  },
};

/** What a shell says, with status 127, of a command that it does not find. */
const NOT_FOUND = "bash: line 1: no-such-command: command not found\n";

/** What proving an output came to. */
export interface Proven {
  readonly count: ProofCount | undefined;
  readonly weaknesses: readonly Weakness[];
}

/** Hold a command that passed against wrong outputs, and against a slip in its own name. */
export async function proveCommand(command: Command, status: number, seen: Seen | undefined): Promise<Proven> {
  const proven = await proveOutput(command.expectations, seen);
  const slip = await whyNoSlip(command, status, seen);
  return slip === undefined ? proven : { ...proven, weaknesses: [...proven.weaknesses, slip] };
}

/** Hold the output of a check that passed against wrong ones. */
export function proveCheckOutput({ predicate }: Check, seen: Seen | undefined): Promise<Proven> {
  return proveOutput(predicate.expectations, seen);
}

async function proveOutput(expectations: readonly Expectation[], seen: Seen | undefined): Promise<Proven> {
  if (seen === undefined || expectations.length === 0) return { count: undefined, weaknesses: [] };
  const { survivors, tried, refused, words } = await prove(expectations, seen.text, seen.lookup);
  return { count: { tried, refused, words }, weaknesses: survivors.map(weaknessOf) };
}

function weaknessOf({ kind, expectation, line }: Survivor): Weakness {
  const { found, advice } = SAID[kind];
  const what = line === undefined ? "" : `: \`${line}\``;
  return { place: expectation.place, found: `${found}${what}.`, advice: sentence(advice) };
}

/** `exit=nonzero` is met by a command that does not exist; only its output can tell. */
async function whyNoSlip(command: Command, status: number, seen: Seen | undefined): Promise<Weakness | undefined> {
  const { exit, place, expectations } = command;
  if (exit.kind !== "nonzero") return undefined;
  const advice = "Write the status itself (`exit=1`), or expect the words of the right failure.";
  if (status === 126 || status === 127) {
    return { place, found: `It failed because it could not be run at all (status ${status}).`, advice };
  }
  if (seen !== undefined && (await refuses(expectations, NOT_FOUND, seen.lookup))) return undefined;
  return { place, found: "It would pass had its command been misspelt.", advice };
}

/** A check that held before there was anything to hold, and holds in a world without programs, says nothing. */
export function neverFails({ place, title }: Check): Weakness {
  const found = `\`${title}\` was not seen to fail: it held before, and holds where no program can be run.`;
  return { place, found, advice: "Let it ask for what this step brings about." };
}

/** All checks of a step held before it ran. */
export function alreadyTrue(place: Place, what: "step" | "lesson"): Weakness {
  return {
    place,
    found: `All its checks held before the ${what} began, so they do not prove it.`,
    advice: `Add a check of what the ${what} brings about.`,
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
