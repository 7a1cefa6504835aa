import { absolute } from "../container/files.ts";
import { Failure, type Input, type Process, type Program } from "../process.ts";
import { open } from "./inputs.ts";
import { readOptions } from "./options.ts";

function input(process: Process, name: string): Input {
  if (name === "-") return process.stdin;
  try {
    return open(process, name);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "FileError") throw error;
    throw new Failure(`${name}: ${error.message}`, 2);
  }
}

function two(process: Process, names: readonly string[]): [string, string] {
  const [one, other, more] = names;
  if (one === undefined) throw new Failure("missing operand", 2);
  if (other === undefined) throw new Failure(`missing operand after '${one}'`, 2);
  if (more !== undefined && process.name !== "cmp") throw new Failure(`extra operand '${more}'`, 2);
  return [one, other];
}

/** `cmp`: where two files first differ. */
const cmp: Program = async (process) => {
  const options = readOptions(process.args, "slb", "n", ["silent:s", "quiet:s", "verbose:l"]);
  const names = two(process, options.rest.length === 1 ? [...options.rest, "-"] : options.rest);
  const [one, other] = [await input(process, names[0]).readAll(), await input(process, names[1]).readAll()];
  const size = Math.min(one.length, other.length);
  let line = 1;
  let status = 0;
  for (let at = 0; at < size; at += 1) {
    if (one[at] !== other[at]) {
      if (options.has("s")) return 1;
      status = 1;
      if (options.has("l")) {
        const octal = (byte = 0): string => byte.toString(8).padStart(3);
        await process.stdout(`${String(at + 1).padStart(String(size).length)} ${octal(one[at])} ${octal(other[at])}\n`);
      } else {
        await process.stdout(`${names[0]} ${names[1]} differ: char ${at + 1}, line ${line}\n`);
        return 1;
      }
    }
    if (one[at] === 10) line += 1;
  }
  if (one.length === other.length) return status;
  if (options.has("s")) return 1;
  const [short] = one.length < other.length ? names : [names[1]];
  const end =
    size === 0
      ? " which is empty"
      : ` after byte ${size}${options.has("l") ? "" : `, ${one[size - 1] === 10 || other[size - 1] === 10 ? "" : "in "}line ${line - (one[size - 1] === 10 || other[size - 1] === 10 ? 1 : 0)}`}`;
  await process.stderr(`${process.name}: EOF on ${short}${end}\n`);
  return 1;
};

/** `comm`: the lines of the first alone, of the second alone, of both; both sorted. */
const comm: Program = async (process) => {
  const options = readOptions(process.args, "123", "", ["output-delimiter=:O"]);
  const [first, second] = two(process, options.rest);
  const [one, other] = [input(process, first), input(process, second)];
  const gap = options.flags.get("O") ?? "\t";
  const print = async (column: "1" | "2" | "3", line: string): Promise<void> => {
    if (options.has(column)) return;
    const before = ["1", "2", "3"].filter((each) => each < column && !options.has(each)).length;
    await process.stdout(`${gap.repeat(before)}${line}\n`);
  };
  let [a, b] = [await one.readLine(), await other.readLine()];
  while (a !== undefined || b !== undefined) {
    if (a !== undefined && a === b) {
      await print("3", a);
      [a, b] = [await one.readLine(), await other.readLine()];
    } else if (b === undefined || (a !== undefined && a < b)) {
      await print("1", a ?? "");
      a = await one.readLine();
    } else {
      await print("2", b);
      b = await other.readLine();
    }
  }
  return 0;
};

/** Whether two paths are a folder and a file: the file is looked for in the folder. */
export function besides(process: Process, name: string, other: string): string {
  const node = process.machine.files.find(absolute(process.cwd, name));
  return node?.kind === "directory" ? `${name.replace(/\/$/, "")}/${other.split("/").at(-1)}` : name;
}

export const COMPARE_PROGRAMS: Readonly<Record<string, Program>> = { cmp, comm };
