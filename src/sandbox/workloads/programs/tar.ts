import { gunzipSync, gzipSync } from "node:zlib";
import { absolute, type Node, parentOf } from "../container/files.ts";
import { breathe, Failure, type Process, type Program } from "../process.ts";

const BLOCK = 512;
/** Archives are made and read in memory. */
const MAX_BYTES = 256 * 1024 * 1024;

interface Call {
  readonly mode: "c" | "x" | "t";
  readonly file: string;
  readonly folder: string;
  readonly isGzip: boolean;
  readonly isVerbose: boolean;
  readonly names: readonly string[];
  readonly strip: number;
}

/** `tar`: what `kubectl cp` runs on both ways. */
export const tar: Program = async (process) => {
  const call = readCall(process);
  if (call.mode === "c") {
    const archive = Buffer.concat([...(await entries(process, call)), Buffer.alloc(2 * BLOCK)]);
    const bytes = call.isGzip ? gzipSync(archive) : archive;
    if (call.file !== "-") process.machine.files.write(absolute(process.cwd, call.file), bytes);
    else for (let at = 0; at < bytes.length; at += 64 * 1024) await process.stdout(bytes.subarray(at, at + 64 * 1024));
    return 0;
  }
  const source =
    call.file === "-" ? await process.stdin.readAll() : process.machine.files.read(absolute(process.cwd, call.file));
  if (source.length > MAX_BYTES) throw new Failure("the archive is too large");
  await extract(
    process,
    call,
    source[0] === 0x1f && source[1] === 0x8b ? gunzipSync(source, { maxOutputLength: MAX_BYTES }) : source,
  );
  return 0;
};

function readCall({ args, cwd }: Process): Call {
  const words = [...args];
  if (words[0] !== undefined && !words[0].startsWith("-")) words[0] = `-${words[0]}`;
  const found = { mode: "", file: "-", folder: cwd, isGzip: false, isVerbose: false, strip: 0 };
  const names: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith("--")) {
      const [name, value] = word.split(/=(.*)/s);
      if (name === "--strip-components") found.strip = Number(value);
      continue;
    }
    if (!/^-./.test(word)) {
      names.push(word);
      continue;
    }
    for (const letter of word.slice(1)) {
      if ("cxt".includes(letter)) found.mode = letter;
      else if (letter === "f") found.file = words.shift() ?? "-";
      else if (letter === "C") found.folder = absolute(cwd, words.shift() ?? ".");
      else if (letter === "z") found.isGzip = true;
      else if (letter === "v") found.isVerbose = true;
      else if (!"mphoPSOk".includes(letter)) throw new Failure(`invalid option -- '${letter}'`);
    }
  }
  if (found.mode === "") throw new Failure("must specify one of -c, -x, -t");
  return { ...found, mode: found.mode as Call["mode"], names };
}

async function entries(process: Process, call: Call): Promise<Buffer[]> {
  const { files } = process.machine;
  const parts: Buffer[] = [];
  const add = async (path: string, name: string): Promise<void> => {
    await breathe(process.signal);
    const node = files.find(path, false);
    if (node === undefined) throw new Failure(`${name}: No such file or directory`);
    if (call.isVerbose) await process.stderr(`${name}\n`);
    parts.push(...entry(name, node));
    if (node.kind !== "directory") return;
    for (const child of [...files.list(path).keys()].sort())
      await add(`${path}/${child}`, `${name.replace(/\/$/, "")}/${child}`);
  };
  for (const name of call.names) await add(absolute(call.folder, name), name.replace(/^\/+/, "") || ".");
  return parts;
}

function entry(name: string, node: Node): Buffer[] {
  const long = Buffer.byteLength(name) > 99 ? header("././@LongLink", "L", Buffer.from(`${name}\0`)) : [];
  const shown = node.kind === "directory" && !name.endsWith("/") ? `${name}/` : name;
  if (node.kind === "link") return [...long, ...header(shown, "2", Buffer.alloc(0), node, node.target)];
  const data = node.kind === "file" ? node.data : Buffer.alloc(0);
  return [...long, ...header(shown, node.kind === "directory" ? "5" : "0", data, node)];
}

function header(name: string, type: string, data: Buffer, node?: Node, target = ""): Buffer[] {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, size: number): void => {
    block.write(`${value.toString(8).padStart(size - 1, "0")}\0`, at);
  };
  block.write(name.slice(0, 99), 0);
  octal(node?.mode ?? 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(data.length, 124, 12);
  octal(Math.floor((node?.changed ?? 0) / 1000), 136, 12);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(target.slice(0, 99), 157);
  block.write("ustar\x0000", 257);
  block.write("root", 265);
  block.write("root", 297);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
  );
  return [block, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
}

async function extract(process: Process, call: Call, archive: Buffer): Promise<void> {
  const { files } = process.machine;
  const text = (at: number, size: number): string => archive.toString("utf8", at, at + size).replace(/\0.*$/s, "");
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    await breathe(process.signal);
    const size = Number.parseInt(text(at + 124, 12).trim() || "0", 8);
    if (!(size >= 0) || at + BLOCK + size > archive.length) throw new Failure("short read");
    const type = text(at + 156, 1) || "0";
    const prefix = text(at + 257, 5) === "ustar" ? text(at + 345, 155) : "";
    const name = longName ?? (prefix ? `${prefix}/${text(at, 100)}` : text(at, 100));
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    longName = type === "L" ? data.toString().replace(/\0.*$/s, "") : paxPath(type, data);
    if (longName === undefined && !"Lxg".includes(type)) {
      if (call.isVerbose || call.mode === "t") await process.stdout(`${name}\n`);
      const kept = name.split("/").filter(Boolean).slice(call.strip).join("/");
      const path = absolute(call.folder, kept);
      const mode = Number.parseInt(text(at + 100, 8).trim() || "644", 8) & 0o777;
      if (call.mode === "x" && path !== "/" && kept !== "") {
        files.makeDirectory(parentOf(path), { parents: true });
        if (type === "5") files.makeDirectory(path, { parents: true, mode });
        else if (type === "2")
          files.put(path, { kind: "link", target: text(at + 157, 100), mode: 0o777, changed: process.machine.now() });
        else files.write(path, Buffer.from(data), { mode });
      }
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** A name of any length, as newer archives say it. */
function paxPath(type: string, data: Buffer): string | undefined {
  return type === "x" ? /(?:^|\n)\d+ path=([^\n]*)\n/.exec(data.toString())?.[1] : undefined;
}
