/** Linux' signals by their numbers. */
export const SIGNALS: readonly string[] = (
  "EXIT HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU " +
  "XFSZ VTALRM PROF WINCH POLL PWR SYS"
).split(" ");

/** What a process that says nothing about them does not mind. */
export const HARMLESS: ReadonlySet<string> = new Set([
  "EXIT",
  "CHLD",
  "CONT",
  "URG",
  "WINCH",
  "STOP",
  "TSTP",
  "TTIN",
  "TTOU",
]);

/** A signal's number by its name with or without `SIG`, or by the number itself; undefined for what is none. */
export function signalNumber(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word) < SIGNALS.length ? Number(word) : undefined;
  const at = SIGNALS.indexOf(word.toUpperCase().replace(/^SIG/, ""));
  return at < 0 ? undefined : at;
}
