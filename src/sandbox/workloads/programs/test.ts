import type { Node } from "../container/files.ts";
import { Failure } from "../process.ts";

type Find = (name: string, follow?: boolean) => Node | undefined;

const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};

const STRINGS: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};

/** What `test` says of its words. Throws a `Failure` with code 2 for what is no expression. */
export function evaluateTest(words: readonly string[], find: Find, isTty: boolean): boolean {
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (words[at] === "-o") {
      at += 1;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (words[at] === "-a") {
      at += 1;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    if (words[at] !== "!" || at + 1 >= words.length) return primary();
    at += 1;
    return !not();
  };
  const primary = (): boolean => {
    const [first, operator, second] = words.slice(at, at + 3);
    if (first === undefined) throw new Failure("argument expected", 2);
    if (operator !== undefined && second !== undefined) {
      const found = compare(operator, first, second, find);
      if (found !== undefined) {
        at += 3;
        return found;
      }
    }
    if (first === "(") {
      at += 1;
      const value = or();
      if (words[at++] !== ")") throw new Failure("closing paren expected", 2);
      return value;
    }
    if (/^-[a-zA-Z]$/.test(first) && operator !== undefined) {
      at += 2;
      return unary(first, operator, find, isTty);
    }
    at += 1;
    return first !== "";
  };
  if (words.length === 0) return false;
  if (words.length === 1) return words[0] !== "";
  const value = or();
  if (at < words.length) throw new Failure(`${words[at]}: unknown operand`, 2);
  return value;
}

/** What stands between two words; undefined for what is no operator. */
export function compare(operator: string, first: string, second: string, find: Find): boolean | undefined {
  const numbers = NUMBERS[operator];
  if (numbers) return numbers(numeric(first), numeric(second));
  const texts = STRINGS[operator];
  if (texts) return texts(first, second);
  const [a, b] = [find(first), find(second)];
  if (operator === "-nt") return a !== undefined && (b === undefined || a.changed > b.changed);
  if (operator === "-ot") return b !== undefined && (a === undefined || a.changed < b.changed);
  return operator === "-ef" ? a !== undefined && a === b : undefined;
}

/** What stands before one word. Throws a `Failure` with code 2 for what is no operator. */
export function unary(operator: string, operand: string, find: Find, isTty: boolean): boolean {
  if (operator === "-z") return operand === "";
  if (operator === "-n") return operand !== "";
  if (operator === "-t") return isTty;
  const node = find(operand, operator !== "-L" && operator !== "-h");
  switch (operator) {
    case "-a":
    case "-e":
    case "-r":
    case "-O":
    case "-G":
      return node !== undefined;
    case "-w":
      return node !== undefined && !(node.kind === "file" && node.isReadOnly === true);
    case "-c":
      return node?.kind === "file" && node.device !== undefined;
    case "-b":
    case "-g":
    case "-k":
    case "-p":
    case "-S":
    case "-u":
      return false;
    case "-f":
      return node?.kind === "file" && node.device === undefined;
    case "-d":
      return node?.kind === "directory";
    case "-s":
      return node !== undefined && (node.kind !== "file" || node.data.length > 0);
    case "-x":
      return node !== undefined && (node.mode & 0o111) !== 0;
    case "-L":
    case "-h":
      return node?.kind === "link";
    default:
      throw new Failure(`${operator}: unknown operand`, 2);
  }
}

function numeric(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Failure(`Illegal number: ${text}`, 2);
  return Number(text);
}
