import type { CompiledLine } from "./compiled-line.ts";

/**
 * Give each found line to at most one expected line that matches it, and the other way round, so that all required
 * lines and, unless others are allowed, all found lines are served wherever that is possible at all: a maximum
 * matching by augmenting paths. A path never takes a partner away without giving another, so serving the required
 * lines first and then the found ones serves both (Mendelsohn and Dulmage). Result: for each found line its expected one.
 */
export function assign(
  lines: readonly CompiledLine[],
  found: readonly string[],
  mayHaveOthers: boolean,
): (number | undefined)[] {
  const pairs = new Pairs(lines, found);
  for (const [index, line] of lines.entries()) if (!line.isOptional) pairs.serveExpected(index);
  if (mayHaveOthers) for (const [index, line] of lines.entries()) if (line.isOptional) pairs.serveExpected(index);
  if (!mayHaveOthers) for (const index of found.keys()) pairs.serveFound(index);
  return pairs.expectedOf;
}

class Pairs {
  readonly expectedOf: (number | undefined)[];
  readonly #foundOf: (number | undefined)[];
  readonly #edges: readonly (readonly number[])[];
  readonly #backEdges: readonly (readonly number[])[];

  constructor(lines: readonly CompiledLine[], found: readonly string[]) {
    this.expectedOf = found.map(() => undefined);
    this.#foundOf = lines.map(() => undefined);
    this.#edges = edgesOf(lines, found);
    const back: number[][] = found.map(() => []);
    for (const [line, targets] of this.#edges.entries()) for (const target of targets) back[target]?.push(line);
    this.#backEdges = back;
  }

  serveExpected(start: number): void {
    if (this.#foundOf[start] === undefined) augment(start, this.#edges, this.#foundOf, this.expectedOf);
  }

  serveFound(start: number): void {
    if (this.expectedOf[start] === undefined) augment(start, this.#backEdges, this.expectedOf, this.#foundOf);
  }
}

/** Breadth first from a free node on one side to a free one on the other, then swap along the way back. */
function augment(
  start: number,
  edges: readonly (readonly number[])[],
  partnerOf: (number | undefined)[],
  ownerOf: (number | undefined)[],
): void {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const target of edges[node] ?? []) {
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      const owner = ownerOf[target];
      if (owner === undefined) {
        swap(target, cameFrom, partnerOf, ownerOf);
        return;
      }
      queue.push(owner);
    }
  }
}

function swap(
  end: number,
  cameFrom: ReadonlyMap<number, number>,
  partnerOf: (number | undefined)[],
  ownerOf: (number | undefined)[],
): void {
  for (let target: number | undefined = end; target !== undefined; ) {
    const node: number | undefined = cameFrom.get(target);
    if (node === undefined) return;
    const before: number | undefined = partnerOf[node];
    partnerOf[node] = target;
    ownerOf[target] = node;
    target = before;
  }
}

/** Which found lines each line matches. Equal texts are looked up, so that only patterns are tried on every line. */
function edgesOf(lines: readonly CompiledLine[], found: readonly string[]): number[][] {
  const placesOf = new Map<string, number[]>();
  for (const [index, text] of found.entries()) {
    const places = placesOf.get(text);
    if (places === undefined) placesOf.set(text, [index]);
    else places.push(index);
  }
  return lines.map((line) => {
    if (line.unset.length > 0) return [];
    if (line.segments.every((segment) => segment.kind === "text")) {
      const text = line.segments.map((segment) => (segment.kind === "text" ? segment.text : "")).join("");
      return placesOf.get(text) ?? [];
    }
    return [...placesOf].flatMap(([text, places]) => (line.matches(text) ? places : []));
  });
}
