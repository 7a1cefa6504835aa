import { createInterface } from "node:readline/promises";
import type { Io } from "./io.ts";

/** Is there somebody to ask? A terminal on both ends; `--plain` asks too, in typed words. */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** Ask yes or no; Ctrl-C and end of input count as no. Call only where `canAsk`. */
export async function confirm(io: Io, question: string, preset: boolean): Promise<boolean> {
  if (io.interactive) {
    const { default: inquirer } = await import("inquirer");
    try {
      const questions = [{ type: "confirm", name: "yes", message: question, default: preset }] as const;
      const answer = await inquirer.prompt<{ yes: boolean }>(questions as never);
      return answer.yes;
    } catch (error) {
      if (error instanceof Error && error.name === "ExitPromptError") return false;
      throw error;
    }
  }
  const terminal = createInterface({ input: io.stdin, output: process.stdout });
  try {
    const answer = (await terminal.question(`${question} (yes/no) `, { signal: io.signal })).trim().toLowerCase();
    return answer === "" ? preset : answer === "y" || answer === "yes";
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
