import { createInterface } from "node:readline/promises";
import type { Io } from "./io.ts";
import { prompt } from "./prompt.ts";

/** Is there somebody to ask? A terminal on both ends; `--plain` asks too, in typed words. */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** Ask yes or no; Ctrl-C and end of input count as no. Call only where `canAsk`. */
export async function confirm(io: Io, question: string, preset: boolean): Promise<boolean> {
  if (io.interactive) return (await prompt<boolean>({ type: "confirm", message: question, default: preset })) ?? false;
  // Not as a terminal: the plain form moves no cursor, and the terminal edits the line itself.
  const terminal = createInterface({ input: io.stdin, output: process.stdout, terminal: false });
  try {
    const answer = (await terminal.question(`${question} (yes/no) `, { signal: io.signal })).trim().toLowerCase();
    return answer === "" ? preset : answer === "y" || answer === "yes";
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
