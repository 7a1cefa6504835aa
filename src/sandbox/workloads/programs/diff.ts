import { absolute, type Directory, type Node } from "../container/files.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { besides } from "./compare.ts";
import { formatDate } from "./date-format.ts";
import { type Edit, editsBetween } from "./diff-edits.ts";
import { open } from "./inputs.ts";
import { type Options, readOptions } from "./options.ts";

interface Side {
  readonly name: string;
  readonly lines: readonly string[];
  /** Whether its last line has an end. */
  readonly isWhole: boolean;
  readonly changed: number;
}

/** `diff`: plain or unified; 0 for none, 1 for some, 2 for trouble. busybox knows the unified kind alone. */
export const diff: Program = async (process) => {
  const args = process.args.map((one) => (/^-\d+$/.test(one) ? `-U${one.slice(1)}` : one));
  const options = readOptions(args, "uqsrNwbBiadT", "ULS", [
    "unified:u",
    "brief:q",
    "report-identical-files:s",
    "recursive:r",
    "new-file:N",
    "ignore-all-space:w",
    "ignore-space-change:b",
    "ignore-case:i",
    "label=:L",
    "color",
  ]);
  const [one, other] = options.rest;
  if (one === undefined || other === undefined) throw new Failure(`missing operand after '${one ?? "diff"}'`, 2);
  const [a, b] = [one, other].map((name) => process.machine.files.find(absolute(process.cwd, name)));
  if (a?.kind === "directory" && b?.kind === "directory") return folders(process, options, [one, a], [other, b]);
  return files(process, options, besides(process, one, other), besides(process, other, one));
};

async function folders(
  process: Process,
  options: Options,
  [one, a]: [string, Directory],
  [other, b]: [string, Directory],
): Promise<number> {
  const [left, right] = [a.source?.() ?? a.entries, b.source?.() ?? b.entries];
  let status = 0;
  for (const name of [...new Set([...left.keys(), ...right.keys()])].sort()) {
    const [x, y] = [left.get(name), right.get(name)];
    const paths: [string, string] = [`${one}/${name}`, `${other}/${name}`];
    if ((x === undefined || y === undefined) && !options.has("N")) {
      await process.stdout(`Only in ${x ? one : other}: ${name}\n`);
      status = 1;
    } else if (x?.kind === "directory" && y?.kind === "directory") {
      if (options.has("r")) status = Math.max(status, await folders(process, options, [paths[0], x], [paths[1], y]));
      else await process.stdout(`Common subdirectories: ${paths[0]} and ${paths[1]}\n`);
    } else {
      const shown = process.args.filter((word) => word.startsWith("-")).join(" ");
      status = Math.max(
        status,
        await files(process, options, ...paths, `diff ${shown}${shown && " "}${paths.join(" ")}\n`),
      );
    }
  }
  return status;
}

async function files(process: Process, options: Options, one: string, other: string, title = ""): Promise<number> {
  const [a, b] = [await sideOf(process, one, options), await sideOf(process, other, options)];
  const edits = await editsBetween(keys(a, options), keys(b, options), process.signal);
  if (edits.length === 0) {
    if (options.has("s")) await process.stdout(`Files ${one} and ${other} are identical\n`);
    return 0;
  }
  if (options.has("q")) {
    await process.stdout(`Files ${one} and ${other} differ\n`);
    return 1;
  }
  await process.stdout(title);
  const isUnified = options.has("u", "U") || isBusybox(process.machine.image);
  if (isUnified) {
    const labels = options.all.get("L") ?? [];
    const head = ({ name, changed }: Side, at: number): string =>
      labels[at] ?? `${name}${isBusybox(process.machine.image) ? "" : `\t${stamp(changed)}`}`;
    await process.stdout(`--- ${head(a, 0)}\n+++ ${head(b, 1)}\n`);
    for (const hunk of hunks(edits, Number(options.flags.get("U") || 3)))
      await process.stdout(unified(hunk, a, b, Number(options.flags.get("U") || 3)));
  } else for (const edit of edits) await process.stdout(plain(edit, a, b));
  return 1;
}

function stamp(changed: number): string {
  return formatDate("%Y-%m-%d %H:%M:%S.%N %z", new Date(changed));
}

async function sideOf(process: Process, name: string, options: Options): Promise<Side> {
  const node: Node | undefined = name === "-" ? undefined : process.machine.files.find(absolute(process.cwd, name));
  if (name !== "-" && node === undefined) {
    if (options.has("N")) return { name, lines: [], isWhole: true, changed: 0 };
    const words = isBusybox(process.machine.image) ? `can't stat '${name}'` : name;
    throw new Failure(`${words}: No such file or directory`, 2);
  }
  const bytes = await (name === "-" ? process.stdin : open(process, name)).readAll();
  const lines = bytes.toString().split("\n");
  const isWhole = lines.at(-1) === "";
  if (isWhole) lines.pop();
  return { name, lines, isWhole, changed: node?.changed ?? process.machine.now() };
}

/** What lines are compared by. A last line without an end is another than the same with one. */
function keys({ lines, isWhole }: Side, options: Options): string[] {
  return lines.map((line, at) => {
    let key = options.has("w") ? line.replaceAll(/\s+/g, "") : line;
    if (options.has("b")) key = key.replaceAll(/\s+/g, " ").trimEnd();
    if (options.has("i")) key = key.toLowerCase();
    return at === lines.length - 1 && !isWhole ? `${key}\0` : key;
  });
}

function printed(side: Side, from: number, to: number, mark: string): string {
  const rows = side.lines.slice(from, to).map((line) => `${mark}${line}\n`);
  return (
    rows.join("") + (to === side.lines.length && to > from && !side.isWhole ? "\\ No newline at end of file\n" : "")
  );
}

function plain({ from, to, otherFrom, otherTo }: Edit, a: Side, b: Side): string {
  const range = (start: number, end: number): string => (end - start > 1 ? `${start + 1},${end}` : String(end));
  const kind = from === to ? "a" : otherFrom === otherTo ? "d" : "c";
  const middle = kind === "c" ? "---\n" : "";
  return `${range(from, to)}${kind}${range(otherFrom, otherTo)}\n${printed(a, from, to, "< ")}${middle}${printed(b, otherFrom, otherTo, "> ")}`;
}

/** Edits whose surroundings touch stand in one hunk. */
function hunks(edits: readonly Edit[], around: number): Edit[][] {
  const found: Edit[][] = [];
  for (const edit of edits) {
    const last = found.at(-1)?.at(-1);
    if (last && edit.from - last.to <= 2 * around) found.at(-1)?.push(edit);
    else found.push([edit]);
  }
  return found;
}

function unified(hunk: readonly Edit[], a: Side, b: Side, around: number): string {
  const [first, last] = [hunk[0], hunk.at(-1)];
  if (!first || !last) return "";
  const from = Math.max(0, first.from - around);
  const to = Math.min(a.lines.length, last.to + around);
  const otherFrom = first.otherFrom - (first.from - from);
  const otherTo = last.otherTo + (to - last.to);
  const range = (start: number, end: number): string => {
    const size = end - start;
    return size === 1 ? String(start + 1) : `${size === 0 ? start : start + 1},${size}`;
  };
  let text = `@@ -${range(from, to)} +${range(otherFrom, otherTo)} @@\n`;
  let at = from;
  for (const edit of hunk) {
    text +=
      printed(a, at, edit.from, " ") +
      printed(a, edit.from, edit.to, "-") +
      printed(b, edit.otherFrom, edit.otherTo, "+");
    at = edit.to;
  }
  return text + printed(a, at, to, " ");
}
