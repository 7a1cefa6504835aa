import { createHash } from "node:crypto";
import { Failure, type Input, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { each, open } from "./inputs.ts";
import { readOptions } from "./options.ts";

async function hashOf(algorithm: string, input: Input): Promise<string> {
  const hash = createHash(algorithm);
  for (let chunk = await input.read(); chunk; chunk = await input.read()) hash.update(chunk);
  return hash.digest("hex");
}

/** `sha256sum` and its like: prints checksums, or with `-c` holds files to those in a list. */
function digest(algorithm: string): Program {
  return (process) => {
    const options = readOptions(process.args, "bctsw", "", [
      "check:c",
      "binary:b",
      "text:t",
      "status:s",
      "quiet",
      "tag",
    ]);
    if (options.has("c")) return check(process, algorithm, options.rest, options.has("s"), options.has("quiet"));
    return each(process, options.rest, async (input, name) => {
      await process.stdout(`${await hashOf(algorithm, input)} ${options.has("b") ? "*" : " "}${name}\n`);
    });
  };
}

async function check(
  process: Process,
  algorithm: string,
  lists: readonly string[],
  isSilent: boolean,
  isQuiet: boolean,
): Promise<number> {
  let [bad, total, missing] = [0, 0, 0];
  const failed = await each(process, lists, async (input, list) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      const [, wanted, name = ""] = /^([0-9a-fA-F]+) [ *](.+)$/.exec(line) ?? [];
      if (wanted === undefined) continue;
      total += 1;
      let isGood = false;
      try {
        isGood = (await hashOf(algorithm, open(process, name))) === wanted.toLowerCase();
        if (!isGood) bad += 1;
        if (!isSilent && !(isGood && isQuiet)) await process.stdout(`${name}: ${isGood ? "OK" : "FAILED"}\n`);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "FileError") throw error;
        missing += 1;
        await process.stderr(`${process.name}: ${name}: ${error.message}\n`);
        if (!isSilent) await process.stdout(`${name}: FAILED open or read\n`);
      }
    }
    if (total === 0) throw new Failure(`${list}: no properly formatted checksum lines found`);
  });
  const wrong = bad + missing;
  if (isSilent || wrong === 0) return wrong > 0 ? 1 : failed;
  if (isBusybox(process.machine.image)) {
    await process.stderr(`${process.name}: WARNING: ${wrong} of ${total} computed checksums did NOT match\n`);
    return 1;
  }
  const plural = (count: number, one: string, more: string): string => (count === 1 ? `1 ${one}` : `${count} ${more}`);
  if (missing > 0)
    await process.stderr(
      `${process.name}: WARNING: ${plural(missing, "listed file", "listed files")} could not be read\n`,
    );
  if (bad > 0)
    await process.stderr(
      `${process.name}: WARNING: ${plural(bad, "computed checksum", "computed checksums")} did NOT match\n`,
    );
  return 1;
}

/** The CRC of POSIX: the bytes, then their number, least byte first. */
const cksum: Program = (process) =>
  each(process, readOptions(process.args, "").rest, async (input, name) => {
    let [crc, size] = [0, 0];
    const feed = (byte: number): void => {
      crc = (crc << 8) ^ (TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0);
    };
    for (let chunk = await input.read(); chunk; chunk = await input.read()) {
      for (const byte of chunk) feed(byte);
      size += chunk.length;
    }
    for (let left = size; left > 0; left = Math.floor(left / 256)) feed(left & 0xff);
    await process.stdout(`${~crc >>> 0} ${size}${name === "-" ? "" : ` ${name}`}\n`);
  });

const TABLE: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

const base64: Program = (process) => {
  const options = readOptions(process.args, "di", "w", ["decode:d", "wrap=:w", "ignore-garbage:i"]);
  return each(process, options.rest, async (input) => {
    const bytes = await input.readAll();
    if (options.has("d")) {
      const text = bytes.toString("latin1").replaceAll("\n", "");
      const good = /^[A-Za-z0-9+/]*={0,2}/.exec(text)?.[0] ?? "";
      await process.stdout(Buffer.from(good, "base64"));
      if (!options.has("i") && (good.length < text.length || good.length % 4 !== 0))
        throw new Failure(isBusybox(process.machine.image) ? "truncated input" : "invalid input");
      return;
    }
    const width = Number(options.flags.get("w") ?? 76);
    const text = bytes.toString("base64");
    if (text === "") return;
    if (width === 0) return process.stdout(text);
    for (let at = 0; at < text.length; at += width) await process.stdout(`${text.slice(at, at + width)}\n`);
  });
};

export const SUM_PROGRAMS: Readonly<Record<string, Program>> = {
  base64,
  cksum,
  md5sum: digest("md5"),
  sha1sum: digest("sha1"),
  sha224sum: digest("sha224"),
  sha256sum: digest("sha256"),
  sha384sum: digest("sha384"),
  sha512sum: digest("sha512"),
};
