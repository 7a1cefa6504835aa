import { Failure } from "../process.ts";
import type { Piece, Scope } from "./expansion.ts";
import { matchesPattern, ShellPattern } from "./pattern.ts";
import type { Parameter, Word } from "./syntax.ts";

/** How words are expanded, which this is a part of. */
interface Expanders {
  piecesOf(word: Word, scope: Scope): Promise<Piece[]>;
  expandText(word: Word, scope: Scope): Promise<string>;
  expandPattern(word: Word, scope: Scope): Promise<string>;
}

/** What `$x` and `${x…}` stand for. */
export async function parameterPieces(given: Parameter, scope: Scope, expanders: Expanders): Promise<readonly Piece[]> {
  const part = given.operator.startsWith("!") ? indirect(given, scope) : given;
  const list = await listOf(part, scope, expanders);
  if (list === undefined) return one(part, await singleOf(part, scope, expanders), scope, expanders);
  const { items, isJoined } = list;
  const { operator, isQuoted } = part;
  if (operator === "length") return [{ text: String(items.length), isQuoted }];
  const isTest = /^:?[-=?+]$/.test(operator);
  if (isTest && items.length > 0 !== operator.includes("+")) {
    if (!(operator.startsWith(":") && items.join("") === "")) return spread(items, isJoined, part, scope);
  }
  if (isTest) return one(part, undefined, scope, expanders);
  const changed: string[] = [];
  if (operator === ":") changed.push(...(await sliced(items, part, scope, expanders)));
  else for (const item of items) changed.push(operator === "" ? item : await changedText(item, part, scope, expanders));
  return spread(changed, isJoined, part, scope);
}

function spread(items: readonly string[], isJoined: boolean, { isQuoted }: Parameter, scope: Scope): Piece[] {
  if (isQuoted && isJoined) return [{ text: items.join(scope.fieldSeparators[0] ?? ""), isQuoted }];
  return items.map((text, index) => ({ text, isQuoted, breaks: index < items.length - 1 }));
}

function indirect(part: Parameter, scope: Scope): Parameter {
  const target = /^([\w@*]+)(?:\[(.*)\])?$/.exec(scope.get(part.name) ?? "");
  if (!target) throw new Failure(`${part.name}: invalid indirect expansion`, 1);
  const own = target[2];
  const index = own === undefined ? part.index : own === "@" || own === "*" ? own : textWord(own);
  return { ...part, name: target[1] ?? "", index, operator: part.operator.slice(1) };
}

function textWord(text: string): Word {
  return [{ kind: "text", text, isQuoted: true }];
}

/** `$@`, `${a[@]}` and their like; undefined for a single value. */
async function listOf(
  { name, index, operator }: Parameter,
  scope: Scope,
  _expanders: Expanders,
): Promise<{ items: string[]; isJoined: boolean } | undefined> {
  if (name === "@" || name === "*") return { items: [...scope.positional], isJoined: name === "*" };
  if (index !== "@" && index !== "*") return undefined;
  return { items: operator === "keys" ? scope.keys(name) : scope.items(name), isJoined: index === "*" };
}

async function singleOf(
  { name, index, operator }: Parameter,
  scope: Scope,
  { expandText }: Expanders,
): Promise<string | undefined> {
  if (index !== undefined && index !== "@" && index !== "*") return scope.item(name, await expandText(index, scope));
  const value = scope.get(name);
  const isTest = /^:?[-=?+]$/.test(operator);
  if (value === undefined && !isTest && scope.isSetOption("nounset") && !/^[!?#$-]$/.test(name))
    throw new Failure(
      scope.hasBraces ? `${name}: unbound variable` : `${name}: parameter not set`,
      scope.hasBraces ? 1 : 2,
    );
  return value;
}

async function one(
  part: Parameter,
  value: string | undefined,
  scope: Scope,
  expanders: Expanders,
): Promise<readonly Piece[]> {
  const { name, operator, argument, isQuoted } = part;
  const plain = (text: string): Piece[] => [{ text, isQuoted }];
  const isSet = operator.startsWith(":") ? (value ?? "") !== "" : value !== undefined;
  const given = (): Promise<Piece[]> => expanders.piecesOf(argument, scope);
  switch (operator) {
    case "":
      return plain(value ?? "");
    case "length":
      return plain(String([...(value ?? "")].length));
    case "-":
    case ":-":
      return isSet ? plain(value ?? "") : given();
    case "+":
    case ":+":
      return isSet ? given() : plain("");
    case "=":
    case ":=":
      if (!isSet) scope.set(name, await expanders.expandText(argument, scope));
      return plain(scope.get(name) ?? "");
    case "?":
    case ":?": {
      if (isSet) return plain(value ?? "");
      const why = await expanders.expandText(argument, scope);
      const usual = operator === "?" ? "parameter not set" : "parameter null or not set";
      throw new Failure(`${name}: ${why || usual}`, 2);
    }
    case ":":
      return plain((await sliced([...(value ?? "")], part, scope, expanders)).join(""));
    default:
      return plain(await changedText(value ?? "", part, scope, expanders));
  }
}

/** `${x:1:2}`; of the positional ones the first is `$0`. */
async function sliced(
  items: readonly string[],
  part: Parameter,
  scope: Scope,
  { expandText }: Expanders,
): Promise<string[]> {
  const isPositional = part.name === "@" || part.name === "*";
  const all = isPositional ? [scope.name, ...items] : items;
  const number = async (word: Word): Promise<number> => Number(scope.calculate(await expandText(word, scope)));
  const offset = await number(part.argument);
  const from = offset < 0 ? all.length + offset : offset;
  if (from < 0) return [];
  if (part.second === undefined) return all.slice(from);
  const length = await number(part.second);
  if (length < 0 && isPositional) throw new Failure(`${length}: substring expression < 0`, 1);
  return all.slice(from, length < 0 ? all.length + length : from + length);
}

const QUOTED: Readonly<Record<string, (text: string) => string>> = {
  "@Q": (text) => `'${text.replaceAll("'", "'\\''")}'`,
  "@U": (text) => text.toUpperCase(),
  "@u": (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
  "@L": (text) => text.toLowerCase(),
  "@E": (text) => text.replaceAll("\\n", "\n").replaceAll("\\t", "\t"),
};

async function changedText(
  value: string,
  part: Parameter,
  scope: Scope,
  { expandPattern, expandText }: Expanders,
): Promise<string> {
  const { operator, argument, second } = part;
  const quoted = QUOTED[operator];
  if (quoted) return quoted(value);
  const pattern = await expandPattern(argument, scope);
  if (operator.startsWith("/")) {
    const to = second === undefined ? "" : await expandText(second, scope);
    if (operator === "/#") return prefixed(new ShellPattern(pattern).withoutStart(value, "longest"), to) ?? value;
    if (operator === "/%") return suffixed(new ShellPattern(pattern).withoutEnd(value, "longest"), to) ?? value;
    return pattern === "" ? value : new ShellPattern(pattern).replace(value, to, operator === "//");
  }
  if (operator.startsWith("^") || operator.startsWith(",")) {
    const turn = (text: string): string => (operator.startsWith("^") ? text.toUpperCase() : text.toLowerCase());
    const turned = (char: string): string => (pattern === "" || matchesPattern(char, pattern) ? turn(char) : char);
    if (operator.length === 1) return turned(value.slice(0, 1)) + value.slice(1);
    return [...value].map(turned).join("");
  }
  const size = operator.length === 1 ? "shortest" : "longest";
  const test = new ShellPattern(pattern);
  return (operator.startsWith("%") ? test.withoutEnd(value, size) : test.withoutStart(value, size)) ?? value;
}

function prefixed(rest: string | undefined, to: string): string | undefined {
  return rest === undefined ? undefined : to + rest;
}

function suffixed(rest: string | undefined, to: string): string | undefined {
  return rest === undefined ? undefined : rest + to;
}
