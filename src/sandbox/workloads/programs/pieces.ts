import { absolute } from "../container/files.ts";
import { Failure, type Program } from "../process.ts";
import { each } from "./inputs.ts";
import { readOptions } from "./options.ts";
import { bytesIn } from "./stat.ts";

/** `aa`, `ab`, … or `00`, `01`, … */
function suffix(at: number, size: number, isNumeric: boolean): string {
  if (isNumeric) return String(at).padStart(size, "0");
  let text = "";
  for (let left = at, digit = 0; digit < size; digit += 1, left = Math.floor(left / 26))
    text = String.fromCharCode(97 + (left % 26)) + text;
  return text;
}

const split: Program = async (process) => {
  const args = process.args.map((one) => (/^-\d+$/.test(one) ? `-l${one.slice(1)}` : one));
  const options = readOptions(args, "d", "lbanC", [
    "lines=:l",
    "bytes=:b",
    "suffix-length=:a",
    "numeric-suffixes:d",
    "number=:n",
  ]);
  const [from, prefix = "x"] = options.rest;
  const size = Number(options.flags.get("a") ?? 2);
  const bytes = options.has("b") ? bytesIn(options.flags.get("b") ?? "") : undefined;
  const lines = Number(options.flags.get("l") ?? 1000);
  if (options.has("b") && !bytes) throw new Failure(`invalid number of bytes: '${options.flags.get("b")}'`);
  if (!(lines > 0)) throw new Failure(`invalid number of lines: '${options.flags.get("l")}'`);
  const { files } = process.machine;
  let made = 0;
  const next = (data: Buffer): void => {
    if (made >= (options.has("d") ? 10 : 26) ** size) throw new Failure("output file suffixes exhausted");
    files.write(absolute(process.cwd, `${prefix}${suffix(made, size, options.has("d"))}`), data);
    made += 1;
  };
  return each(process, from === undefined ? [] : [from], async (input) => {
    if (bytes === undefined) {
      let held: string[] = [];
      for (let line = await input.readUntil(10); line; line = await input.readUntil(10)) {
        held.push(line.text + (line.isWhole ? "\n" : ""));
        if (held.length < lines) continue;
        next(Buffer.from(held.join("")));
        held = [];
      }
      if (held.length > 0) next(Buffer.from(held.join("")));
      return;
    }
    const all = await input.readAll();
    for (let at = 0; at < all.length; at += bytes) next(Buffer.from(all.subarray(at, at + bytes)));
  });
};

/** What `dd` reads: a file, a device, or standard input. */
const dd: Program = async (process) => {
  const operands = new Map(process.args.map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const number = (name: string, usual: number): number => {
    const text = operands.get(name);
    const value = text === undefined ? usual : bytesIn(text);
    if (value === undefined) throw new Failure(`invalid number: '${text}'`);
    return value;
  };
  const size = number("bs", number("ibs", 512));
  const [skip, seek] = [number("skip", 0), number("seek", 0)];
  const count = operands.has("count") ? number("count", 0) : Number.POSITIVE_INFINITY;
  const [from, to] = [operands.get("if"), operands.get("of")];
  const { files } = process.machine;
  const startedAt = performance.now();
  let status = 0;
  let total = 0;
  const target = to === undefined ? undefined : absolute(process.cwd, to);
  const keeps = (operands.get("conv") ?? "").split(",").includes("notrunc");
  if (target !== undefined && !keeps) {
    const found = files.find(target);
    const before =
      found?.kind === "file" && found.device === undefined
        ? Buffer.from(found.data.subarray(0, seek * size))
        : Buffer.alloc(0);
    files.write(target, Buffer.alloc(0));
    files.write(target, Buffer.concat([before, Buffer.alloc(Math.max(0, seek * size - before.length))]), {
      append: true,
    });
  }
  let place = seek * size;
  const write = async (data: Buffer): Promise<void> => {
    if (target === undefined) return process.stdout(data);
    const found = files.find(target);
    if (keeps && found?.kind === "file" && found.device === undefined) {
      const old = found.data;
      files.write(
        target,
        Buffer.concat([
          old.subarray(0, place),
          Buffer.alloc(Math.max(0, place - old.length)),
          data,
          old.subarray(place + data.length),
        ]),
      );
      place += data.length;
    } else files.write(target, data, { append: true });
  };
  status = await each(process, from === undefined ? [] : [from], async (input) => {
    let skipped = skip * size;
    let left = count * size;
    for (
      let chunk = left > 0 ? await input.read() : undefined;
      chunk;
      chunk = left > 0 ? await input.read() : undefined
    ) {
      const fresh = chunk.subarray(Math.min(skipped, chunk.length));
      skipped -= chunk.length - fresh.length;
      const part = fresh.subarray(0, left);
      left -= part.length;
      total += part.length;
      if (part.length > 0) await write(part);
    }
  });
  if (status !== 0 || operands.get("status") === "none") return status;
  const records = `${Math.floor(total / size)}+${total % size > 0 ? 1 : 0}`;
  await process.stderr(`${records} records in\n${records} records out\n`);
  if (operands.get("status") !== "noxfer") {
    const passed = Math.max(1e-6, (performance.now() - startedAt) / 1000);
    const rate = (total / passed / 1e6).toFixed(1);
    await process.stderr(
      `${total} bytes${total >= 1000 ? ` (${(total / 1000).toFixed(1)} kB)` : ""} copied, ${passed.toPrecision(6)} s, ${rate} MB/s\n`,
    );
  }
  return 0;
};

export const PIECE_PROGRAMS: Readonly<Record<string, Program>> = { dd, split };
