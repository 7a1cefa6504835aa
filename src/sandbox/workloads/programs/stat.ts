import { absolute, type Node, parentOf } from "../container/files.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { formatDate } from "./date-format.ts";
import { sizeOf } from "./find-tests.ts";
import { readOptions } from "./options.ts";

/** `-rw-r--r--` */
export function modeText(node: Node): string {
  const type = node.kind === "directory" ? "d" : node.kind === "link" ? "l" : node.device ? "c" : "-";
  const bits = [6, 3, 0].map((shift, at) => {
    const part = (node.mode >> shift) & 7;
    const isSpecial = (node.mode >> (11 - at)) & 1;
    const letter = at === 2 ? "t" : "s";
    const last = isSpecial ? (part & 1 ? letter : letter.toUpperCase()) : part & 1 ? "x" : "-";
    return `${part & 4 ? "r" : "-"}${part & 2 ? "w" : "-"}${last}`;
  });
  return type + bits.join("");
}

function kindText(node: Node): string {
  if (node.kind === "directory") return "directory";
  if (node.kind === "link") return "symbolic link";
  if (node.device) return "character special file";
  return node.data.length === 0 ? "regular empty file" : "regular file";
}

const FIELDS: Readonly<Record<string, (name: string, node: Node) => string>> = {
  "%": () => "%",
  A: (_, node) => modeText(node),
  B: () => "512",
  F: (_, node) => kindText(node),
  G: () => "root",
  N: (name, node) => (node.kind === "link" ? `'${name}' -> '${node.target}'` : `'${name}'`),
  U: () => "root",
  X: (_, node) => String(Math.floor(node.changed / 1000)),
  Y: (_, node) => String(Math.floor(node.changed / 1000)),
  Z: (_, node) => String(Math.floor(node.changed / 1000)),
  a: (_, node) => (node.mode & 0o7777).toString(8),
  b: (_, node) => String(Math.ceil(sizeOf(node) / 4096) * 8),
  f: (_, node) =>
    ((node.kind === "directory" ? 0o040000 : node.kind === "link" ? 0o120000 : 0o100000) | node.mode).toString(16),
  g: () => "0",
  h: (_, node) => (node.kind === "directory" ? "2" : "1"),
  n: (name) => name,
  o: () => "4096",
  s: (_, node) => String(sizeOf(node)),
  u: () => "0",
  x: (_, node) => stamp(node),
  y: (_, node) => stamp(node),
  z: (_, node) => stamp(node),
};

function stamp({ changed }: Node): string {
  return formatDate("%Y-%m-%d %H:%M:%S.%N %z", new Date(changed));
}

const WHOLE =
  "  File: %n\n  Size: %-15s\tBlocks: %-10b IO Block: %-6o %F\nDevice: 0,56\tInode: 1           Links: %h\n" +
  "Access: (%4a/%A)  Uid: (    0/    root)   Gid: (    0/    root)\nAccess: %x\nModify: %y\nChange: %z";

const stat: Program = async (process) => {
  const options = readOptions(process.args, "Lft", "c", ["format=:c", "printf=:p", "dereference:L"]);
  const raw = options.flags.get("p")?.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  const format = raw ?? `${options.flags.get("c") ?? WHOLE}\n`;
  if (options.rest.length === 0) throw new Failure("missing operand");
  let status = 0;
  for (const name of options.rest) {
    const node = process.machine.files.find(absolute(process.cwd, name), options.has("L"));
    if (!node) {
      const words = isBusybox(process.machine.image) ? `can't stat '${name}'` : `cannot statx '${name}'`;
      await process.stderr(`${process.name}: ${words}: No such file or directory\n`);
      status = 1;
      continue;
    }
    const text = format.replaceAll(
      /%(-?)(0?)(\d*)([a-zA-Z%])/g,
      (_, left: string, zero: string, width: string, letter: string) => {
        const value = FIELDS[letter]?.(name, node) ?? "?";
        return left
          ? value.padEnd(Number(width))
          : value.padStart(Number(width), zero || format.startsWith("  File") ? "0" : " ");
      },
    );
    await process.stdout(text);
  }
  return status;
};

/** A path without links; undefined when a part of it is not there. `missing`: which parts may be. */
function canonical(process: Process, name: string, missing: "none" | "last" | "all"): string | undefined {
  const { files } = process.machine;
  let done = "";
  let parts = absolute(process.cwd, "")
    .split("/")
    .concat(name.startsWith("/") ? [] : name.split("/"))
    .filter(Boolean);
  if (name.startsWith("/")) parts = name.split("/").filter(Boolean);
  for (let steps = 0; parts.length > 0; steps += 1) {
    if (steps > 400) return undefined;
    const [part = "", ...rest] = parts;
    parts = rest;
    if (part === ".") continue;
    if (part === "..") {
      done = done.slice(0, Math.max(0, done.lastIndexOf("/")));
      continue;
    }
    const node = files.find(`${done}/${part}`, false);
    if (node === undefined && (missing === "none" || (missing === "last" && rest.length > 0))) return undefined;
    if (node?.kind === "link") {
      if (node.target.startsWith("/")) done = "";
      parts = [...node.target.split("/").filter(Boolean), ...rest];
    } else if (node?.kind === "file" && rest.length > 0) return undefined;
    else done = `${done}/${part}`;
  }
  return done || "/";
}

const realpath: Program = async (process) => {
  const options = readOptions(process.args, "emqsLPz", "", [
    "canonicalize-existing:e",
    "canonicalize-missing:m",
    "quiet:q",
  ]);
  if (options.rest.length === 0) throw new Failure("missing operand");
  let status = 0;
  const missing = options.has("e") ? "none" : options.has("m") ? "all" : "last";
  for (const name of options.rest) {
    const path = name === "" ? undefined : canonical(process, name, missing);
    if (path !== undefined) await process.stdout(`${path}\n`);
    else {
      status = 1;
      if (!options.has("q")) await process.stderr(`${process.name}: ${name}: No such file or directory\n`);
    }
  }
  return status;
};

const readlink: Program = async (process) => {
  const options = readOptions(process.args, "femnqsvz", "", ["canonicalize:f", "no-newline:n"]);
  if (options.rest.length === 0) throw new Failure("missing operand");
  let status = 0;
  for (const name of options.rest) {
    const node = process.machine.files.find(absolute(process.cwd, name), false);
    const follows = options.has("f", "e", "m");
    const missing = options.has("e") ? "none" : options.has("m") ? "all" : "last";
    const path = follows ? canonical(process, name, missing) : node?.kind === "link" ? node.target : undefined;
    if (path === undefined) status = 1;
    else await process.stdout(path + (options.has("n") && options.rest.length === 1 ? "" : "\n"));
  }
  return status;
};

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

const mktemp: Program = async (process) => {
  const options = readOptions(process.args, "dqut", "p", ["directory:d", "dry-run:u", "tmpdir=:p", "suffix=:S"]);
  const given = options.rest[0];
  const template = (given ?? "tmp.XXXXXXXXXX") + (options.flags.get("S") ?? "");
  if (!/XXX/.test(template)) throw new Failure(`too few X's in template ‘${template}’`);
  const isPlaced = given === undefined || options.has("p", "t");
  const folder = options.flags.get("p") || (process.env.get("TMPDIR") ?? "/tmp");
  const runs = [...template.matchAll(/X+/g)];
  const at = runs.at(-1)?.index ?? 0;
  const run = runs.at(-1)?.[0] ?? "";
  const letters = Array.from(run, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join("");
  const name = template.slice(0, at) + letters + template.slice(at + run.length);
  const shown = isPlaced ? `${folder.replace(/\/$/, "")}/${name}` : name;
  const path = absolute(process.cwd, shown);
  const { files } = process.machine;
  if (files.find(parentOf(path))?.kind !== "directory")
    throw new Failure(
      `failed to create ${options.has("d") ? "directory" : "file"} via template ‘${template}’: No such file or directory`,
    );
  if (!options.has("u")) {
    if (options.has("d")) files.makeDirectory(path, { mode: 0o700 });
    else files.write(path, Buffer.alloc(0), { mode: 0o600 });
  }
  await process.stdout(`${shown}\n`);
  return 0;
};

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  k: 1024,
  KB: 1000,
  M: 1024 ** 2,
  MB: 1e6,
  G: 1024 ** 3,
};

/** `5`, `10K`, `1M` in bytes; undefined for what is no size. */
export function bytesIn(text: string): number | undefined {
  const [, digits = "", unit = ""] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return digits === "" || factor === undefined ? undefined : Number(digits) * factor;
}

const truncate: Program = async (process) => {
  const options = readOptions(process.args, "co", "sr", ["size=:s", "no-create:c"]);
  const text = options.flags.get("s") ?? "";
  const size = bytesIn(text.replace(/^[+-]/, ""));
  if (size === undefined)
    throw new Failure(text === "" ? "you must specify either '--size' or '--reference'" : `Invalid number: '${text}'`);
  if (options.rest.length === 0) throw new Failure("missing file operand");
  const { files } = process.machine;
  for (const name of options.rest) {
    const path = absolute(process.cwd, name);
    const node = files.find(path);
    if (node === undefined && options.has("c")) continue;
    const data = node?.kind === "file" ? node.data : Buffer.alloc(0);
    const wanted = text.startsWith("+")
      ? data.length + size
      : text.startsWith("-")
        ? Math.max(0, data.length - size)
        : size;
    if (wanted <= data.length) files.write(path, Buffer.from(data.subarray(0, wanted)));
    else {
      if (node === undefined) files.write(path, Buffer.alloc(0));
      for (let left = wanted - data.length; left > 0; left -= 65_536)
        files.write(path, Buffer.alloc(Math.min(left, 65_536)), { append: true });
    }
  }
  return 0;
};

export const STAT_PROGRAMS: Readonly<Record<string, Program>> = { mktemp, readlink, realpath, stat, truncate };
