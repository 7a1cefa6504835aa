import type { Node } from "../container/files.ts";
import { Failure } from "../process.ts";

type Find = (name: string) => Node | undefined;

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
      const compare = NUMBERS[operator];
      if (compare) {
        at += 3;
        return compare(numeric(first), numeric(second));
      }
      const text = STRINGS[operator];
      if (text) {
        at += 3;
        return text(first, second);
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
  const value = or();
  if (at < words.length) throw new Failure(`${words[at]}: unknown operand`, 2);
  return value;
}

function unary(operator: string, operand: string, find: Find, isTty: boolean): boolean {
  if (operator === "-z") return operand === "";
  if (operator === "-n") return operand !== "";
  if (operator === "-t") return isTty;
  const node = find(operand);
  switch (operator) {
    case "-e":
    case "-r":
    case "-w":
      return node !== undefined;
    case "-f":
      return node?.kind === "file";
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
  if (!/^\s*-?\d+\s*$/.test(text)) throw new Failure(`${text}: out of range`, 2);
  return Number(text);
}
