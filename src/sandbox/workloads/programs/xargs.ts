import { Failure, Input, type Process, type Program } from "../process.ts";
import { readOptions } from "./options.ts";

/** As many words as one command gets where nobody says how many. */
const MAX_WORDS = 5000;

/** `xargs`: words from its input as arguments of a command. */
export const xargs: Program = async (process) => {
  const at = firstWord(process.args);
  const options = readOptions(process.args.slice(0, at), "0rtxpo", "nIPLdsEa", [
    "null:0",
    "no-run-if-empty:r",
    "verbose:t",
    "max-args=:n",
    "max-procs=:P",
    "max-lines=:L",
    "replace=:I",
    "delimiter=:d",
  ]);
  const command = process.args.length > at ? process.args.slice(at) : ["echo"];
  const replace = options.flags.get("I");
  const delimiter = options.has("0") ? "\0" : options.flags.get("d")?.replaceAll("\\n", "\n").replaceAll("\\0", "\0");
  const text = (await process.stdin.readAll()).toString();
  const items =
    delimiter !== undefined ? split(text, delimiter) : replace !== undefined ? lines(text) : words(process, text);
  const perCall = Number(options.flags.get("n") ?? MAX_WORDS);
  if (!(perCall > 0)) throw new Failure(`value ${options.flags.get("n")} for -n option should be >= 1`);
  const batches = options.has("L")
    ? byLines(process, text, Number(options.flags.get("L")))
    : chunks(items, replace === undefined ? perCall : 1);
  // GNU's and POSIX' run the command once even for nothing.
  if (batches.length === 0 && !options.has("r") && replace === undefined) batches.push([]);
  let status = 0;
  for (const batch of batches) {
    const call =
      replace === undefined ? [...command, ...batch] : command.map((one) => one.replaceAll(replace, batch[0] ?? ""));
    if (options.has("t")) await process.stderr(`${call.join(" ")}\n`);
    const code = await process.spawn(call, { stdin: new Input(undefined, process.signal) });
    if (code === 126 || code === 127) return code;
    if (code === 255) {
      await process.stderr(`${process.name}: ${call[0]}: exited with status 255; aborting\n`);
      return 124;
    }
    if (code > 128) return 125;
    if (code !== 0) status = 123;
  }
  return status;
};

/** Where the command begins: after the options and what belongs to them. */
function firstWord(args: readonly string[]): number {
  let at = 0;
  while (args[at]?.startsWith("-")) at += /^-[nIPLdsEa]$|^-[0rtxpo]+[nIPLdsEa]$/.test(args[at] ?? "") ? 2 : 1;
  return at;
}

function split(text: string, delimiter: string): string[] {
  const items = text.split(delimiter);
  if (items.at(-1) === "") items.pop();
  return items;
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => unquoted(line.trimStart()))
    .filter(Boolean);
}

function unquoted(line: string): string {
  return line.replaceAll(
    /"([^"]*)"|'([^']*)'|\\([\s\S])/g,
    (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? "",
  );
}

/** Words as a shell would read them, without what a shell makes of their insides. */
function words(process: Process, text: string): string[] {
  const found: string[] = [];
  for (const [word] of text.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s\\])+/g)) {
    const bare = word.replaceAll(/"[^"\n]*"|'[^'\n]*'|\\[\s\S]/g, "");
    const quote = /["']/.exec(bare)?.[0];
    if (quote !== undefined) {
      const kind = quote === '"' ? "double" : "single";
      throw new Failure(
        `unmatched ${kind} quote; by default quotes are special to ${process.name} unless you use the -0 option`,
      );
    }
    found.push(unquoted(word));
  }
  return found;
}

function chunks(items: readonly string[], size: number): string[][] {
  const found: string[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}

function byLines(process: Process, text: string, count: number): string[][] {
  const rows = text.split("\n").filter((line) => line.trim() !== "");
  return chunks(rows, count).map((some) => some.flatMap((line) => words(process, line)));
}
