import { breathe, Failure, type Program } from "../process.ts";
import { allLines } from "./inputs.ts";

/** `tsort`: what comes before what, as one list. */
export const tsort: Program = async (process) => {
  const words = (await allLines(process, process.args, 1)).flatMap((line) => line.split(/\s+/).filter(Boolean));
  if (words.length % 2 !== 0) throw new Failure("-: input contains an odd number of tokens");
  const before = new Map<string, number>();
  const after = new Map<string, string[]>();
  for (const word of words) before.set(word, before.get(word) ?? 0);
  for (let at = 0; at < words.length; at += 2) {
    const [from = "", to = ""] = words.slice(at, at + 2);
    if (from === to) continue;
    before.set(to, (before.get(to) ?? 0) + 1);
    after.set(from, [...(after.get(from) ?? []), to]);
  }
  const ready = [...before]
    .filter(([, count]) => count === 0)
    .map(([word]) => word)
    .sort();
  let done = 0;
  for (let word = ready.shift(); word !== undefined; word = ready.shift()) {
    await breathe(process.signal);
    await process.stdout(`${word}\n`);
    done += 1;
    for (const next of after.get(word) ?? []) {
      const left = (before.get(next) ?? 1) - 1;
      before.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  if (done < before.size) throw new Failure("-: input contains a loop:");
  return 0;
};
