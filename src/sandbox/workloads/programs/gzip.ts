import { promisify } from "node:util";
import { gzip as deflate, gunzip as inflate } from "node:zlib";
import { absolute } from "../container/files.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { each } from "./inputs.ts";
import { readOptions } from "./options.ts";

/** What a file may be when it is whole. */
const MAX_BYTES = 128 * 1024 * 1024;

async function packed(data: Buffer): Promise<Buffer> {
  return promisify(deflate)(data) as Promise<Buffer>;
}

async function unpacked(process: Process, name: string, data: Buffer): Promise<Buffer> {
  const shown = name === "-" ? "stdin" : name;
  if (data.length === 0) throw new Failure(`${shown}: unexpected end of file`);
  if (data[0] !== 0x1f || data[1] !== 0x8b)
    throw new Failure(isBusybox(process.machine.image) ? "invalid magic" : `${shown}: not in gzip format`);
  try {
    return (await promisify(inflate)(data, { maxOutputLength: MAX_BYTES })) as Buffer;
  } catch {
    throw new Failure(isBusybox(process.machine.image) ? "corrupted data" : `${shown}: unexpected end of file`);
  }
}

/** `gzip`, `gunzip`, `zcat`: one that packs, unpacks, or shows. */
const gzip: Program = (process) => {
  const options = readOptions(process.args, "cdfkqtvnlr123456789", "", [
    "stdout:c",
    "decompress:d",
    "keep:k",
    "force:f",
    "test:t",
    "best:9",
    "fast:1",
    "quiet:q",
  ]);
  const unpacks = process.name === "gunzip" || process.name === "zcat" || options.has("d", "t");
  const toOutput = process.name === "zcat" || options.has("c");
  const { files } = process.machine;
  return each(process, options.rest, async (input, name) => {
    if (unpacks && name !== "-" && !toOutput && !name.endsWith(".gz"))
      throw new Failure(
        isBusybox(process.machine.image) ? `${name}: unknown suffix - ignored` : `${name}: unknown suffix -- ignored`,
        2,
      );
    const data = await input.readAll();
    const result = unpacks ? await unpacked(process, name, data) : await packed(data);
    if (options.has("t")) return;
    if (toOutput || name === "-") return process.stdout(result);
    const target = unpacks ? name.replace(/\.gz$/, "") : `${name}.gz`;
    const path = absolute(process.cwd, target);
    if (files.find(path) && !options.has("f")) throw new Failure(`${target} already exists;\tnot overwritten`, 2);
    files.write(path, result);
    if (!options.has("k")) files.remove(absolute(process.cwd, name));
  });
};

export const GZIP_PROGRAMS: Readonly<Record<string, Program>> = { gunzip: gzip, gzip, zcat: gzip };
