import { absolute } from "../container/files.ts";
import { Failure, type Input, type Process, type Program } from "../process.ts";
import { each } from "./inputs.ts";
import { type Options, readOptions } from "./options.ts";
import { bytesIn } from "./stat.ts";
import { wait } from "./text.ts";

/** `-5` is an old way to write `-n 5`, and `+5` to write `-n +5`: as the first word. */
function oldCount(arg: string, at: number): string {
  if (at > 0 || !/^[-+]\d+$/.test(arg)) return arg;
  return `-n${arg.replace("-", "")}`;
}

/** A count with its sign: `5`, `-3`, `+4`, `1K`. */
function countOf(text: string, what: string): { sign: string; count: number } {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const count = bytesIn(digits);
  if (count === undefined) throw new Failure(`invalid number of ${what}: ‘${text}’`);
  return { sign, count };
}

/** `==> name <==` above each, where there are several. */
function titles({ stdout }: Process, options: Options): (name: string) => Promise<void> {
  const isShown = (options.rest.length > 1 && !options.has("q")) || options.has("v");
  let isFirst = true;
  return async (name) => {
    if (isShown) await stdout(`${isFirst ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
    isFirst = false;
  };
}

const head: Program = (process) => {
  const options = readOptions(process.args.map(oldCount), "qv", "nc", ["lines=:n", "bytes=:c", "quiet:q"]);
  const isBytes = options.has("c");
  const { sign, count } = countOf(options.flags.get(isBytes ? "c" : "n") ?? "10", isBytes ? "bytes" : "lines");
  const title = titles(process, options);
  return each(process, options.rest, async (input, name) => {
    await title(name);
    if (isBytes && sign === "-") {
      const all = await input.readAll();
      return process.stdout(all.subarray(0, Math.max(0, all.length - count)));
    }
    if (isBytes) return headBytes(process, input, count);
    if (sign === "-") {
      // The last lines are held back: no more than those.
      const held: string[] = [];
      for (let next = await input.readUntil(10); next; next = await input.readUntil(10)) {
        held.push(next.text + (next.isWhole ? "\n" : ""));
        if (held.length > count) await process.stdout(held.shift() ?? "");
      }
      return;
    }
    for (let left = count; left > 0; left -= 1) {
      const next = await input.readUntil(10);
      if (next === undefined) return;
      await process.stdout(next.text + (next.isWhole ? "\n" : ""));
    }
  });
};

async function headBytes({ stdout }: Process, input: Input, count: number): Promise<void> {
  for (let left = count; left > 0; ) {
    const chunk = await input.read();
    if (chunk === undefined) return;
    await stdout(chunk.subarray(0, left));
    if (chunk.length > left) input.unread(chunk.subarray(left));
    left -= chunk.length;
  }
}

const POLL_MS = 200;

const tail: Program = async (process) => {
  const args = process.args.map(oldCount);
  const options = readOptions(args, "fFqv", "ncs", [
    "follow:f",
    "follow=:f",
    "lines=:n",
    "bytes=:c",
    "retry",
    "quiet:q",
  ]);
  const isBytes = options.has("c");
  const { sign, count } = countOf(options.flags.get(isBytes ? "c" : "n") ?? "10", isBytes ? "bytes" : "lines");
  const title = titles(process, options);
  const status = await each(process, options.rest, async (input, name) => {
    await title(name);
    if (isBytes) {
      const all = await input.readAll();
      return process.stdout(all.subarray(sign === "+" ? Math.max(0, count - 1) : Math.max(0, all.length - count)));
    }
    const ends = { isWhole: true };
    if (sign === "+") {
      for (let at = 1; ; at += 1) {
        const next = await input.readUntil(10);
        if (next === undefined) return;
        if (at >= count) await process.stdout(next.text + (next.isWhole ? "\n" : ""));
      }
    }
    const held: string[] = [];
    for (let next = await input.readUntil(10); next; next = await input.readUntil(10)) {
      ends.isWhole = next.isWhole;
      held.push(next.text);
      if (held.length > count) held.shift();
    }
    const text = held.join("\n");
    await process.stdout(held.length === 0 ? "" : text + (ends.isWhole ? "\n" : ""));
  });
  if (!options.has("f", "F") || options.rest.length === 0) return status;
  return follow(process, options.rest);
};

/** Shows what is added to files; one that is not there yet is waited for. */
async function follow({ machine, cwd, signal, stdout }: Process, names: readonly string[]): Promise<number> {
  const seen = new Map<string, number>();
  const sizeOf = (name: string): Buffer => {
    const node = machine.files.find(absolute(cwd, name));
    return node?.kind === "file" ? node.data : Buffer.alloc(0);
  };
  for (const name of names) seen.set(name, sizeOf(name).length);
  let last = names.at(-1);
  for (;;) {
    await wait(POLL_MS, signal);
    for (const name of names) {
      const data = sizeOf(name);
      const before = seen.get(name) ?? 0;
      // A file that has become shorter was begun anew.
      const from = data.length < before ? 0 : before;
      seen.set(name, data.length);
      if (data.length === from) continue;
      if (names.length > 1 && name !== last) await stdout(`\n==> ${name} <==\n`);
      last = name;
      await stdout(data.subarray(from));
    }
  }
}

export const END_PROGRAMS: Readonly<Record<string, Program>> = { head, tail };
