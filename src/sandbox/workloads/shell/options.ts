import { Failure } from "../process.ts";
import { LETTERS } from "./scope.ts";
import type { ShellState } from "./state.ts";

const NAMES = new Map(Object.entries(LETTERS).map(([name, letter]) => [letter, name]));
/** What `set -o` knows. */
export const LONG_OPTIONS = [
  ...Object.keys(LETTERS),
  "pipefail",
  "monitor",
  "notify",
  "ignoreeof",
  "vi",
  "emacs",
  "nolog",
  "posix",
];

/** Turns an option on or off, by its letter or its name. Throws a `Failure` for one that does not exist. */
export function setOption(state: ShellState, given: { letter?: string; name?: string }, isOn: boolean): void {
  const name = given.name ?? NAMES.get(given.letter ?? "");
  if (
    given.name !== undefined &&
    (!LONG_OPTIONS.includes(given.name) || (given.name === "pipefail" && state.dialect === "dash"))
  )
    throw new Failure(
      state.dialect === "dash" ? `set: Illegal option -o ${given.name}` : `set: illegal option -o ${given.name}`,
      2,
    );
  if (name === undefined) {
    if ("bhmimEHBPTk".includes(given.letter ?? "")) return;
    throw new Failure(
      state.dialect === "dash" ? `set: Illegal option -${given.letter}` : `set: illegal option -${given.letter}`,
      2,
    );
  }
  if (isOn) state.options.add(name);
  else state.options.delete(name);
}
