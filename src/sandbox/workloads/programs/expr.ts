import { Failure, type Program } from "../process.ts";
import { posix, toRegExp } from "./pattern.ts";

/** How deep parentheses may nest. */
const MAX_DEPTH = 200;

/** `expr`: one expression, a word each argument; 1 when it is empty or 0, 2 when it is none. */
export const expr: Program = async (process) => {
  const words = process.args[0] === "--" ? process.args.slice(1) : process.args;
  if (words.length === 0) throw new Failure("missing operand", 2);
  const parser = new Parser(words);
  const value = parser.or();
  if (!parser.isOver) throw new Failure(`syntax error: unexpected argument '${parser.next}'`, 2);
  await process.stdout(`${value}\n`);
  return isNothing(value) ? 1 : 0;
};

function isNothing(value: string): boolean {
  return value === "" || /^-?0+$/.test(value);
}

type Operator = (a: string, b: string) => string;

function integer(value: string): bigint {
  if (!/^-?\d+$/.test(value)) throw new Failure("non-integer argument", 2);
  return BigInt(value);
}

function counting(act: (a: bigint, b: bigint) => bigint): Operator {
  return (a, b) => String(act(integer(a), integer(b)));
}

function dividing(act: (a: bigint, b: bigint) => bigint): Operator {
  return counting((a, b) => {
    if (b === 0n) throw new Failure("division by zero", 2);
    return act(a, b);
  });
}

/** Numbers where both are, else texts. */
function comparing(holds: (order: number) => boolean): Operator {
  return (a, b) => {
    const areNumbers = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
    const [x, y] = areNumbers ? [BigInt(a), BigInt(b)] : [a, b];
    return holds(x < y ? -1 : x > y ? 1 : 0) ? "1" : "0";
  };
}

/** The operators from those that bind least, after `|` and `&`. */
const LEVELS: readonly Readonly<Record<string, Operator>>[] = [
  {
    "!=": comparing((order) => order !== 0),
    "<": comparing((order) => order < 0),
    "<=": comparing((order) => order <= 0),
    "=": comparing((order) => order === 0),
    "==": comparing((order) => order === 0),
    ">": comparing((order) => order > 0),
    ">=": comparing((order) => order >= 0),
  },
  { "+": counting((a, b) => a + b), "-": counting((a, b) => a - b) },
  { "%": dividing((a, b) => a % b), "*": counting((a, b) => a * b), "/": dividing((a, b) => a / b) },
  { ":": matched },
];

/** What the pattern's group holds, or how much it matches; it begins where the text does. */
function matched(text: string, pattern: string): string {
  const found = toRegExp(`^(?:${posix(pattern, false)})`, "s").exec(text);
  const hasGroup = /\\\(/.test(pattern);
  if (!found) return hasGroup ? "" : "0";
  return hasGroup ? (found[1] ?? "") : String(found[0].length);
}

class Parser {
  readonly #words: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get isOver(): boolean {
    return this.#at >= this.#words.length;
  }

  get next(): string | undefined {
    return this.#words[this.#at];
  }

  or(): string {
    let value = this.#and();
    while (this.#takes("|")) {
      const other = this.#and();
      value = isNothing(value) ? (isNothing(other) ? "0" : other) : value;
    }
    return value;
  }

  #and(): string {
    let value = this.#level(0);
    while (this.#takes("&")) {
      const other = this.#level(0);
      if (isNothing(value) || isNothing(other)) value = "0";
    }
    return value;
  }

  #level(at: number): string {
    const operators = LEVELS[at];
    if (operators === undefined) return this.#primary();
    let value = this.#level(at + 1);
    for (;;) {
      const word = this.next;
      const act = word !== undefined && Object.hasOwn(operators, word) ? operators[word] : undefined;
      if (!act) return value;
      this.#at += 1;
      value = act(value, this.#level(at + 1));
    }
  }

  #primary(): string {
    const word = this.#take();
    if (word === "(") {
      this.#depth += 1;
      if (this.#depth > MAX_DEPTH) throw new Failure("syntax error: too deep", 2);
      const value = this.or();
      if (this.#take() !== ")") throw new Failure(`syntax error: expecting ')' after '${this.#words.at(-1)}'`, 2);
      this.#depth -= 1;
      return value;
    }
    if (word === "+") return this.#take();
    if (word === "length") return String([...this.#primary()].length);
    if (word === "match") return matched(this.#primary(), this.#primary());
    if (word === "index") {
      const [text, chars] = [this.#primary(), this.#primary()];
      return String([...text].findIndex((char) => chars.includes(char)) + 1);
    }
    if (word === "substr") {
      const [text, from, size] = [this.#primary(), Number(this.#primary()), Number(this.#primary())];
      return from > 0 && size > 0 ? text.slice(from - 1, from - 1 + size) : "";
    }
    return word;
  }

  #take(): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new Failure(`syntax error: missing argument after '${this.#words.at(-1)}'`, 2);
    this.#at += 1;
    return word;
  }

  #takes(word: string): boolean {
    if (this.next !== word) return false;
    this.#at += 1;
    return true;
  }
}
