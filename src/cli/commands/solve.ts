import { stripAnsi } from "../../text/index.ts";
import { asBash } from "../here-document.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { wrapText } from "../screen/lines.ts";
import { findHere } from "../start/here.ts";

/**
 * Print the solution of the step at hand; for an ordinary step that is its own commands. Nothing is run: in `start`, the
 * key `s` prints and runs it.
 */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { lesson, step } = await findHere(io, options, args[0]);
  const sources = (step.solution === undefined ? step.commands : [step.solution]).map(asBash);
  const name = `${lesson.id}#${step.id}`;
  if (options.json) io.print(`${JSON.stringify({ version: 1, step: name, solution: sources }, null, 2)}\n`);
  else if (sources.length === 0) io.say(`\`${name}\` has no solution: it is proved by its checks alone.\n`);
  else {
    const what = `The solution of \`${name}\`, not run. \`s\` in \`learn-istio start ${lesson.id}\` runs it.`;
    io.say(`${wrapText(what, io.width)}\n`);
    io.print(sources.map((source) => `${stripAnsi(source.trimEnd())}\n`).join(""));
  }
  return 0;
}
