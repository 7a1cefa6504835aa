import { PatternError } from "./pattern-error.ts";
import type { Assertion, CharSet, Node } from "./syntax.ts";

/** One instruction of a pattern's automaton. `next`, `other`: where to go on. */
type Instruction =
  | { readonly op: "chars"; readonly set: CharSet }
  | { readonly op: "assert"; readonly at: Assertion }
  | { readonly op: "split"; next: number; other: number }
  | { readonly op: "jump"; next: number }
  | { readonly op: "accept" };

export type Program = readonly Instruction[];

/** What the largest sensible line needs many times over; bounds both memory and the time for one character. */
const MAX_INSTRUCTIONS = 20_000;

/** Compile a tree to an automaton (Thompson's construction). Throws a PatternError where repetitions multiply too far. */
export function compile(node: Node): Program {
  if (sizeOf(node) > MAX_INSTRUCTIONS) throw new PatternError("The pattern's repetitions multiply too far", 0);
  const program: Instruction[] = [];
  emit(node, program);
  program.push({ op: "accept" });
  return program;
}

function sizeOf(node: Node): number {
  switch (node.kind) {
    case "chars":
    case "assert":
      return 1;
    case "sequence":
      return node.nodes.reduce((sum, child) => sum + sizeOf(child), 0);
    case "choice":
      return node.nodes.reduce((sum, child) => sum + sizeOf(child) + 2, 0);
    case "repeat":
      return sizeOf(node.node) * Math.max(1, node.max ?? node.min + 1) + 2 + (node.max ?? 0);
  }
}

function emit(node: Node, program: Instruction[]): void {
  switch (node.kind) {
    case "chars":
      program.push({ op: "chars", set: node.set });
      return;
    case "assert":
      program.push({ op: "assert", at: node.at });
      return;
    case "sequence":
      for (const child of node.nodes) emit(child, program);
      return;
    case "choice":
      emitChoice(node.nodes, program);
      return;
    case "repeat":
      emitRepeat(node, program);
  }
}

function emitChoice(nodes: readonly Node[], program: Instruction[]): void {
  const jumps: { next: number }[] = [];
  for (const [index, node] of nodes.entries()) {
    if (index === nodes.length - 1) {
      emit(node, program);
      break;
    }
    const split = { op: "split" as const, next: program.length + 1, other: -1 };
    program.push(split);
    emit(node, program);
    const jump = { op: "jump" as const, next: -1 };
    program.push(jump);
    jumps.push(jump);
    split.other = program.length;
  }
  for (const jump of jumps) jump.next = program.length;
}

function emitRepeat(node: Node & { kind: "repeat" }, program: Instruction[]): void {
  for (let count = 0; count < node.min; count++) emit(node.node, program);
  if (node.max === undefined) {
    const split = { op: "split" as const, next: program.length + 1, other: -1 };
    const start = program.length;
    program.push(split);
    emit(node.node, program);
    program.push({ op: "jump", next: start });
    split.other = program.length;
    return;
  }
  const splits: { other: number }[] = [];
  for (let count = node.min; count < node.max; count++) {
    const split = { op: "split" as const, next: program.length + 1, other: -1 };
    program.push(split);
    splits.push(split);
    emit(node.node, program);
  }
  for (const split of splits) split.other = program.length;
}
