import { absolute } from "../../container/files.ts";
import { Failure, type Program } from "../../process.ts";
import { parseAwk } from "./parse.ts";
import { Awk } from "./run.ts";
import { unescapeAwk } from "./tokens.ts";
import { Outside } from "./values.ts";

/** POSIX awk. */
export const awk: Program = async (process) => {
  const words = [...process.args];
  const texts: string[] = [];
  const assigned: string[] = [];
  let separator: string | undefined;
  for (let word = words[0]; word !== undefined && /^-./.test(word); word = words[0]) {
    words.shift();
    if (word === "--") break;
    const value = word.length > 2 ? word.slice(2) : (words.shift() ?? "");
    if (word.startsWith("-F")) separator = value === "t" ? "\t" : unescapeAwk(value);
    else if (word.startsWith("-v")) assigned.push(value);
    else if (word.startsWith("-f")) texts.push(process.machine.files.read(absolute(process.cwd, value)).toString());
    else throw new Failure(`unrecognized option: ${word[1]}`, 1);
  }
  const text = texts.length > 0 ? texts.join("\n") : words.shift();
  if (text === undefined) throw new Failure("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]", 2);
  const run = new Awk(parseAwk(text), process);
  if (separator !== undefined) run.globals.set("FS", separator);
  for (const one of assigned)
    run.globals.set(one.split("=", 1)[0] ?? "", new Outside(unescapeAwk(one.slice(one.indexOf("=") + 1))));
  return run.run(words);
};
