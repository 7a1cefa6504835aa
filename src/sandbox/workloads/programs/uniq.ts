import { absolute } from "../container/files.ts";
import type { Program } from "../process.ts";
import { each } from "./inputs.ts";
import { readOptions } from "./options.ts";

/** `uniq`: runs of equal lines, one at a time. */
export const uniq: Program = async (process) => {
  const options = readOptions(process.args, "cduiD", "fsw", [
    "count:c",
    "repeated:d",
    "unique:u",
    "ignore-case:i",
    "skip-fields=:f",
    "skip-chars=:s",
    "check-chars=:w",
  ]);
  const fields = Number(options.flags.get("f") ?? 0);
  const chars = Number(options.flags.get("s") ?? 0);
  const width = Number(options.flags.get("w") ?? Number.POSITIVE_INFINITY);
  const skip = new RegExp(`^(?:[ \\t]*[^ \\t]*){${fields}}`);
  const keyOf = (line: string): string => {
    const key = (fields > 0 ? line.replace(skip, "") : line).slice(chars).slice(0, width);
    return options.has("i") ? key.toLowerCase() : key;
  };
  const [from, to] = options.rest;
  const target = to === undefined ? undefined : absolute(process.cwd, to);
  if (target !== undefined) process.machine.files.write(target, Buffer.alloc(0));
  const print = async (text: string): Promise<void> =>
    target === undefined
      ? process.stdout(text)
      : process.machine.files.write(target, Buffer.from(text), { append: true });
  return each(process, from === undefined ? [] : [from], async (input) => {
    let run: { line: string; key: string; count: number } | undefined;
    const finish = async (): Promise<void> => {
      if (run === undefined || (options.has("d") && run.count === 1) || (options.has("u") && run.count > 1)) return;
      const count = options.has("c") ? `${String(run.count).padStart(7)} ` : "";
      for (let left = options.has("D") ? (run.count > 1 ? run.count : 0) : 1; left > 0; left -= 1)
        await print(`${count}${run.line}\n`);
    };
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      const key = keyOf(line);
      if (run?.key === key) run.count += 1;
      else {
        await finish();
        run = { line, key, count: 1 };
      }
    }
    await finish();
  });
};
