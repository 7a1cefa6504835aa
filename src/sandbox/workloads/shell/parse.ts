import { Cursor, type Dialect } from "./cursor.ts";
import { readCompound } from "./parse-compound.ts";
import type { AndOr, Assignment, Command, List, Pipeline, Redirect, Word } from "./syntax.ts";
import { ShellSyntaxError } from "./syntax.ts";
import { readQuoted, readWord } from "./words.ts";

const NO_ALIASES: ReadonlyMap<string, string> = new Map();
const REDIRECT = /^(\d*)(<<<|<<-?|<&|>&|>>|>\||<>|&>>|&>|<|>)/;
const ASSIGNED = /^([A-Za-z_]\w*)(\[[^\]=]*\])?(\+?)=/;

/** Reads a whole program. Throws `ShellSyntaxError` with busybox's words. */
export function parseShell(text: string, dialect: Dialect = "ash"): List {
  const parser = new Parser(text, dialect, 0, NO_ALIASES);
  const list = parser.list([]);
  if (!parser.isAtEnd()) parser.fail();
  parser.readDocuments(true);
  return list;
}

/** Reads a program line by line, as shells do: what stands before a mistake is run. Undefined at the end. */
export function lineReader(
  text: string,
  dialect: Dialect,
  aliases: ReadonlyMap<string, string>,
): () => List | undefined {
  const parser = new Parser(text, dialect, 0, aliases);
  return () => {
    try {
      return parser.nextLine();
    } catch (error) {
      if (error instanceof ShellSyntaxError) error.line = parser.line;
      throw error;
    }
  };
}

interface Document {
  readonly delimiter: string;
  readonly isLiteral: boolean;
  readonly trims: boolean;
  readonly fill: (word: Word) => void;
}

class Parser extends Cursor {
  #documents: Document[] = [];

  program(end: ")" | "`"): List {
    if (end === "`") {
      const match = /^((?:[^`\\]|\\[\s\S])*)`/.exec(this.text.slice(this.at));
      if (!match) throw new ShellSyntaxError("unterminated backquote", true);
      this.at += match[0].length;
      const inner = this.inside((match[1] ?? "").replaceAll(/\\([$`\\])/g, "$1"));
      const list = inner.list([]);
      if (!inner.isAtEnd()) inner.fail();
      return list;
    }
    const inner = this.inside(this.text);
    inner.at = this.at;
    const list = inner.list([]);
    inner.expect(")");
    this.at = inner.at;
    return list;
  }

  inside(text: string): Parser {
    return new Parser(text, this.dialect, this.depth + 1, this.aliases);
  }

  nextLine(): List | undefined {
    this.skipLines();
    if (this.isAtEnd()) return undefined;
    const list = this.list([], true);
    if (this.isAtEnd()) {
      this.readDocuments();
      return list;
    }
    if (this.text[this.at] !== "\n") this.fail();
    this.takeLineEnd();
    return list;
  }

  /** Commands up to one of the reserved words, or to what cannot begin a command. */
  list(ends: readonly string[], isLine = false): List {
    const items: { pipelines: AndOr; isBackground: boolean; text: string }[] = [];
    for (;;) {
      if (isLine) this.skipBlanks();
      else this.skipLines();
      if (this.isAtEnd() || ends.includes(this.peekWord()) || this.looking(")") || this.looking(";;")) break;
      if (this.looking(";&") || (isLine && this.looking("\n"))) break;
      const start = this.at;
      const pipelines = this.#andOr();
      const isBackground = this.looking("&") && !this.looking("&&");
      items.push({ pipelines, isBackground, text: isBackground ? this.text.slice(start, this.at).trim() : "" });
      if (isBackground) this.at += 1;
      else if (this.looking(";") && !this.looking(";;") && !this.looking(";&")) this.at += 1;
      else if (isLine || !this.looking("\n")) break;
    }
    return { items };
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
    for (;;) {
      const operator = this.take("&&") ? "&&" : this.take("||") ? "||" : undefined;
      if (operator === undefined) return { first, rest };
      this.skipLines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    const isTimed = this.takeWord("time");
    if (isTimed) this.takeWord("-p");
    const isNegated = this.takeWord("!");
    const commands = [this.command()];
    while (this.looking("|") && !this.looking("||")) {
      this.at += 1;
      const withErrors = this.dialect === "bash" && this.text[this.at] === "&";
      if (withErrors) this.at += 1;
      this.skipLines();
      const last = commands.at(-1);
      if (withErrors && last) {
        const both: Redirect = { fd: 2, operator: ">&", target: [{ kind: "text", text: "1", isQuoted: false }] };
        commands[commands.length - 1] = { ...last, redirects: [...last.redirects, both] };
      }
      commands.push(this.command());
    }
    return { isNegated, isTimed, commands };
  }

  command(): Command {
    return this.nested(() => this.#command());
  }

  #command(): Command {
    const compound = readCompound(this);
    if (!compound) return this.#simple();
    const redirects: Redirect[] = [];
    for (let one = this.#redirect(); one; one = this.#redirect()) redirects.push(one);
    return { ...compound, redirects };
  }

  #simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    this.skipBlanks();
    const { line } = this;
    const alias = this.#alias();
    if (alias) return alias;
    for (;;) {
      const redirect = this.#redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const assignment = words.length === 0 || isDeclaring(words) ? this.#assignment(words.length > 0) : undefined;
      if (assignment) {
        assignments.push(assignment);
        continue;
      }
      const word = this.word();
      if (!word) break;
      words.push(word);
    }
    if (assignments.length + words.length + redirects.length === 0 || this.looking("(")) this.fail();
    return { kind: "simple", assignments, words, redirects, line };
  }

  /** A command's first word that is an alias stands for the alias' text. */
  #alias(): Command | undefined {
    const name = this.aliases.size === 0 ? "" : this.peekWord();
    const text = this.aliases.get(name);
    if (text === undefined || this.depth > 0) return undefined;
    const end = /^[^\n;&|]*/.exec(this.text.slice(this.at + name.length))?.[0] ?? "";
    const others = new Map(this.aliases);
    others.delete(name);
    const inner = new Parser(`${text} ${end}`, this.dialect, this.depth, others, this.line);
    const command = inner.command();
    if (!inner.isAtEnd()) return undefined;
    this.at += name.length + end.length;
    return command;
  }

  /** `name=value`, `name+=value`, `name[1]=value`, `name=(a b)`. After `declare` only lists are not plain words. */
  #assignment(isArgument: boolean): Assignment | undefined {
    const match = ASSIGNED.exec(this.text.slice(this.at, this.at + 200));
    if (!match) return undefined;
    const isBash = this.dialect === "bash";
    const isList = isBash && this.text[this.at + match[0].length] === "(";
    if ((isArgument && !isList) || (!isBash && (match[2] || (match[3] && this.dialect === "dash")))) return undefined;
    this.at += match[0].length;
    const index = match[2] === undefined ? undefined : readQuoted(this.inside(match[2].slice(1, -1)), undefined);
    const common = { name: match[1] ?? "", index, adds: match[3] === "+", isList };
    if (!isList) return { ...common, value: readWord(this) ?? [] };
    this.at += 1;
    const value: { index: Word | undefined; word: Word }[] = [];
    for (this.skipLines(); !this.take(")"); this.skipLines()) {
      const own = /^\[([^\]]*)\]=/.exec(this.text.slice(this.at, this.at + 200));
      if (own) this.at += own[0].length;
      const word = own ? (readWord(this) ?? []) : (this.word() ?? this.fail(")"));
      value.push({ index: own ? readQuoted(this.inside(own[1] ?? ""), undefined) : undefined, word });
    }
    return { ...common, value };
  }

  #redirect(): Redirect | undefined {
    this.skipBlanks();
    const match = REDIRECT.exec(this.text.slice(this.at, this.at + 12));
    if (!match || this.text.startsWith("<(", this.at) || this.text.startsWith(">(", this.at)) return undefined;
    const found = match[2] ?? "";
    if (found === "<<<" && this.dialect !== "bash") this.fail();
    if (found.startsWith("&>") && this.dialect === "dash") return undefined;
    this.at += match[0].length;
    const fd = match[1] ? Number(match[1]) : found.startsWith("<") ? 0 : 1;
    this.skipBlanks();
    const start = this.at;
    const target = this.word() ?? this.fail();
    if (found !== "<<" && found !== "<<-") return { fd, operator: found as Redirect["operator"], target };
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

  /** A here-document may end with the text, but for one who could still type more. */
  readDocuments(isStrict = false): void {
    for (const { delimiter, isLiteral, trims, fill } of this.#documents.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.at >= this.text.length) {
          if (isStrict || this.depth > 0) throw new ShellSyntaxError("unexpected end of file", true);
          break;
        }
        const end = this.text.indexOf("\n", this.at);
        const raw = this.text.slice(this.at, end < 0 ? undefined : end);
        this.at = end < 0 ? this.text.length : end + 1;
        const line = trims ? raw.replace(/^\t+/, "") : raw;
        if (line === delimiter) break;
        lines.push(`${line}\n`);
      }
      const text = lines.join("");
      fill(isLiteral ? [{ kind: "text", text, isQuoted: true }] : readQuoted(this.inside(text), undefined, true));
    }
  }

  word(): Word | undefined {
    this.skipBlanks();
    return readWord(this);
  }
}

const DECLARING = new Set(["declare", "typeset", "local", "readonly", "export"]);

function isDeclaring(words: readonly Word[]): boolean {
  const first = words[0]?.[0];
  return first?.kind === "text" && DECLARING.has(first.text);
}
