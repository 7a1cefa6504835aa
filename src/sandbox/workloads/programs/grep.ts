import { Failure, type Program } from "../process.ts";
import { each } from "./inputs.ts";
import { readOptions } from "./options.ts";
import { compilePattern } from "./pattern.ts";

/** `grep`, and `egrep` by its name. */
export const grep: Program = async (process) => {
  const options = readOptions(process.args, "EFGPivcnqloxwhHrRs", "emABC", [
    "color=",
    "ignore-case",
    "invert-match",
    "count",
    "quiet",
  ]);
  const rest = [...options.rest];
  const patterns = options.all.get("e") ?? [rest.shift()];
  if (patterns[0] === undefined) throw new Failure("no pattern", 2);
  const test = await compilePattern(patterns.join("\n"), {
    isFixed: options.has("F"),
    isExtended: options.has("E", "P") || process.name === "egrep",
    ignoresCase: options.has("i", "ignore-case"),
    isWhole: options.has("x"),
    isWord: options.has("w"),
  });
  const most = Number(options.flags.get("m") ?? Number.POSITIVE_INFINITY);
  const after = Number(options.flags.get("A") ?? options.flags.get("C") ?? 0);
  const before = Number(options.flags.get("B") ?? options.flags.get("C") ?? 0);
  const isInverted = options.has("v", "invert-match");
  let hits = 0;
  const failed = await each(process, rest, async (input, name) => {
    const prefix = (rest.length > 1 && !options.has("h")) || options.has("H") ? `${name}:` : "";
    let count = 0;
    let number = 0;
    let shows = 0;
    const held: string[] = [];
    const print = async (line: string): Promise<void> =>
      process.stdout(`${prefix}${options.has("n") ? `${number}:` : ""}${line}\n`);
    for (let line = await input.readLine(); line !== undefined && count < most; line = await input.readLine()) {
      number += 1;
      const found = test(line);
      if (found.length > 0 === isInverted) {
        if (shows > 0) await print(line);
        else if (before > 0) {
          held.push(line);
          if (held.length > before) held.shift();
        }
        shows -= 1;
        continue;
      }
      count += 1;
      shows = after;
      if (options.has("q", "quiet")) break;
      if (options.has("c", "count", "l")) continue;
      for (const one of held.splice(0)) await print(one);
      for (const one of options.has("o") ? found : [line]) await print(one);
    }
    hits += count;
    if (options.has("c", "count")) await process.stdout(`${prefix}${count}\n`);
    if (options.has("l") && count > 0) await process.stdout(`${name}\n`);
  });
  return hits > 0 ? 0 : failed === 1 ? 2 : 1;
};
