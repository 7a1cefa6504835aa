import { Failure } from "../process.ts";

type Lookup = (name: string) => string;
type Assign = (name: string, value: number) => void;

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
const TOKEN = /\s*(0x[0-9a-fA-F]+|\d+|[A-Za-z_]\w*|\+\+|--|[-+*/%]=|<<|>>|[<>=!]=|&&|\|\||[-+*/%<>=!~&|^?:()])/y;
const MAX_NESTING = 100;

/** What `$(( … ))` gives. */
export function arithmetic(text: string, lookup: Lookup, assign: Assign): number {
  const tokens = tokenize(text);
  if (tokens.length === 0) return 0;
  let at = 0;
  let depth = 0;
  const fail = (): never => {
    throw new Failure("arithmetic syntax error", 2);
  };
  const take = (token: string): boolean => tokens[at] === token && ++at > 0;
  const numberOf = (name: string): number => Number(lookup(name)) || 0;

  const primary = (): number => {
    const token = tokens[at++];
    if (token === undefined) return fail();
    if (token === "(") {
      const value = expression();
      return take(")") ? value : fail();
    }
    if (token === "-") return -primary();
    if (token === "+") return primary();
    if (token === "!") return primary() === 0 ? 1 : 0;
    if (token === "~") return ~primary();
    if (/^\d/.test(token)) return /^0\d/.test(token) ? Number.parseInt(token, 8) : Number(token);
    if (!/^[A-Za-z_]/.test(token)) return fail();
    const value = numberOf(token);
    if (take("++")) assign(token, value + 1);
    else if (take("--")) assign(token, value - 1);
    return value;
  };
  const level = (index: number): number => {
    const operators = LEVELS[index];
    if (operators === undefined) return primary();
    let left = level(index + 1);
    for (let operator = tokens[at]; operator !== undefined && operators.includes(operator); operator = tokens[at]) {
      at += 1;
      left = calculate(operator, left, level(index + 1));
    }
    return left;
  };
  const expression = (): number => {
    depth += 1;
    if (depth > MAX_NESTING) return fail();
    const name = tokens[at] ?? "";
    const operator = tokens[at + 1] ?? "";
    if (/^[A-Za-z_]/.test(name) && /^[-+*/%]?=$/.test(operator)) {
      at += 2;
      const right = expression();
      const value = operator === "=" ? right : calculate(operator.slice(0, 1), numberOf(name), right);
      assign(name, value);
      return value;
    }
    const test = level(0);
    if (!take("?")) return test;
    const yes = expression();
    if (!take(":")) return fail();
    const no = expression();
    return test === 0 ? no : yes;
  };
  const value = expression();
  return at === tokens.length ? value : fail();
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

function calculate(operator: string, a: number, b: number): number {
  const flag = (value: boolean): number => (value ? 1 : 0);
  const table: Readonly<Record<string, () => number>> = {
    "||": () => flag(a !== 0 || b !== 0),
    "&&": () => flag(a !== 0 && b !== 0),
    "|": () => a | b,
    "^": () => a ^ b,
    "&": () => a & b,
    "==": () => flag(a === b),
    "!=": () => flag(a !== b),
    "<=": () => flag(a <= b),
    ">=": () => flag(a >= b),
    "<": () => flag(a < b),
    ">": () => flag(a > b),
    "<<": () => a * 2 ** b,
    ">>": () => Math.floor(a / 2 ** b),
    "+": () => a + b,
    "-": () => a - b,
    "*": () => a * b,
    "/": () => Math.trunc(a / divisor(b)),
    "%": () => a % divisor(b),
  };
  return table[operator]?.() ?? 0;
}

function divisor(value: number): number {
  if (value === 0) throw new Failure("divide by zero", 2);
  return value;
}
