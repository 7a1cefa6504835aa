/** `301 reviews-v1`, as `uniq -c` prints it. */
export interface CountLine {
  readonly count: number;
  readonly label: string;
}

const MAX_COUNT = 1_000_000;

/** Undefined for a line that is no count with its label. */
export function readCountLine(line: string): CountLine | undefined {
  const match = /^[ \t]*(\d+)[ \t]+(\S.*)$/.exec(line);
  const count = Number(match?.[1]);
  if (match === null || count > MAX_COUNT) return undefined;
  return { count, label: (match[2] ?? "").trim().replace(/[ \t]+/g, " ") };
}
