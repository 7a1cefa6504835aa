import { canonicalNumber, DocumentError, MAX_DEPTH, type Value } from "./document.ts";

const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Read one JSON value (RFC 8259). Unlike `JSON.parse` it knows where each value stands, keeps every digit and refuses a key that
 * is given twice. Throws a DocumentError.
 */
export function readJson(text: string): Value {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Value {
    this.#skipBlanks();
    if (depth > MAX_DEPTH) throw new DocumentError(`values nested deeper than ${MAX_DEPTH}`, this.#at);
    const start = this.#at;
    const next = this.#text[start];
    if (next === "{") return this.#object(start, depth);
    if (next === "[") return this.#array(start, depth);
    if (next === '"') return scalar("string", this.#string(), this.#text.slice(start, this.#at), start);
    const word = this.#take(WORD);
    if (word !== undefined) return scalar(word === "null" ? "null" : "boolean", word, word, start);
    const number = this.#take(NUMBER);
    if (number === undefined) throw this.#expected("a value");
    return scalar("number", canonicalNumber(number) ?? number, number, start);
  }

  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#expected("the end after one value");
  }

  #object(start: number, depth: number): Value {
    const entries = new Map<string, Value>();
    this.#at++;
    for (let isFirst = true; !this.#skip("}"); isFirst = false) {
      if (!isFirst && !this.#skip(",")) throw this.#expected("`,` or `}`");
      this.#skipBlanks();
      const at = this.#at;
      if (this.#text[at] !== '"') throw this.#expected("a key in double quotes");
      const key = this.#string();
      if (entries.has(key)) throw new DocumentError(`the key \`${key}\` a second time, expected it once`, at);
      if (!this.#skip(":")) throw this.#expected("`:`");
      entries.set(key, this.value(depth + 1));
    }
    return { kind: "object", entries, start, end: this.#at };
  }

  #array(start: number, depth: number): Value {
    const items: Value[] = [];
    this.#at++;
    for (let isFirst = true; !this.#skip("]"); isFirst = false) {
      if (!isFirst && !this.#skip(",")) throw this.#expected("`,` or `]`");
      items.push(this.value(depth + 1));
    }
    return { kind: "array", items, start, end: this.#at };
  }

  #string(): string {
    const start = this.#at;
    const source = this.#take(STRING);
    if (source !== undefined) return JSON.parse(source) as string;
    throw new DocumentError("a string that has no end or a wrong escape, expected JSON's form", start);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skip(sign: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const next = this.#text[this.#at];
      if (next !== " " && next !== "\n" && next !== "\t" && next !== "\r") return;
      this.#at++;
    }
  }

  #expected(what: string): DocumentError {
    const word = /^[\w.-]+|^[\s\S]/u.exec(this.#text.slice(this.#at, this.#at + 40))?.[0];
    return new DocumentError(`${word === undefined ? "the end" : `\`${word}\``}, expected ${what}`, this.#at);
  }
}

function scalar(type: "null" | "boolean" | "number" | "string", value: string, source: string, start: number): Value {
  return { kind: "scalar", type, value, source, start, end: start + source.length };
}
