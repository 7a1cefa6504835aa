import type { Place } from "../diagnostics/index.ts";
import {
  type Constrained,
  type DiffLine,
  type Expectation,
  isStructured,
  type MatchResult,
  match,
  matchStructured,
  type VariableLookup,
  variablesOf,
} from "../expect/index.ts";
import type { BlockOutput, Session } from "../shell/index.ts";
import { fullOutput } from "./full-output.ts";
import type { StepVerdict } from "./verdict.ts";

/** How an output compared with all expectations of its command. */
export interface Comparison {
  /** The expectation that was not met, with its diff; undefined when all were met. */
  readonly unmet: Unmet | undefined;
  /** The best-pinned of the expectations; undefined without expectations. */
  readonly constrained: Constrained | undefined;
  /** The kinds by which `like=kubectl` compared what is not as on the page; absent where there are none. */
  readonly normalisers?: readonly string[];
  /** All that was compared; absent where nothing was. */
  readonly seen?: Seen;
}

/** An output as a whole, with the values that its expectations ask for. */
export interface Seen {
  readonly text: string;
  readonly lookup: VariableLookup;
}

export interface Unmet {
  readonly expectation: Expectation;
  readonly diff: readonly DiffLine[];
  /** Why the output could not be compared at all. */
  readonly uncompared?: string;
  /** Sentences that say why, where the rows do not say it alone. */
  readonly reason?: string;
}

/** The verdict on an output that does not meet an expectation, at the first of its lines that differs. */
export function mismatchOf(unmet: Unmet): StepVerdict {
  const { diff, uncompared, reason } = unmet;
  const mismatch = { kind: "mismatch", place: placeOf(unmet), diff } as const;
  if (uncompared !== undefined) return { ...mismatch, uncompared };
  return reason === undefined ? mismatch : { ...mismatch, reason };
}

/** The first expected line that differs; where only lines were found that nobody asked for, the expectation itself. */
export function placeOf({ expectation, diff }: Unmet): Place {
  const first = diff.find((row) => row.kind === "changed" || row.kind === "missing" || row.kind === "value");
  return first !== undefined && "place" in first ? first.place : expectation.place;
}

const NOTHING_ASKED: Comparison = { unmet: undefined, constrained: undefined };
const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

/** Compare an output with each expectation, in order, up to the first that is not met. */
export async function compare(
  expectations: readonly Expectation[],
  output: BlockOutput,
  session: Session,
): Promise<Comparison> {
  const [first] = expectations;
  if (first === undefined) return NOTHING_ASKED;
  const full = output.elidedBytes === 0 ? ({ kind: "text", text: output.head } as const) : fullOutput(output);
  if (full.kind === "refused") {
    const unmet = { expectation: first, diff: [notCompared(first, full.reason)], uncompared: full.reason };
    return { unmet, constrained: undefined };
  }
  const values = await lookUp(expectations, session);
  const lookup = (name: string): string | undefined => values.get(name);
  const seen: Seen = { text: full.text, lookup };
  const normalisers = new Set<string>();
  let constrained: Constrained | undefined;
  for (const expectation of expectations) {
    const result = await matchAny(expectation, full.text, lookup);
    if (constrained === undefined || result.constrained.lines > constrained.lines) constrained = result.constrained;
    if (result.kind === "mismatch") {
      const { diff, reason } = result;
      return { unmet: { expectation, diff, ...(reason === undefined ? {} : { reason }) }, constrained, seen };
    }
    for (const name of result.normalisers ?? []) normalisers.add(name);
  }
  const met = { unmet: undefined, constrained, seen };
  return normalisers.size === 0 ? met : { ...met, normalisers: [...normalisers] };
}

/** Lines are compared at once; what has a matcher of its own waits until that is loaded. */
function matchAny(expectation: Expectation, text: string, lookup: VariableLookup): MatchResult | Promise<MatchResult> {
  if (isStructured(expectation)) return matchStructured(expectation, text, lookup);
  return match(expectation, text, lookup);
}

/** One call to the session for all `${VAR}` of a command, and none where no expectation uses one. */
async function lookUp(expectations: readonly Expectation[], session: Session): Promise<ReadonlyMap<string, string>> {
  const names = new Set(expectations.flatMap(variablesOf));
  return names.size === 0 ? NO_VARIABLES : session.variables([...names]);
}

function notCompared(expectation: Expectation, note: string): DiffLine {
  const expected = expectation.lines[0]?.source ?? "";
  return { kind: "missing", expected, place: expectation.lines[0]?.place ?? expectation.place, note };
}
