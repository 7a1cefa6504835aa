import { absolute } from "../container/files.ts";
import { Input, type Process } from "../process.ts";
import { deviceBytes } from "../shell/devices.ts";

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
      await process.stderr(`${process.name}: ${describe(process.name, name)}${error.message}\n`);
      status = 1;
    }
  }
  return status;
}

function describe(program: string, name: string): string {
  return program === "cat" || program === "head" || program === "tail" ? `can't open '${name}': ` : `${name}: `;
}

function open({ machine, cwd, signal }: Process, name: string): Input {
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

/** The lines of all the named files. */
export async function allLines(process: Process, names: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  await each(process, names, async (input) => void lines.push(...(await linesOf(input))));
  return lines;
}
