import { type Place, UsageError } from "../diagnostics/index.ts";
import type { Command, Lesson, Variable } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import { judgeEnd } from "./judge.ts";
import type { StepVerdict } from "./verdict.ts";

const VARIABLE_TIMEOUT_MS = 60_000;

/** Reported as a step of this id, when a variable could not be set. */
export const VARIABLES_STEP = "vars";

/** What came of setting the variables: a verdict and, where it is not a pass, what the command printed. */
export interface VariablesOutcome {
  readonly verdict: StepVerdict;
  readonly place: Place;
  readonly output: string;
}

/** A value as one word of bash, whatever is in it. */
function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/**
 * Set and export the front matter's variables, in order, so that a later command sees the earlier ones. An override
 * wins over the value or command. Overrides that the lesson does not declare come first, since its commands may read
 * them: the course's own variables are among them.
 */
export async function setVariables(
  lesson: Lesson,
  overrides: Readonly<Record<string, string>>,
  session: Session,
  signal: AbortSignal,
): Promise<VariablesOutcome> {
  const request = { mode: "act", timeoutMs: VARIABLE_TIMEOUT_MS, stream: "both", signal } as const;
  for (const { source, variable } of assignments(lesson.front.vars, overrides)) {
    const { end, output } = await session.run({ ...request, source });
    const place = variable?.place ?? placeOf(lesson);
    const verdict = judgeEnd(asCommand(source, place, variable), end);
    if (verdict !== undefined) return { verdict: atVariable(verdict, place), place, output: output.head };
  }
  return { verdict: { kind: "pass" }, place: placeOf(lesson), output: "" };
}

interface Assignment {
  readonly source: string;
  readonly variable: Variable | undefined;
}

/** One block for all plain values in a row, one for each command. */
function assignments(variables: readonly Variable[], overrides: Readonly<Record<string, string>>): Assignment[] {
  const declared = new Set(variables.map((variable) => variable.name));
  const blocks: Assignment[] = [];
  let values: string[] = [];
  const flush = (): void => {
    if (values.length > 0) blocks.push({ source: `export ${values.join(" ")}`, variable: undefined });
    values = [];
  };
  for (const [name, value] of Object.entries(overrides)) if (!declared.has(name)) values.push(assign(name, value));
  for (const variable of variables) {
    const value = overrides[variable.name] ?? (variable.kind === "value" ? variable.value : undefined);
    if (value !== undefined) values.push(assign(variable.name, value));
    else if (variable.kind === "command") {
      flush();
      // On lines of its own: a comment or a here-document at the command's end must not swallow the parenthesis.
      blocks.push({ source: `${variable.name}=$(\n${variable.command}\n)\nexport ${variable.name}`, variable });
    }
  }
  flush();
  return blocks;
}

function assign(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new UsageError(`Found \`${name}\` as a variable's name, expected letters, digits and \`_\``);
  }
  return `${name}=${quote(value)}`;
}

/** The block's lines are ours, not the lesson's: the finding stands where the variable is declared. */
function atVariable(verdict: StepVerdict, place: Place): StepVerdict {
  return "place" in verdict ? { ...verdict, place } : verdict;
}

function placeOf({ front, path }: Lesson): Place {
  return front.vars[0]?.place ?? { file: path, line: 1, column: 1, offset: 0, endOffset: 0 };
}

function asCommand(source: string, place: Place, variable: Variable | undefined): Command {
  return {
    source: variable?.kind === "command" ? variable.command : source,
    place,
    from: "fence",
    exit: { kind: "status", status: 0 },
    timeoutMs: VARIABLE_TIMEOUT_MS,
    stream: "both",
    tty: false,
    expectations: [],
    condition: { skip: undefined, targets: undefined, os: undefined, ifCommand: undefined },
  };
}
