import type { Constrained, Expectation, ExpectationMode, VariableLookup } from "../expectation.ts";
import { foundLines } from "../found-lines.ts";
import { findUnforbidden } from "./forbidden.ts";
import { mutateCounts } from "./mutate-counts.ts";
import { mutateDocument } from "./mutate-document.ts";
import { mutateLines } from "./mutate-lines.ts";
import type { Mutation, MutationKind, Proof, Survivor } from "./mutation.ts";
import { refuses } from "./refuses.ts";

/** The kinds of which a mode has to refuse at least one; what it leaves open on purpose is not among them. */
const MUST_REFUSE: Readonly<Record<ExpectationMode, readonly MutationKind[]>> = {
  lines: ["nothing", "other-line", "changed-value", "dropped-line", "line-twice", "swapped-lines"],
  exact: ["nothing", "other-line", "changed-value", "dropped-line", "line-twice", "swapped-lines"],
  "like-kubectl": ["nothing", "other-line", "changed-value", "dropped-line", "line-twice", "swapped-lines"],
  contains: ["nothing", "other-line", "changed-value", "dropped-line"],
  unordered: ["nothing", "other-line", "changed-value", "dropped-line", "line-twice"],
  not: ["nothing"],
  json: ["nothing", "other-line", "changed-value", "dropped-line"],
  yaml: ["nothing", "other-line", "changed-value", "dropped-line"],
  distribution: ["nothing", "other-line", "changed-value", "dropped-line", "swapped-labels"],
};

/** An output longer than this is proven by its beginning and fewer mutations. */
const MOST_TEXT = 1 << 20;
const MOST_MUTATIONS = 40;

/** Hold all expectations of a command against wrong outputs that are made from one which met them. */
export async function prove(
  expectations: readonly Expectation[],
  output: string,
  lookup: VariableLookup,
): Promise<Proof> {
  const [first] = expectations;
  if (first === undefined) return { tried: 0, refused: 0, words: { lines: 0, of: 0 }, survivors: [] };
  const all = mutationsOf(expectations, output);
  const mutations = output.length > MOST_TEXT ? all.slice(0, MOST_MUTATIONS) : all;
  const refused = new Map<Mutation, boolean>();
  for (const mutation of mutations) refused.set(mutation, await refuses(expectations, mutation.output, lookup));
  const unforbidden = findUnforbidden(expectations, output, lookup);
  const ofKind = (kind: MutationKind): readonly Mutation[] => mutations.filter((one) => one.kind === kind);
  const isCaught = (kind: MutationKind): boolean => ofKind(kind).some((one) => refused.get(one) === true);
  const missed = expectations.flatMap((expectation) =>
    kindsFor(expectation)
      .filter((kind) => ofKind(kind).length > 0 && !isCaught(kind))
      // `not` with a pattern of every line says that nothing is printed.
      .filter((kind) => !(expectation.mode === "not" && kind === "nothing" && isCaught("extra-line")))
      .map((kind): Survivor => ({ kind, expectation })),
  );
  const survivors = [...missed, ...unforbidden].filter(
    (one, index, every) => one.line !== undefined || every.findIndex(({ kind }) => kind === one.kind) === index,
  );
  return {
    tried: mutations.length,
    refused: [...refused.values()].filter(Boolean).length,
    words: wordsOf(ofKind("changed-value"), refused),
    survivors,
  };
}

function mutationsOf(expectations: readonly Expectation[], output: string): readonly Mutation[] {
  const document = expectations.find(({ mode }) => mode === "json" || mode === "yaml")?.mode;
  if (document === "json" || document === "yaml") return mutateDocument(document, output);
  const lines = foundLines(output, "lines").shown;
  if (expectations.some(({ mode }) => mode === "distribution")) return mutateCounts(lines);
  return mutateLines(foundLines(output, expectations.some(({ mode }) => mode === "exact") ? "exact" : "lines").shown);
}

/** What this very expectation has to refuse: where it allows other lines, or equal ones, it says so itself. */
function kindsFor({ mode, lines }: Expectation): readonly MutationKind[] {
  const isOpen = lines.some((line) => line.kind === "elision");
  const written = new Set(lines.map((line) => line.source.trim()));
  return MUST_REFUSE[mode].filter((kind) => {
    if (kind === "line-twice") return !isOpen;
    if (kind === "swapped-lines") return !isOpen && written.size > 1;
    return true;
  });
}

/** A word is held when some other word in its place is noticed: a placeholder holds its kind, `<any>` holds nothing. */
function wordsOf(changes: readonly Mutation[], refused: ReadonlyMap<Mutation, boolean>): Constrained {
  const parts = new Set(changes.map(({ part }) => part));
  const held = new Set(changes.filter((one) => refused.get(one) === true).map(({ part }) => part));
  return { lines: held.size, of: parts.size };
}
