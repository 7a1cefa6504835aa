import { absolute, type Directory, type Node } from "../container/files.ts";
import type { Process, Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { formatDate } from "./date-format.ts";
import { sizeOf } from "./find-tests.ts";
import { type Options, readOptions } from "./options.ts";
import { modeText } from "./stat.ts";

type Entry = readonly [name: string, node: Node];

/** `ls`: names by the bytes of their letters. */
export const ls: Program = async (process) => {
  const options = readOptions(process.args, "1aAlhRtrdFipSsngoCUXcuLQ", "", [
    "color=",
    "all:a",
    "almost-all:A",
    "human-readable:h",
    "reverse:r",
    "full-time",
  ]);
  const { files } = process.machine;
  const names = options.rest.length === 0 ? ["."] : options.rest;
  let status = 0;
  const plain: Entry[] = [];
  const folders: [string, Directory][] = [];
  for (const name of names) {
    const node = files.find(absolute(process.cwd, name), !options.has("l", "d", "F"));
    const target = node?.kind === "link" && name.endsWith("/") ? files.find(absolute(process.cwd, name)) : node;
    if (target?.kind === "directory" && !options.has("d")) folders.push([name, target]);
    else if (target) plain.push([name, target]);
    else {
      const words = isBusybox(process.machine.image) ? name : `cannot access '${name}'`;
      await process.stderr(`ls: ${words}: No such file or directory\n`);
      status = isBusybox(process.machine.image) ? 1 : 2;
    }
  }
  await show(process, options, sorted(plain, options));
  const isTitled = names.length > 1 || options.has("R");
  let isFirst = plain.length === 0;
  const visit = async (name: string, folder: Directory): Promise<void> => {
    if (isTitled) await process.stdout(`${isFirst ? "" : "\n"}${name}:\n`);
    isFirst = false;
    const entries = [...(folder.source?.() ?? folder.entries)];
    const own = options.has("a")
      ? ([
          [".", folder],
          ["..", folder],
        ] as Entry[])
      : [];
    const shown = entries.filter(([one]) => options.has("a", "A") || !one.startsWith("."));
    const list = sorted([...own, ...shown], options);
    if (options.has("l", "s", "n", "o", "g")) {
      const blocks = list.reduce((sum, [, node]) => sum + blocksOf(node), 0);
      await process.stdout(`total ${options.has("h") && blocks > 0 ? human(blocks * 1024) : blocks}\n`);
    }
    await show(process, options, list);
    if (!options.has("R")) return;
    for (const [one, child] of list)
      if (child.kind === "directory" && one !== "." && one !== "..")
        await visit(`${name.replace(/\/$/, "")}/${one}`, child);
  };
  for (const [name, folder] of sorted(folders, options)) if (folder.kind === "directory") await visit(name, folder);
  return status;
};

function sorted(entries: readonly Entry[], options: Options): Entry[] {
  const list = [...entries];
  if (options.has("U")) return list;
  list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (options.has("t")) list.sort(([, a], [, b]) => b.changed - a.changed);
  if (options.has("S")) list.sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  return options.has("r") ? list.reverse() : list;
}

async function show(process: Process, options: Options, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const isLong = options.has("l", "n", "o", "g");
  const names = entries.map(([name, node]) => name + markOf(node, options));
  if (!isLong) {
    const sizes = options.has("s") ? entries.map(([, node]) => `${blocksOf(node)} `) : [];
    const shown = names.map((name, at) => (sizes[at] ?? "") + name);
    const inRows = (process.isTty || options.has("C")) && !options.has("1");
    return process.stdout(inRows ? rows(shown) : shown.map((name) => `${name}\n`).join(""));
  }
  const gnu = !isBusybox(process.machine.image);
  const cells = entries.map(([, node]) => ({
    links:
      node.kind === "directory"
        ? String(2 + [...node.entries.values()].filter((one) => one.kind === "directory").length)
        : "1",
    size: options.has("h") ? human(sizeOf(node)) : String(sizeOf(node)),
  }));
  const width = (of: "links" | "size"): number => Math.max(...cells.map((one) => one[of].length));
  const [links, sizes] = gnu ? [width("links"), width("size")] : [5, 9];
  const owner = options.has("n") ? "0" : "root";
  const who = gnu
    ? `${options.has("g") ? "" : ` ${owner}`}${options.has("o") ? "" : ` ${owner}`}`
    : ` ${owner.padEnd(8)} ${owner.padEnd(8)}`;
  const lines = entries.map(([, node], at) => {
    const cell = cells[at] ?? { links: "1", size: "0" };
    const link = node.kind === "link" ? ` -> ${node.target}` : "";
    const size = node.kind === "file" && node.device ? "1,   3" : cell.size;
    return `${modeText(node)} ${cell.links.padStart(links)}${who} ${size.padStart(sizes)} ${dayOf(process, node, options)} ${names[at]}${link}\n`;
  });
  await process.stdout(lines.join(""));
}

/** Half a year back and more, the year stands in place of the hour. */
function dayOf({ machine }: Process, node: Node, options: Options): string {
  const now = machine.now();
  const changed = node.changed || now;
  const at = new Date(changed);
  if (options.has("full-time")) return formatDate("%Y-%m-%d %H:%M:%S.%N %z", at);
  const isRecent = Math.abs(now - changed) < 15_778_476_000;
  return formatDate(isRecent ? "%b %e %H:%M" : "%b %e  %Y", at);
}

function markOf(node: Node, options: Options): string {
  if (!options.has("F", "p")) return "";
  if (node.kind === "directory") return "/";
  if (!options.has("F")) return "";
  if (node.kind === "link") return options.has("l") ? "" : "@";
  return node.mode & 0o111 ? "*" : "";
}

/** 1024 a block. */
export function blocksOf(node: Node): number {
  return node.kind === "link" ? 0 : Math.ceil(sizeOf(node) / 4096) * 4;
}

/** `4.0K`, `12M`. */
export function human(bytes: number): string {
  let value = bytes;
  let unit = "";
  for (const one of "KMGTP") {
    if (value < 1024) break;
    value /= 1024;
    unit = one;
  }
  if (unit === "") return String(value);
  return (value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value))) + unit;
}

/** Columns from the top down, as wide as the longest needs, for a terminal of 80. */
function rows(names: readonly string[]): string {
  const COLUMNS = 80;
  for (let count = 1; ; count += 1) {
    const columns: string[][] = [];
    for (let at = 0; at < names.length; at += count) columns.push(names.slice(at, at + count));
    const widths = columns.map((column) => Math.max(...column.map((one) => one.length)));
    const total = widths.reduce((sum, one) => sum + one, 0) + 2 * (widths.length - 1);
    if (total >= COLUMNS && count < names.length) continue;
    const lines = Array.from({ length: count }, (_, row) =>
      columns
        .map((column, at) => (column[row] ?? "").padEnd((widths[at] ?? 0) + 2))
        .join("")
        .trimEnd(),
    );
    return `${lines.filter(Boolean).join("\n")}\n`;
  }
}
