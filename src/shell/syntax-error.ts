/** A syntax error as the author should see it. */
interface SyntaxFinding {
  readonly message: string;
  /** Line within the block, from 1. */
  readonly line: number | undefined;
}

/**
 * Read what bash said about a block that does not parse. `driverLine` is the line of the driver's own `eval`, from which
 * bash counts; an error that bash meets only in the driver's closing words is one at the block's last line.
 */
export function readSyntaxError(said: string, driverLine: number, source: string): SyntaxFinding {
  const lines = source.replace(/\n+$/, "").split("\n").length;
  const found = said
    .split("\n")
    .map((line) => /^.*?: line (\d+): (.*)$/.exec(line))
    .filter((match) => match !== null);
  const heredoc = found.find((match) => match[2]?.includes("here-document"));
  if (heredoc !== undefined) {
    const at = /here-document at line (\d+).*\(wanted [`'](.*)'\)/.exec(heredoc[2] ?? "");
    const line = at === null ? undefined : within(Number(at[1]) - driverLine + 1, lines);
    return { message: `here-document is not ended: no line \`${at?.[2] ?? ""}\` after it`, line };
  }
  const first = found[0];
  if (first === undefined) return { message: said.trim() || "syntax error", line: undefined };
  const at = Number(first[1]) - driverLine + 1;
  const message = at > lines ? "syntax error: unexpected end of the block" : (first[2] ?? "");
  return { message, line: within(at, lines) };
}

function within(line: number, lines: number): number {
  return Math.min(Math.max(line, 1), lines);
}

/** What the driver cannot live beside. Refused before it runs: after it a failure could pass unseen. */
const UNBEARABLE: readonly (readonly [RegExp, string])[] = [
  [
    /\bbuiltin\s*\(\s*\)|\bfunction\s+builtin\b/,
    "a function named `builtin` would blind the session; give it another name",
  ],
  [
    /\benable\s.*-\w*n\w*\s.*\b(?:builtin|eval|exit|printf|read|return|set|shift|trap)\b/,
    "the session needs this builtin; leave it enabled",
  ],
  [
    /\b(?:builtin|command)\s+trap\b.*\bERR\b/i,
    "`builtin` and `command` take the session's own ERR action away; write `trap` alone",
  ],
  [/__li_/, "names that begin with `__li_` are the session's own; choose another"],
];

/** What each of them holds: most blocks have none of these words. */
const ANY_UNBEARABLE = /builtin|enable|command|__li_/;

export function findUnbearable(source: string): SyntaxFinding | undefined {
  if (!ANY_UNBEARABLE.test(source)) return undefined;
  for (const [index, text] of source.split("\n").entries()) {
    const found = UNBEARABLE.find(([pattern]) => pattern.test(text));
    if (found !== undefined) return { message: found[1], line: index + 1 };
  }
  return undefined;
}
