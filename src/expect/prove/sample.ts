import type { ExpectedLine, PatternPart, VariableLookup } from "../expectation.ts";
import { PLACEHOLDERS } from "../placeholders.ts";
import { parsePattern } from "../regex/parse.ts";
import { type CharSet, hasCodePoint, type Node } from "../regex/syntax.ts";

/** Texts of which each is one that the line may match; whoever asks tries them. */
export function samplesOf(line: ExpectedLine, lookup: VariableLookup): readonly string[] {
  if (line.kind === "elision") return [];
  if (line.kind === "literal") return [line.text];
  return [0, 1, 2].map((turn) => line.parts.map((part) => samplePart(part, lookup, turn)).join(""));
}

function samplePart(part: PatternPart, lookup: VariableLookup, turn: number): string {
  if (part.kind === "text") return part.text;
  if (part.kind === "variable") return lookup(part.name) ?? "";
  const known = PLACEHOLDERS.find(({ name }) => `<${name}>` === part.label);
  return known?.example ?? sampleNode(parsePattern(part.source), turn);
}

function sampleNode(node: Node, turn: number): string {
  switch (node.kind) {
    case "assert":
      return "";
    case "chars":
      return sampleChar(node.set);
    case "choice":
      return node.nodes.length === 0 ? "" : sampleNode(node.nodes[turn % node.nodes.length] as Node, turn);
    case "sequence":
      return node.nodes.map((one) => sampleNode(one, turn)).join("");
    case "repeat":
      return sampleNode(node.node, turn).repeat(Math.max(node.min, Math.min(turn, node.max ?? turn)));
  }
}

const TRIED = Array.from("xX1_- .:/", (char) => char.codePointAt(0) ?? 0);

function sampleChar(set: CharSet): string {
  const known = TRIED.find((code) => hasCodePoint(set, code));
  return String.fromCodePoint(known ?? set.ranges[0]?.[0] ?? 0x78);
}
