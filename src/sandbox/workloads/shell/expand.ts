import { absolute, type Files } from "../container/files.ts";
import { breathe, Failure } from "../process.ts";
import { arithmetic } from "./arithmetic.ts";
import { literalPattern, matchesPattern, patternSource } from "./pattern.ts";
import type { List, Part, Word } from "./syntax.ts";

/** What words are expanded with. */
export interface Scope {
  readonly cwd: string;
  readonly files: Files;
  readonly positional: readonly string[];
  readonly signal: AbortSignal;
  readonly fieldSeparators: string;
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  /** Runs `$( … )`, gives its output. */
  capture(body: List): Promise<string>;
}

/** A piece of an expanded word: what is quoted is neither split nor a pattern. */
interface Piece {
  readonly text: string;
  readonly isQuoted: boolean;
  /** Stands in the program itself: never split. */
  readonly isLiteral?: boolean;
  /** `"$@"`: a new word begins after this. */
  readonly breaks?: boolean;
}

/** Words as a command gets them: expanded, split, with file names for patterns. */
export async function expandWords(words: readonly Word[], scope: Scope): Promise<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    await breathe(scope.signal);
    for (const field of split(await piecesOf(tilde(word, scope), scope), scope.fieldSeparators)) {
      fields.push(...globbed(field, scope));
    }
  }
  return fields;
}

/** A word that stays one: an assignment's value, a file to redirect to. */
export async function expandText(word: Word, scope: Scope): Promise<string> {
  return (await piecesOf(tilde(word, scope), scope)).map(({ text, breaks }) => text + (breaks ? " " : "")).join("");
}

/** A word as a pattern: quoted characters mean themselves. */
export async function expandPattern(word: Word, scope: Scope): Promise<string> {
  const pieces = await piecesOf(word, scope);
  return pieces.map(({ text, isQuoted }) => (isQuoted ? literalPattern(text) : text)).join("");
}

function tilde(word: Word, scope: Scope): Word {
  const [first, ...rest] = word;
  if (first?.kind !== "text" || first.isQuoted || !/^~(\/|$)/.test(first.text)) return word;
  return [{ ...first, text: (scope.get("HOME") ?? "~") + first.text.slice(1) }, ...rest];
}

async function piecesOf(word: Word, scope: Scope): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const part of word) pieces.push(...(await piece(part, scope)));
  return pieces;
}

async function piece(part: Part, scope: Scope): Promise<readonly Piece[]> {
  if (part.kind === "text") return [{ text: part.text, isQuoted: part.isQuoted, isLiteral: true }];
  const { isQuoted } = part;
  if (part.kind === "command") return [{ text: (await scope.capture(part.body)).replace(/\n+$/, ""), isQuoted }];
  if (part.kind === "arithmetic") {
    const text = await expandText(part.expression, scope);
    const value = arithmetic(
      text.replaceAll(/\$(\w+)/g, "$1"),
      (name) => scope.get(name) ?? "",
      (name, result) => scope.set(name, String(result)),
    );
    return [{ text: String(value), isQuoted }];
  }
  if ((part.name === "@" || part.name === "*") && part.operator === "") return allPositional(part, scope);
  return parameter(part, scope);
}

type Parameter = Extract<Part, { kind: "parameter" }>;

function allPositional({ name, isQuoted }: Parameter, { positional, fieldSeparators }: Scope): readonly Piece[] {
  if (isQuoted && name === "*") return [{ text: positional.join(fieldSeparators[0] ?? ""), isQuoted }];
  return positional.map((text, index) => ({ text, isQuoted, breaks: index < positional.length - 1 }));
}

async function parameter(part: Parameter, scope: Scope): Promise<readonly Piece[]> {
  const { name, operator, argument, isQuoted } = part;
  const value = name === "@" || name === "*" ? scope.positional.join(" ") : scope.get(name);
  const plain = (text: string): Piece[] => [{ text, isQuoted }];
  if (operator === "length") {
    return plain(String(name === "@" || name === "*" ? scope.positional.length : (value ?? "").length));
  }
  const isSet = operator.startsWith(":") ? (value ?? "") !== "" : value !== undefined;
  const given = (): Promise<readonly Piece[]> => piecesOf(argument, scope);
  switch (operator.replace(":", "")) {
    case "-":
      return isSet ? plain(value ?? "") : given();
    case "+":
      return isSet ? given() : plain("");
    case "=":
      if (!isSet) scope.set(name, await expandText(argument, scope));
      return plain(scope.get(name) ?? "");
    case "?":
      if (!isSet) throw new Failure(`${name}: ${(await expandText(argument, scope)) || "parameter not set"}`, 2);
      return plain(value ?? "");
    case "":
      return plain(value ?? "");
    default:
      return plain(await trimmed(value ?? "", operator, argument, scope));
  }
}

async function trimmed(value: string, operator: string, argument: Word, scope: Scope): Promise<string> {
  const pattern = await expandPattern(argument, scope);
  if (operator.startsWith("/")) {
    const at = pattern.search(/(?<!\\)\//);
    const [from, to] = at < 0 ? [pattern, ""] : [pattern.slice(0, at), pattern.slice(at + 1)];
    return value.replace(new RegExp(patternSource(from), operator === "//" ? "g" : ""), () =>
      to.replaceAll(/\\(.)/g, "$1"),
    );
  }
  const candidates = Array.from({ length: value.length + 1 }, (_, index) => index);
  const isSuffix = operator.startsWith("%");
  // The shortest match first for `#` and `%`, the longest for the doubled ones.
  const cuts = isSuffix === (operator.length === 1) ? candidates.reverse() : candidates;
  for (const cut of cuts) {
    const [gone, kept] = isSuffix ? [value.slice(cut), value.slice(0, cut)] : [value.slice(0, cut), value.slice(cut)];
    if (matchesPattern(gone, pattern)) return kept;
  }
  return value;
}

type Field = readonly Piece[];

/** Breaks what came from expansions at the field separators. Literal text has none: the parser has split it. */
function split(pieces: readonly Piece[], separators: string): Field[] {
  const fields: Piece[][] = [];
  let current: Piece[] | undefined;
  const add = (text: string, isQuoted: boolean): void => {
    current ??= [];
    current.push({ text, isQuoted });
  };
  const close = (): void => {
    if (current) fields.push(current);
    current = undefined;
  };
  for (const { text, isQuoted, isLiteral, breaks } of pieces) {
    if (isQuoted || isLiteral) add(text, isQuoted);
    else {
      let run = "";
      for (const char of text) {
        if (!separators.includes(char)) run += char;
        else {
          if (run !== "") add(run, false);
          run = "";
          close();
        }
      }
      if (run !== "") add(run, false);
    }
    if (breaks) close();
  }
  close();
  return fields;
}

function globbed(field: Field, { cwd, files }: Scope): string[] {
  const text = field.map((one) => one.text).join("");
  if (!field.some((one) => !one.isQuoted && /[*?[]/.test(one.text))) return [text];
  const pattern = field.map((one) => (one.isQuoted ? literalPattern(one.text) : one.text)).join("");
  const found = glob(pattern, cwd, files);
  return found.length > 0 ? found : [text];
}

function glob(pattern: string, cwd: string, files: Files): string[] {
  let paths = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter(Boolean)) {
    const test = new RegExp(`^${patternSource(part, { slashes: false })}$`);
    paths = paths.flatMap((base) => {
      const node = files.find(absolute(cwd, base || "."));
      if (node?.kind !== "directory") return [];
      return [...files.list(absolute(cwd, base || ".")).keys()]
        .filter((name) => test.test(name) && (part.startsWith(".") || !name.startsWith(".")))
        .sort()
        .map((name) => (base === "" || base === "/" ? base + name : `${base}/${name}`));
    });
  }
  return paths.filter((path) => path !== "" && path !== "/");
}
