import { absolute } from "../container/files.ts";
import { Failure } from "../process.ts";
import { toRegExp } from "../programs/pattern.ts";
import { compare, unary } from "../programs/test.ts";
import { arithmetic } from "./arithmetic.ts";
import { expandPattern, expandRegex, expandText } from "./expand.ts";
import type { Scope } from "./expansion.ts";
import { matchesPattern } from "./pattern.ts";
import type { ShellState } from "./state.ts";
import type { ConditionWord, Word } from "./syntax.ts";
import { numbersOf } from "./variables.ts";

/** How deep brackets may stand in one another. */
const MAX_DEPTH = 200;

/** What `[[ … ]]` says. */
export async function evaluateCondition(
  words: readonly ConditionWord[],
  state: ShellState,
  scope: Scope,
): Promise<boolean> {
  let at = 0;
  let depth = 0;
  const peek = (): string | undefined => words[at]?.operator;
  const fail = (): never => {
    throw new Failure("syntax error in conditional expression", 2);
  };
  const wordAt = (index: number): Word => {
    const found = words[index];
    if (found === undefined) return fail();
    return found.operator === undefined ? found.word : [{ kind: "text", text: found.operator, isQuoted: true }];
  };
  const or = async (): Promise<boolean> => {
    let value = await and();
    while (peek() === "||") {
      at += 1;
      value = (await and()) || value;
    }
    return value;
  };
  const and = async (): Promise<boolean> => {
    let value = await not();
    while (peek() === "&&") {
      at += 1;
      value = (await not()) && value;
    }
    return value;
  };
  const not = async (): Promise<boolean> => {
    let isNegated = false;
    for (; peek() === "!"; at += 1) isNegated = !isNegated;
    return (await primary()) !== isNegated;
  };
  const primary = async (): Promise<boolean> => {
    if (peek() === "(") {
      at += 1;
      depth += 1;
      if (depth > MAX_DEPTH) throw new Failure("nested too deeply", 2);
      const value = await or();
      if (peek() !== ")") fail();
      depth -= 1;
      at += 1;
      return value;
    }
    const operator = words[at + 1]?.operator;
    const isBinary =
      operator !== undefined && !["&&", "||", ")", "(", "!"].includes(operator) && words[at + 2] !== undefined;
    if (isBinary) {
      const left = await expandText(wordAt(at), scope);
      const right = wordAt(at + 2);
      at += 3;
      return binary(left, operator, right);
    }
    const first = peek();
    if (first?.startsWith("-") && words[at + 1] !== undefined) {
      const operand = await expandText(wordAt(at + 1), scope);
      at += 2;
      if (first === "-v") return scope.get(operand) !== undefined || state.arrays.has(operand);
      if (first === "-o") return state.options.has(operand);
      return unary(
        first,
        operand,
        (name, follow) => state.machine.files.find(absolute(state.cwd, name), follow),
        false,
      );
    }
    const text = await expandText(wordAt(at), scope);
    at += 1;
    return text !== "";
  };
  const binary = async (left: string, operator: string, right: Word): Promise<boolean> => {
    if (operator === "=" || operator === "==") return matchesPattern(left, await expandPattern(right, scope));
    if (operator === "!=") return !matchesPattern(left, await expandPattern(right, scope));
    if (operator === "=~") return matchRegex(left, await expandRegex(right, scope), state);
    const text = await expandText(right, scope);
    const number = (one: string): string => String(arithmetic(one, numbersOf(state, scope.get)));
    const isNumeric = /^-(eq|ne|lt|le|gt|ge)$/.test(operator);
    const pair: [string, string] = isNumeric ? [number(left), number(text)] : [left, text];
    return compare(operator, ...pair, (name) => state.machine.files.find(absolute(state.cwd, name))) ?? fail();
  };
  const value = await or();
  return at === words.length ? value : fail();
}

function matchRegex(text: string, source: string, state: ShellState): boolean {
  const match = toRegExp(source, "").exec(text);
  state.arrays.set("BASH_REMATCH", new Map((match ?? []).map((one, index) => [String(index), one ?? ""])));
  return match !== null;
}
