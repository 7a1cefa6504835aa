import type { Node } from "../container/files.ts";
import { Failure } from "../process.ts";
import { ShellPattern } from "../shell/pattern.ts";

/** A file that `find` has come to. */
export interface Found {
  readonly path: string;
  readonly node: Node;
  readonly level: number;
}

/** A part of `find`'s expression: whether it holds for a file; what it does on the way is its effect. */
export type Test = (found: Found) => boolean | Promise<boolean>;

interface World {
  /** Milliseconds. */
  readonly now: number;
  find(name: string): Node | undefined;
}

/** The tests that take one word. */
const VALUED: Readonly<Record<string, (value: string, world: World) => Test>> = {
  "-amin": (value, { now }) => aged(value, 60_000, now),
  "-atime": (value, { now }) => aged(value, 86_400_000, now),
  "-cmin": (value, { now }) => aged(value, 60_000, now),
  "-ctime": (value, { now }) => aged(value, 86_400_000, now),
  "-iname": (value) => named(value, true),
  "-ipath": (value) => pathed(value, true),
  "-iwholename": (value) => pathed(value, true),
  "-mmin": (value, { now }) => aged(value, 60_000, now),
  "-mtime": (value, { now }) => aged(value, 86_400_000, now),
  "-name": (value) => named(value, false),
  "-newer": (value, world) => newer(value, world),
  "-path": (value) => pathed(value, false),
  "-perm": permitted,
  "-size": sized,
  "-type": typed,
  "-user": (value) => () => value === "root" || value === "0",
  "-wholename": (value) => pathed(value, false),
};

const PLAIN: Readonly<Record<string, Test>> = {
  "-empty": ({ node }) =>
    node.kind === "directory" ? (node.source?.() ?? node.entries).size === 0 : sizeOf(node) === 0,
  "-executable": ({ node }) => (node.mode & 0o111) !== 0,
  "-false": () => false,
  "-readable": () => true,
  "-true": () => true,
  "-writable": () => true,
};

/** Reads a test from the words; undefined when it is none. */
export function readTest(words: string[], world: World): Test | undefined {
  const [name = ""] = words;
  if (Object.hasOwn(PLAIN, name)) {
    words.shift();
    return PLAIN[name];
  }
  const make = Object.hasOwn(VALUED, name) ? VALUED[name] : undefined;
  if (!make) return undefined;
  words.shift();
  const value = words.shift();
  if (value === undefined) throw new Failure(`missing argument to '${name}'`);
  return make(value, world);
}

function named(pattern: string, ignoresCase: boolean): Test {
  const test = new ShellPattern(pattern, { ignoresCase });
  return ({ path }) =>
    test.matches(
      path
        .replace(/(.)\/+$/, "$1")
        .split("/")
        .at(-1) || path,
    );
}

function pathed(pattern: string, ignoresCase: boolean): Test {
  const test = new ShellPattern(pattern, { ignoresCase });
  return ({ path }) => test.matches(path);
}

/** `5`, `+5`, `-5`: exactly, more, less. */
function amount(text: string): (value: number) => boolean {
  const wanted = Number(text.replace(/^[+-]/, ""));
  if (Number.isNaN(wanted)) throw new Failure(`invalid argument '${text}'`);
  if (text.startsWith("+")) return (value) => value > wanted;
  return text.startsWith("-") ? (value) => value < wanted : (value) => value === wanted;
}

function aged(text: string, unitMs: number, now: number): Test {
  const holds = amount(text);
  return ({ node }) => holds(Math.floor((now - node.changed) / unitMs));
}

const UNITS: Readonly<Record<string, number>> = { "": 512, b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Sizes are rounded up to whole units. */
function sized(text: string): Test {
  const [, digits = "", letter = ""] = /^([+-]?\d+)([bcwkMG]?)$/.exec(text) ?? [];
  if (digits === "") throw new Failure(`invalid argument '${text}' to '-size'`);
  const holds = amount(digits);
  return ({ node }) => holds(Math.ceil(sizeOf(node) / (UNITS[letter] ?? 512)));
}

function typed(text: string): Test {
  const kinds = text.split(",");
  return ({ node }) => kinds.includes(letterOf(node));
}

function letterOf(node: Node): string {
  if (node.kind === "file") return node.device === undefined ? "f" : "c";
  return node.kind === "directory" ? "d" : "l";
}

/** An octal mode: exactly, all of (`-`), any of (`/`). */
function permitted(text: string): Test {
  const wanted = Number.parseInt(text.replace(/^[-/]/, ""), 8);
  if (Number.isNaN(wanted)) throw new Failure(`invalid mode '${text}'`);
  if (text.startsWith("-")) return ({ node }) => (node.mode & wanted) === wanted;
  if (text.startsWith("/")) return ({ node }) => (node.mode & wanted) !== 0;
  return ({ node }) => (node.mode & 0o7777) === wanted;
}

function newer(name: string, { find }: World): Test {
  const other = find(name);
  if (!other) throw new Failure(`'${name}': No such file or directory`);
  return ({ node }) => node.changed > other.changed;
}

/** What a file's size is told as: a directory's is a block. */
export function sizeOf(node: Node): number {
  if (node.kind === "file") return node.data.length;
  return node.kind === "link" ? node.target.length : 4096;
}
