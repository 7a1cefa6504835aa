import { stripAnsi } from "../../text/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { findHere } from "../start/here.ts";

/** Show the solution of the step at hand: for an ordinary step its own commands. `start` runs it, by its key `s`. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { lesson, step } = await findHere(io, options, args[0]);
  const sources = (step.solution === undefined ? step.commands : [step.solution]).map((command) => command.source);
  const name = `${lesson.id}#${step.id}`;
  if (options.json) io.print(`${JSON.stringify({ version: 1, step: name, solution: sources }, null, 2)}\n`);
  else if (sources.length === 0) io.say(`\`${name}\` has no solution: it is proved by its checks alone.\n`);
  else {
    io.say(`${name}:\n`);
    io.print(sources.map((source) => `${stripAnsi(source.trimEnd())}\n`).join(""));
  }
  return 0;
}
