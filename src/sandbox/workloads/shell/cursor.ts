import type { Command, List, Word } from "./syntax.ts";
import { ShellSyntaxError } from "./syntax.ts";

/** Deeper than anybody writes. */
const MAX_DEPTH = 100;
/** So many commands and expansions may stand in one another: a reader has a stack of its own that ends. */
const MAX_NESTED = 200;

/** The grammars: busybox's ash, Debian's dash, bash. */
export type Dialect = "ash" | "dash" | "bash";

/** Source text and a place in it: what reading words and commands is made of. */
export abstract class Cursor {
  readonly text: string;
  readonly dialect: Dialect;
  readonly depth: number;
  readonly aliases: ReadonlyMap<string, string>;
  readonly #firstLine: number;
  at = 0;
  #nested = 0;
  #counted = 0;
  #lines = 0;

  constructor(text: string, dialect: Dialect, depth: number, aliases: ReadonlyMap<string, string>, firstLine = 1) {
    if (depth > MAX_DEPTH) throw new ShellSyntaxError("nested too deeply");
    this.text = text;
    this.dialect = dialect;
    this.depth = depth;
    this.aliases = aliases;
    this.#firstLine = firstLine;
  }

  /** Reads a program up to the closing `)` or backquote. */
  abstract program(end: ")" | "`"): List;
  /** The same reader for a text that stood inside of this one. */
  abstract inside(text: string): Cursor;
  abstract list(ends: readonly string[]): List;
  abstract command(): Command;
  abstract word(): Word | undefined;
  /** What begins with a line's end: the bodies of here-documents. */
  abstract readDocuments(isStrict?: boolean): void;

  /** Reads something that may hold the same again. */
  nested<T>(read: () => T): T {
    if (this.#nested >= MAX_NESTED) throw new ShellSyntaxError("nested too deeply");
    this.#nested += 1;
    try {
      return read();
    } finally {
      this.#nested -= 1;
    }
  }

  get line(): number {
    for (; this.#counted < this.at; this.#counted += 1) if (this.text[this.#counted] === "\n") this.#lines += 1;
    return this.#firstLine + this.#lines;
  }

  isAtEnd(): boolean {
    this.skipBlanks();
    return this.at >= this.text.length;
  }

  fail(expecting?: string): never {
    this.skipBlanks();
    const more = expecting === undefined ? "" : ` (expecting "${expecting}")`;
    if (this.at >= this.text.length)
      throw new ShellSyntaxError(`unexpected end of file${more}`, true, undefined, expecting);
    const rest = this.text.slice(this.at, this.at + 200);
    const found = /^(;;|&&|\|\||[;&|()<>]|\n|[^\s;&|()<>]+)/.exec(rest)?.[0] ?? "";
    const shown = found === "\n" ? "newline" : `"${found}"`;
    throw new ShellSyntaxError(`unexpected ${shown}${more}`, false, found, expecting);
  }

  expect(text: string): void {
    if (!this.looking(text)) this.fail(text);
    this.at += text.length;
  }

  looking(text: string): boolean {
    this.skipBlanks();
    return this.text.startsWith(text, this.at);
  }

  take(text: string): boolean {
    if (!this.looking(text)) return false;
    this.at += text.length;
    return true;
  }

  peekWord(): string {
    this.skipBlanks();
    return /^[^\s;&|()<>'"\\$`]+/.exec(this.text.slice(this.at, this.at + 100))?.[0] ?? "";
  }

  takeWord(word: string): boolean {
    if (this.peekWord() !== word || /['"\\$`]/.test(this.text[this.at + word.length] ?? "")) return false;
    this.at += word.length;
    return true;
  }

  skipBlanks(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char === " " || char === "\t") this.at += 1;
      else if (char === "\\" && this.text[this.at + 1] === "\n") this.at += 2;
      else if (char === "#" && /^$|[\s;&|()]/.test(this.text[this.at - 1] ?? "")) {
        while (this.at < this.text.length && this.text[this.at] !== "\n") this.at += 1;
      } else return;
    }
  }

  skipLines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.text[this.at] !== "\n") return;
      this.takeLineEnd();
    }
  }

  takeLineEnd(): void {
    this.at += 1;
    this.readDocuments();
  }
}
