import { absolute } from "../container/files.ts";
import { Failure, Input, type Process } from "../process.ts";
import { deviceBytes } from "../shell/devices.ts";
import { isBusybox } from "../shell/dialect.ts";

/** The named files one after another, or standard input; a file that is missing is told and skipped. */
export async function each(
  process: Process,
  names: readonly string[],
  use: (input: Input, name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of names.length === 0 ? ["-"] : names) {
    try {
      await use(name === "-" ? process.stdin : open(process, name), name);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "FileError") throw error;
      await process.stderr(`${process.name}: ${cannotOpen(process, name, error.message)}\n`);
      status = 1;
    }
  }
  return status;
}

/** What a program says of a file that it cannot read: busybox' programs and GNU's, some of each in words of their own. */
export function cannotOpen({ name: program, machine }: Process, name: string, why: string): string {
  if (isBusybox(machine.image)) return BUSYBOX_OPENS.has(program) ? `can't open '${name}': ${why}` : `${name}: ${why}`;
  if (why === "Is a directory")
    return program === "sed" ? `couldn't edit ${name}: not a regular file` : `${name}: ${why}`;
  if (GNU_OPENS.has(program)) return `cannot open '${name}' for reading: ${why}`;
  if (program === "sort") return `cannot read: ${name}: ${why}`;
  return program === "sed" ? `can't read ${name}: ${why}` : `${name}: ${why}`;
}

const BUSYBOX_OPENS = new Set("cat head tail tac rev md5sum nl fold sha1sum sha256sum sha512sum".split(" "));
const GNU_OPENS = new Set(["head", "tail", "split"]);

/** The bytes of a named file. Throws what the system says when it cannot be read. */
export function open({ machine, cwd, signal }: Process, name: string): Input {
  const file = machine.files.file(absolute(cwd, name));
  return new Input(file.device ? deviceBytes(file.device) : once(file.data), signal);
}

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  if (data.length > 0) yield data;
}

/** All lines, without their ends. */
export async function linesOf(input: Input): Promise<string[]> {
  const text = (await input.readAll()).toString();
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines of all the named files. One that cannot be read ends the program with `code`. */
export async function allLines(process: Process, names: readonly string[], code: number): Promise<string[]> {
  const lines: string[][] = [];
  const failed = await each(process, names, async (input) => void lines.push(await linesOf(input)));
  if (failed > 0) throw new Failure("", code);
  return lines.flat();
}

/** The bytes of all the named files. One that cannot be read ends the program with 1. */
export async function allBytes(process: Process, names: readonly string[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  const failed = await each(process, names, async (input) => void parts.push(await input.readAll()));
  if (failed > 0) throw new Failure("");
  return Buffer.concat(parts);
}
