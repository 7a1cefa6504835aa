import { absolute, type Node } from "../container/files.ts";
import { Failure, type Input, type Process, type Program } from "../process.ts";
import { each, linesOf, open } from "./inputs.ts";
import { type Options, readOptions } from "./options.ts";
import { compilePattern } from "./pattern.ts";

const LONG = (
  "color color= colour= ignore-case:i invert-match:v count:c quiet:q silent:q recursive:r line-number:n files-with-matches:l " +
  "files-without-match:L only-matching:o word-regexp:w line-regexp:x no-filename:h with-filename:H extended-regexp:E fixed-strings:F " +
  "perl-regexp:P no-messages:s text:a regexp=:e file=:f max-count=:m after-context=:A before-context=:B context=:C include=:1 exclude=:2"
).split(" ");

interface Search {
  readonly options: Options;
  readonly find: (line: string) => string[];
  readonly isNamed: boolean;
  readonly most: number;
  readonly before: number;
  readonly after: number;
}

/** `grep`, and `egrep` and `fgrep` by their names. */
export const grep: Program = async (process) => {
  const args = process.args.map((one) => (/^-\d+$/.test(one) ? `-C${one.slice(1)}` : one));
  const options = readOptions(args, "EFGPivcnqloxwhHrRsLaIzb", "efmABC", LONG);
  const rest = [...options.rest];
  const isRecursive = options.has("r", "R");
  const find = await compilePattern((await patternsOf(process, options, rest)).join("\n"), {
    isFixed: options.has("F") || process.name === "fgrep",
    isExtended: options.has("E", "P") || process.name === "egrep",
    ignoresCase: options.has("i"),
    isWhole: options.has("x"),
    isWord: options.has("w"),
  });
  const around = (name: string): number => Number(options.flags.get(name) ?? options.flags.get("C") ?? 0);
  const names = isRecursive ? await filesBelow(process, rest.length > 0 ? rest : ["."], options) : rest;
  const search: Search = {
    options,
    find,
    isNamed: !options.has("h") && (options.has("H") || isRecursive || names.length > 1),
    most: Number(options.flags.get("m") ?? Number.POSITIVE_INFINITY),
    before: around("B"),
    after: around("A"),
  };
  if (isRecursive && names.length === 0) return 1;
  let hits = 0;
  const quiet = options.has("s") ? { ...process, stderr: async () => {} } : process;
  const failed = await each(quiet, names, async (input, name) => {
    if (hits > 0 && options.has("q")) return;
    const count = await searchOne(process, search, input, name === "-" ? "(standard input)" : name);
    hits += options.has("L") ? Number(count === 0) : count;
  });
  return failed > 0 && !(hits > 0 && options.has("q")) ? 2 : hits > 0 ? 0 : 1;
};

async function patternsOf(process: Process, options: Options, rest: string[]): Promise<string[]> {
  const given = [...(options.all.get("e") ?? [])];
  for (const name of options.all.get("f") ?? [])
    given.push(...(await linesOf(name === "-" ? process.stdin : open(process, name))));
  if (given.length > 0 || options.has("e", "f")) return given;
  const first = rest.shift();
  if (first === undefined)
    throw new Failure(
      "no pattern\nUsage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.",
      2,
    );
  return [first];
}

/** The files below the named folders, by their names. */
async function filesBelow(process: Process, names: readonly string[], options: Options): Promise<string[]> {
  const { matchesPattern } = await import("../shell/pattern.ts");
  const isWanted = (name: string): boolean => {
    const included = options.all.get("1") ?? [];
    if ((options.all.get("2") ?? []).some((one) => matchesPattern(name, one))) return false;
    return included.length === 0 || included.some((one) => matchesPattern(name, one));
  };
  const found: string[] = [];
  const visit = (path: string, node: Node | undefined): void => {
    if (node?.kind !== "directory") {
      if (node?.kind !== "link" && isWanted(path.split("/").at(-1) ?? "")) found.push(path);
      return;
    }
    for (const [name, child] of [...(node.source?.() ?? node.entries)].sort(([a], [b]) => (a < b ? -1 : 1)))
      visit(path === "." && names.length === 0 ? name : `${path.replace(/\/$/, "")}/${name}`, child);
  };
  for (const name of names) visit(name, process.machine.files.find(absolute(process.cwd, name)));
  return found;
}

/** Searches one file and shows what there is; gives how many lines there are. */
async function searchOne(process: Process, search: Search, input: Input, name: string): Promise<number> {
  const { options, find, isNamed, most, before, after } = search;
  const isInverted = options.has("v");
  const isMute = options.has("q", "c", "l", "L");
  const hasContext = before > 0 || after > 0;
  const print = (line: string, number: number, mark: string): Promise<void> =>
    process.stdout(`${isNamed ? name + mark : ""}${options.has("n") ? number + mark : ""}${line}\n`);
  let [count, number, left, lastShown] = [0, 0, 0, 0];
  const held: [number, string][] = [];
  for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
    number += 1;
    if (count >= most && left <= 0) {
      input.unread(Buffer.from(`${line}\n`));
      break;
    }
    const found = find(line);
    if (count < most && found.length > 0 !== isInverted) {
      count += 1;
      if (options.has("q", "l", "L")) break;
      left = after;
      if (isMute) continue;
      const first = held[0]?.[0] ?? number;
      if (hasContext && lastShown > 0 && first > lastShown + 1) await process.stdout("--\n");
      for (const [at, one] of held.splice(0)) await print(one, at, "-");
      if (!options.has("o")) await print(line, number, ":");
      else if (!isInverted) for (const one of found) if (one !== "") await print(one, number, ":");
      lastShown = number;
    } else if (left > 0 && !isMute) {
      left -= 1;
      if (!options.has("o")) await print(line, number, "-");
      lastShown = number;
    } else if (before > 0) {
      held.push([number, line]);
      if (held.length > before) held.shift();
    }
    if (count >= most && left <= 0) break;
  }
  if (options.has("c")) await process.stdout(`${isNamed ? `${name}:` : ""}${count}\n`);
  if ((options.has("l") && count > 0) || (options.has("L") && count === 0)) await process.stdout(`${name}\n`);
  return count;
}
