import type { AndOr, Assignment, Command, List, Pipeline, Redirect, Word } from "./syntax.ts";
import { ShellSyntaxError } from "./syntax.ts";
import { readQuoted, readWord, type Source } from "./words.ts";

const RESERVED = new Set("if then elif else fi while until do done for case esac { } !".split(" "));
/** Deeper than anybody writes. */
const MAX_DEPTH = 100;

/** Reads a program. Throws `ShellSyntaxError` with busybox's words. */
export function parseShell(text: string): List {
  const parser = new Parser(text, 0, 0);
  const list = parser.list([]);
  if (!parser.isAtEnd()) parser.fail();
  return list;
}

class Parser implements Source {
  readonly text: string;
  at: number;
  readonly #depth: number;
  #documents: { delimiter: string; isLiteral: boolean; trims: boolean; fill: (word: Word) => void }[] = [];

  constructor(text: string, at: number, depth: number) {
    if (depth > MAX_DEPTH) throw new ShellSyntaxError("nested too deeply");
    this.text = text;
    this.at = at;
    this.#depth = depth;
  }

  program(end: ")" | "`"): List {
    if (end === "`") {
      const match = /^((?:[^`\\]|\\[\s\S])*)`/.exec(this.text.slice(this.at));
      if (!match) throw new ShellSyntaxError("unterminated backquote", true);
      this.at += match[0].length;
      const body = (match[1] ?? "").replaceAll(/\\([$`\\])/g, "$1");
      const inner = new Parser(body, 0, this.#depth + 1);
      const list = inner.list([]);
      if (!inner.isAtEnd()) inner.fail();
      return list;
    }
    const inner = new Parser(this.text, this.at, this.#depth + 1);
    const list = inner.list([]);
    inner.#expect(")");
    this.at = inner.at;
    return list;
  }

  inside(text: string): Source {
    return new Parser(text, 0, this.#depth + 1);
  }

  /** Commands up to one of the reserved words, or to what cannot begin a command. */
  list(ends: readonly string[]): List {
    const items: { pipelines: AndOr; isBackground: boolean }[] = [];
    for (;;) {
      this.#skipLines();
      if (this.isAtEnd() || ends.includes(this.#peekWord()) || this.#looking(")") || this.#looking(";;")) break;
      const pipelines = this.#andOr();
      const isBackground = this.#looking("&") && !this.#looking("&&");
      items.push({ pipelines, isBackground });
      if (isBackground) this.at += 1;
      else if (this.#looking(";") && !this.#looking(";;")) this.at += 1;
      else if (!this.#looking("\n")) break;
    }
    return { items };
  }

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.at >= this.text.length;
  }

  fail(expecting?: string): never {
    this.#skipBlanks();
    const more = expecting === undefined ? "" : ` (expecting "${expecting}")`;
    if (this.at >= this.text.length) throw new ShellSyntaxError(`unexpected end of file${more}`, true);
    const found = /^(;;|&&|\|\||[;&|()<>]|\n|[^\s;&|()<>]+)/.exec(this.text.slice(this.at))?.[0] ?? "";
    throw new ShellSyntaxError(`unexpected ${found === "\n" ? "newline" : `"${found}"`}${more}`);
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
    for (;;) {
      const operator = this.#looking("&&") ? "&&" : this.#looking("||") ? "||" : undefined;
      if (operator === undefined) return { first, rest };
      this.at += 2;
      this.#skipLines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    const isNegated = this.#takeWord("!");
    const commands = [this.#command()];
    while (this.#looking("|") && !this.#looking("||")) {
      this.at += 1;
      this.#skipLines();
      commands.push(this.#command());
    }
    return { isNegated, commands };
  }

  #command(): Command {
    const compound = this.#compound();
    if (!compound) return this.#simple();
    const redirects: Redirect[] = [];
    for (let one = this.#redirect(); one; one = this.#redirect()) redirects.push(one);
    return { ...compound, redirects } as unknown as Command;
  }

  #compound(): Record<string, unknown> | undefined {
    if (this.#looking("(")) {
      this.at += 1;
      const inner = new Parser(this.text, this.at, this.#depth + 1);
      const body = inner.list([]);
      inner.#expect(")");
      this.at = inner.at;
      return { kind: "subshell", body };
    }
    const word = this.#peekWord();
    if (word === "{") return { kind: "group", body: this.#body("{", "}") };
    if (word === "if") return this.#if();
    if (word === "while" || word === "until") {
      this.#takeWord(word);
      const test = this.list(["do"]);
      return { kind: word, test, body: this.#body("do", "done") };
    }
    if (word === "for") return this.#for();
    if (word === "case") return this.#case();
    if (RESERVED.has(word) && word !== "!") this.fail();
    const named =
      /^(?:function[ \t]+([A-Za-z_][\w-]*)[ \t]*(?:\(\))?|([A-Za-z_][\w-]*)[ \t]*\([ \t]*\))\s*(?=[{(])/.exec(
        this.text.slice(this.at),
      );
    if (!named) return undefined;
    this.at += named[0].length;
    return { kind: "function", name: named[1] ?? named[2], body: this.#command() };
  }

  #if(): Record<string, unknown> {
    const branches: { test: List; body: List }[] = [];
    let word = "if";
    while (this.#takeWord(word)) {
      const test = this.list(["then"]);
      if (!this.#takeWord("then")) this.fail("then");
      branches.push({ test, body: this.list(["elif", "else", "fi"]) });
      word = "elif";
    }
    const otherwise = this.#takeWord("else") ? this.list(["fi"]) : undefined;
    if (!this.#takeWord("fi")) this.fail("fi");
    return { kind: "if", branches, otherwise };
  }

  #for(): Record<string, unknown> {
    this.#takeWord("for");
    const name = this.#peekWord();
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellSyntaxError("bad for loop variable");
    this.#takeWord(name);
    this.#skipLines();
    let words: Word[] | undefined;
    if (this.#takeWord("in")) {
      words = [];
      for (let word = this.#word(); word; word = this.#word()) words.push(word);
    }
    if (this.#looking(";")) this.at += 1;
    this.#skipLines();
    return { kind: "for", name, words, body: this.#body("do", "done") };
  }

  #case(): Record<string, unknown> {
    this.#takeWord("case");
    const word = this.#word() ?? this.fail();
    this.#skipLines();
    if (!this.#takeWord("in")) this.fail("in");
    const clauses: { patterns: Word[]; body: List }[] = [];
    for (this.#skipLines(); !this.#takeWord("esac"); this.#skipLines()) {
      if (this.#looking("(")) this.at += 1;
      const patterns = [this.#word() ?? this.fail("esac")];
      while (this.#looking("|")) {
        this.at += 1;
        patterns.push(this.#word() ?? this.fail());
      }
      this.#expect(")");
      clauses.push({ patterns, body: this.list(["esac"]) });
      if (this.#looking(";;")) this.at += 2;
      else if (this.#peekWord() !== "esac") this.fail(";;");
    }
    return { kind: "case", word, clauses };
  }

  #body(begin: string, end: string): List {
    this.#skipLines();
    if (!this.#takeWord(begin)) this.fail(begin);
    const body = this.list([end]);
    if (!this.#takeWord(end)) this.fail(end);
    return body;
  }

  #simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const redirect = this.#redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const assigned = words.length === 0 ? /^([A-Za-z_]\w*)=/.exec(this.text.slice(this.at, this.at + 200)) : null;
      if (assigned) {
        this.at += assigned[0].length;
        assignments.push({ name: assigned[1] ?? "", value: readWord(this) ?? [] });
        continue;
      }
      const word = this.#word();
      if (!word) break;
      words.push(word);
    }
    if (assignments.length + words.length + redirects.length === 0) this.fail();
    return { kind: "simple", assignments, words, redirects };
  }

  #redirect(): Redirect | undefined {
    this.#skipBlanks();
    const match = /^(\d?)(<<-?|<&|>&|>>|>\||<>|&>|<|>)/.exec(this.text.slice(this.at, this.at + 5));
    if (!match) return undefined;
    this.at += match[0].length;
    const found = match[2] === ">|" ? ">" : (match[2] ?? "");
    const fd = match[1] ? Number(match[1]) : found.startsWith("<") ? 0 : 1;
    const start = this.at;
    const target = this.#word() ?? this.fail();
    if (!found.startsWith("<<")) return { fd, operator: found as Redirect["operator"], target };
    const source = this.text.slice(start, this.at).trim();
    const redirect: { fd: number; operator: "<<"; target: Word } = { fd, operator: "<<", target };
    this.#documents.push({
      delimiter: source.replaceAll(/['"\\]/g, ""),
      isLiteral: /['"\\]/.test(source),
      trims: found === "<<-",
      fill: (word) => {
        redirect.target = word;
      },
    });
    return redirect;
  }

  #readDocuments(): void {
    for (const { delimiter, isLiteral, trims, fill } of this.#documents.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.at >= this.text.length) throw new ShellSyntaxError("unexpected end of file", true);
        const end = this.text.indexOf("\n", this.at);
        const raw = this.text.slice(this.at, end < 0 ? undefined : end);
        this.at = end < 0 ? this.text.length : end + 1;
        const line = trims ? raw.replace(/^\t+/, "") : raw;
        if (line === delimiter) break;
        lines.push(`${line}\n`);
      }
      const text = lines.join("");
      fill(
        isLiteral ? [{ kind: "text", text, isQuoted: true }] : readQuoted(new Parser(text, 0, this.#depth), undefined),
      );
    }
  }

  #word(): Word | undefined {
    this.#skipBlanks();
    return readWord(this);
  }

  #expect(text: string): void {
    if (!this.#looking(text)) this.fail(text);
    this.at += text.length;
  }

  #looking(text: string): boolean {
    this.#skipBlanks();
    return this.text.startsWith(text, this.at);
  }

  #peekWord(): string {
    this.#skipBlanks();
    return /^[^\s;&|()<>'"\\$`]+/.exec(this.text.slice(this.at, this.at + 100))?.[0] ?? "";
  }

  #takeWord(word: string): boolean {
    if (this.#peekWord() !== word) return false;
    this.at += word.length;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === " " || char === "\t") this.at += 1;
      else if (char === "\\" && this.text[this.at + 1] === "\n") this.at += 2;
      else if (char === "#" && /^$|[\s;&|()]/.test(this.text[this.at - 1] ?? "")) {
        while (this.at < this.text.length && this.text[this.at] !== "\n") this.at += 1;
      } else return;
    }
  }

  #skipLines(): void {
    for (;;) {
      this.#skipBlanks();
      if (this.text[this.at] !== "\n") return;
      this.at += 1;
      this.#readDocuments();
    }
  }
}
