import { absolute } from "../container/files.ts";
import type { Program } from "../process.ts";
import { each, linesOf } from "./inputs.ts";
import { readOptions } from "./options.ts";
import { wait } from "./text.ts";

const head: Program = (process) => {
  const options = readOptions(process.args.map(oldCount), "qv", "nc");
  const count = Number(options.flags.get("n") ?? 10);
  const bytes = options.flags.get("c");
  return each(process, options.rest, async (input, name) => {
    if (options.rest.length > 1) await process.stdout(`==> ${name} <==\n`);
    if (bytes !== undefined) {
      let left = Number(bytes);
      for (let chunk = await input.read(); chunk && left > 0; chunk = left > 0 ? await input.read() : undefined) {
        await process.stdout(chunk.subarray(0, left));
        left -= chunk.length;
      }
      return;
    }
    if (count < 0) {
      const lines = await linesOf(input);
      return process.stdout(
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(""),
      );
    }
    for (let left = count; left > 0; left -= 1) {
      const line = await input.readLine();
      if (line === undefined) return;
      await process.stdout(`${line}\n`);
    }
  });
};

/** `-5` is an old way to write `-n 5`. */
function oldCount(arg: string): string {
  return /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg;
}

const POLL_MS = 200;

const tail: Program = async (process) => {
  const options = readOptions(process.args.map(oldCount), "fFqv", "ncs", ["follow"]);
  const wanted = options.flags.get("n") ?? "10";
  const bytes = options.flags.get("c");
  const follows = options.has("f", "F", "follow");
  const status = await each(process, options.rest, async (input, name) => {
    if (options.rest.length > 1) await process.stdout(`==> ${name} <==\n`);
    if (bytes !== undefined) {
      const all = await input.readAll();
      const from = bytes.startsWith("+") ? Number(bytes) - 1 : Math.max(0, all.length - Number(bytes));
      return process.stdout(all.subarray(from));
    }
    const lines = await linesOf(input);
    const from = wanted.startsWith("+") ? Number(wanted) - 1 : Math.max(0, lines.length - Math.abs(Number(wanted)));
    await process.stdout(
      lines
        .slice(from)
        .map((line) => `${line}\n`)
        .join(""),
    );
  });
  const [name] = options.rest;
  if (!follows || name === undefined) return status;
  const { machine, cwd, signal } = process;
  const file = machine.files.file(absolute(cwd, name));
  for (let seen = file.data.length; ; ) {
    await wait(POLL_MS, signal);
    if (file.data.length > seen) await process.stdout(file.data.subarray(seen));
    seen = file.data.length;
  }
};

export const END_PROGRAMS: Readonly<Record<string, Program>> = { head, tail };
