import type { Cursor } from "./cursor.ts";
import { type ConditionWord, type Kind, type List, ShellSyntaxError, type Word } from "./syntax.ts";
import { readQuoted } from "./words.ts";

const RESERVED = new Set("if then elif else fi while until do done for case esac { } !".split(" "));
const FUNCTION =
  /^(?:function[ \t]+([A-Za-z_][\w.:-]*)[ \t]*(?:\([ \t]*\))?|([A-Za-z_][\w.:-]*)[ \t]*\([ \t]*\))\s*(?=[{(]|\[\[|if|for|while|case|until)/;

/** Reads a command that is more than words; undefined when there is none. */
export function readCompound(cursor: Cursor): Kind | undefined {
  const { dialect } = cursor;
  if (cursor.looking("((") && dialect === "bash") {
    const expression = readArithmeticCommand(cursor);
    if (expression) return { kind: "arithmetic", expression };
  }
  if (cursor.take("(")) {
    const body = cursor.program(")");
    return { kind: "subshell", body };
  }
  const word = cursor.peekWord();
  if (word === "{") return { kind: "group", body: readBody(cursor, "{", "}") };
  if (word === "if") return readIf(cursor);
  if (word === "while" || word === "until") {
    cursor.takeWord(word);
    const test = nonEmpty(cursor, cursor.list(["do"]), "do");
    return { kind: word, test, body: readBody(cursor, "do", "done") };
  }
  if (word === "for" || (word === "select" && dialect === "bash")) return readFor(cursor);
  if (word === "case") return readCase(cursor);
  if (word === "[[" && dialect !== "dash") return readCondition(cursor);
  if (RESERVED.has(word) && word !== "!") cursor.fail();
  const named = FUNCTION.exec(cursor.text.slice(cursor.at, cursor.at + 200));
  if (!named || (named[1] !== undefined && dialect === "dash")) return undefined;
  cursor.at += named[0].length;
  return { kind: "function", name: named[1] ?? named[2] ?? "", body: cursor.command() };
}

function nonEmpty(cursor: Cursor, list: List, expecting: string): List {
  if (list.items.length === 0) cursor.fail(cursor.isAtEnd() ? expecting : undefined);
  return list;
}

function readBody(cursor: Cursor, begin: string, end: string): List {
  cursor.skipLines();
  if (!cursor.takeWord(begin)) cursor.fail(begin);
  const body = nonEmpty(cursor, cursor.list([end]), end);
  if (!cursor.takeWord(end)) cursor.fail(end);
  return body;
}

function readIf(cursor: Cursor): Kind {
  const branches: { test: List; body: List }[] = [];
  let word = "if";
  while (cursor.takeWord(word)) {
    const test = nonEmpty(cursor, cursor.list(["then"]), "then");
    if (!cursor.takeWord("then")) cursor.fail("then");
    branches.push({ test, body: nonEmpty(cursor, cursor.list(["elif", "else", "fi"]), "fi") });
    word = "elif";
  }
  const otherwise = cursor.takeWord("else") ? nonEmpty(cursor, cursor.list(["fi"]), "fi") : undefined;
  if (!cursor.takeWord("fi")) cursor.fail("fi");
  return { kind: "if", branches, otherwise };
}

function readFor(cursor: Cursor): Kind {
  cursor.takeWord("for");
  if (cursor.dialect === "bash" && cursor.looking("((")) return readCount(cursor);
  const name = cursor.peekWord();
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellSyntaxError("bad for loop variable");
  cursor.takeWord(name);
  cursor.skipLines();
  let words: Word[] | undefined;
  if (cursor.takeWord("in")) {
    words = [];
    for (let word = cursor.word(); word; word = cursor.word()) words.push(word);
  }
  cursor.take(";");
  cursor.skipLines();
  return { kind: "for", name, words, body: readForBody(cursor) };
}

/** `for ((i = 0; i < 3; i++))`. */
function readCount(cursor: Cursor): Kind {
  const text = doubled(cursor);
  const parts = text?.split(";");
  if (parts?.length !== 3) throw new ShellSyntaxError("arithmetic expression required");
  const [first = [], test = [], step = []] = parts.map((one) => readQuoted(cursor.inside(one), undefined));
  cursor.take(";");
  cursor.skipLines();
  return { kind: "count", parts: [first, test, step], body: readForBody(cursor) };
}

function readForBody(cursor: Cursor): List {
  return cursor.dialect === "bash" && cursor.peekWord() === "{"
    ? readBody(cursor, "{", "}")
    : readBody(cursor, "do", "done");
}

/** The text between `((` and its `))`; undefined when those are two brackets that only stand together. */
function doubled(cursor: Cursor): string | undefined {
  cursor.skipBlanks();
  let depth = 0;
  for (let end = cursor.at + 2; end < cursor.text.length; end += 1) {
    const char = cursor.text[end];
    if (char === "(") depth += 1;
    if (char !== ")") continue;
    if (depth > 0) depth -= 1;
    else {
      if (cursor.text[end + 1] !== ")") return undefined;
      const text = cursor.text.slice(cursor.at + 2, end);
      cursor.at = end + 2;
      return text;
    }
  }
  return undefined;
}

function readArithmeticCommand(cursor: Cursor): Word | undefined {
  const text = doubled(cursor);
  return text === undefined ? undefined : readQuoted(cursor.inside(text), undefined);
}

function readCase(cursor: Cursor): Kind {
  cursor.takeWord("case");
  const word = cursor.word() ?? cursor.fail();
  cursor.skipLines();
  if (!cursor.takeWord("in")) cursor.fail("in");
  const clauses: { patterns: Word[]; body: List; end: ";;" | ";&" | ";;&" }[] = [];
  for (cursor.skipLines(); !cursor.takeWord("esac"); cursor.skipLines()) {
    cursor.take("(");
    const patterns = [cursor.word() ?? cursor.fail("esac")];
    while (cursor.take("|")) patterns.push(cursor.word() ?? cursor.fail());
    cursor.expect(")");
    const body = cursor.list(["esac"]);
    const end = ([";;&", ";;", ";&"] as const).find((one) => cursor.take(one));
    if (end === undefined && cursor.peekWord() !== "esac") cursor.fail(";;");
    clauses.push({ patterns, body, end: end ?? ";;" });
  }
  return { kind: "case", word, clauses };
}

const OPERATORS = ["&&", "||", "(", ")", "<", ">"];

/** `[[ … ]]`: its words are neither split nor file names, so they are read here and judged later. */
function readCondition(cursor: Cursor): Kind {
  cursor.takeWord("[[");
  const words: ConditionWord[] = [];
  for (let isPattern = false; ; ) {
    cursor.skipLines();
    if (cursor.takeWord("]]")) return { kind: "condition", words };
    const operator = isPattern ? undefined : OPERATORS.find((one) => cursor.take(one));
    if (operator !== undefined) {
      words.push({ operator });
      continue;
    }
    const plain = cursor.peekWord();
    const word = isPattern ? readRegex(cursor) : cursor.word();
    if (!word) cursor.fail("]]");
    isPattern = plain === "=~";
    words.push(/^(!|=~|==?|!=|-[a-z]{1,2})$/.test(plain) ? { operator: plain } : { word });
  }
}

/** An expression after `=~` may hold brackets and bars. */
function readRegex(cursor: Cursor): Word | undefined {
  const parts: Word[number][] = [];
  for (;;) {
    const found = cursor.word();
    if (found) parts.push(...found);
    const char = cursor.text[cursor.at] ?? "";
    if (found === undefined && parts.length === 0 && !"()|<>".includes(char)) return undefined;
    if (char === "" || !"()|<>".includes(char)) return parts;
    parts.push({ kind: "text", text: char, isQuoted: false });
    cursor.at += 1;
    if (/\s/.test(cursor.text[cursor.at] ?? "")) return parts;
  }
}
