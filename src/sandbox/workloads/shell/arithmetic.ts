import { Failure } from "../process.ts";

/** The variables of an expression. */
export interface Variables {
  get(name: string, index: string | undefined): string;
  set(name: string, index: string | undefined, value: string): void;
}

/** Tighter ones later. */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const TOKEN =
  /\s*(0[xX][0-9a-fA-F]+|\d+#[\w@]+|\d+|[A-Za-z_]\w*(?:\[[^\]]*\])?|<<=|>>=|\+\+|--|\*\*|[-+*/%&|^]=|<<|>>|[<>=!]=|&&|\|\||[-+*/%<>=!~&|^?:(),])/y;
const MAX_NESTING = 100;

/** What `$(( … ))` gives: whole numbers of 64 bits. */
export function arithmetic(text: string, variables: Variables): bigint {
  return new Evaluation(text, variables, 0).run();
}

class Evaluation {
  readonly #tokens: string[];
  readonly #text: string;
  readonly #variables: Variables;
  readonly #nested: number;
  #at = 0;
  #depth = 0;
  /** Inside of what is read but not done: the other side of `?:`, of `&&`. */
  #skipped = 0;

  constructor(text: string, variables: Variables, nested: number) {
    if (nested > MAX_NESTING) throw new Failure("expression recursion level exceeded", 2);
    this.#text = text;
    this.#tokens = tokenize(text);
    this.#variables = variables;
    this.#nested = nested;
  }

  run(): bigint {
    if (this.#tokens.length === 0) return 0n;
    const value = this.#comma();
    return this.#at === this.#tokens.length ? value : this.#fail();
  }

  #comma(): bigint {
    let value = this.#expression();
    while (this.#take(",")) value = this.#expression();
    return value;
  }

  #expression(): bigint {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) this.#fail();
    try {
      const name = this.#tokens[this.#at] ?? "";
      const operator = this.#tokens[this.#at + 1] ?? "";
      if (/^[A-Za-z_]/.test(name) && /^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) {
        this.#at += 2;
        const right = this.#expression();
        const value = operator === "=" ? right : this.#calculate(operator.slice(0, -1), this.#get(name), right);
        return this.#set(name, value);
      }
      const test = this.#level(0);
      if (!this.#take("?")) return test;
      const yes = this.#when(test !== 0n, () => this.#expression());
      if (!this.#take(":")) return this.#fail();
      const no = this.#when(test === 0n, () => this.#expression());
      return test === 0n ? no : yes;
    } finally {
      this.#depth -= 1;
    }
  }

  #level(index: number): bigint {
    const operators = LEVELS[index];
    if (operators === undefined) return this.#power();
    let left = this.#level(index + 1);
    for (let operator = this.#tokens[this.#at]; operator && operators.includes(operator); ) {
      this.#at += 1;
      const known = operator;
      const before = left;
      const isNeeded = known === "&&" ? before !== 0n : known === "||" ? before === 0n : true;
      const right = this.#when(isNeeded, () => this.#level(index + 1));
      left = this.#calculate(known, before, right);
      operator = this.#tokens[this.#at];
    }
    return left;
  }

  #power(): bigint {
    const base = this.#unary();
    if (!this.#take("**")) return base;
    const exponent = this.#power();
    if (exponent < 0n) throw new Failure("exponent less than 0", 2);
    return BigInt.asIntN(64, base ** (exponent > 100_000n ? 100_000n : exponent));
  }

  #unary(): bigint {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return this.#fail();
    if (token === "-") return BigInt.asIntN(64, -this.#unary());
    if (token === "+") return this.#unary();
    if (token === "!") return this.#unary() === 0n ? 1n : 0n;
    if (token === "~") return ~this.#unary();
    if (token === "++" || token === "--") {
      const name = this.#tokens[this.#at++] ?? "";
      if (!/^[A-Za-z_]/.test(name)) return this.#fail();
      return this.#set(name, this.#get(name) + (token === "++" ? 1n : -1n));
    }
    if (token === "(") {
      const value = this.#comma();
      return this.#take(")") ? value : this.#fail();
    }
    if (/^\d/.test(token)) return this.#number(token);
    if (!/^[A-Za-z_]/.test(token)) return this.#fail();
    const value = this.#get(token);
    if (this.#take("++")) this.#set(token, value + 1n);
    else if (this.#take("--")) this.#set(token, value - 1n);
    return value;
  }

  #number(token: string): bigint {
    const [base, digits] = token.split("#");
    if (digits !== undefined) {
      let value = 0n;
      for (const digit of digits.toLowerCase()) {
        const one = Number.parseInt(digit, 36);
        if (Number.isNaN(one) || one >= Number(base)) throw new Failure(`${token}: value too great for base`, 2);
        value = value * BigInt(base ?? 10) + BigInt(one);
      }
      return BigInt.asIntN(64, value);
    }
    if (/^0\d/.test(token)) return /^[0-7]+$/.test(token) ? BigInt(`0o${token.slice(1)}`) : this.#fail();
    return BigInt.asIntN(64, BigInt(token));
  }

  #get(token: string): bigint {
    const { name, index } = placeOf(token);
    const text = this.#variables.get(name, index).trim();
    if (text === "") return 0n;
    if (/^[-+]?(?:[1-9]\d*|0)$/.test(text)) return BigInt.asIntN(64, BigInt(text.replace("+", "")));
    return new Evaluation(text, this.#variables, this.#nested + 1).run();
  }

  #set(token: string, value: bigint): bigint {
    const { name, index } = placeOf(token);
    const kept = BigInt.asIntN(64, value);
    if (this.#skipped === 0) this.#variables.set(name, index, String(kept));
    return kept;
  }

  /** Reads on in any case; what is not wanted has no effect. */
  #when(isNeeded: boolean, read: () => bigint): bigint {
    if (!isNeeded) this.#skipped += 1;
    try {
      return read();
    } finally {
      if (!isNeeded) this.#skipped -= 1;
    }
  }

  #calculate(operator: string, a: bigint, b: bigint): bigint {
    if ((operator === "/" || operator === "%") && b === 0n) {
      if (this.#skipped > 0) return 0n;
      throw new Failure("divide by zero", 2);
    }
    return BigInt.asIntN(64, CALCULATIONS[operator]?.(a, b) ?? 0n);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #fail(): never {
    throw new Failure(`arithmetic syntax error${this.#nested > 0 ? `: ${this.#text}` : ""}`, 2);
  }
}

const flag = (value: boolean): bigint => (value ? 1n : 0n);
const CALCULATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "||": (a, b) => flag(a !== 0n || b !== 0n),
  "&&": (a, b) => flag(a !== 0n && b !== 0n),
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "&": (a, b) => a & b,
  "==": (a, b) => flag(a === b),
  "!=": (a, b) => flag(a !== b),
  "<=": (a, b) => flag(a <= b),
  ">=": (a, b) => flag(a >= b),
  "<": (a, b) => flag(a < b),
  ">": (a, b) => flag(a > b),
  "<<": (a, b) => a << (b & 63n),
  ">>": (a, b) => a >> (b & 63n),
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

function placeOf(token: string): { name: string; index: string | undefined } {
  const at = token.indexOf("[");
  return at < 0 ? { name: token, index: undefined } : { name: token.slice(0, at), index: token.slice(at + 1, -1) };
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const match = TOKEN.exec(text);
    if (!match) throw new Failure("arithmetic syntax error", 2);
    tokens.push(match[1] ?? "");
  }
  return tokens;
}
