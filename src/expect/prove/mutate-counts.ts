import { readCountLine } from "../modes/count-lines.ts";
import { type Mutation, WRONG_LINE } from "./mutation.ts";

/** Wrong counts of a distribution: labels exchanged, all of one label gone to another, a label that nobody knows. */
export function mutateCounts(lines: readonly string[]): readonly Mutation[] {
  const counts = lines.flatMap((line) => readCountLine(line) ?? []).sort((a, b) => b.count - a.count);
  const [most, least] = [counts.at(0), counts.at(-1)];
  const mutations: Mutation[] = [
    { kind: "nothing", output: "" },
    { kind: "other-line", output: `${WRONG_LINE}\n` },
  ];
  if (most === undefined || least === undefined || most === least) return mutations;
  const rest = counts.slice(1, -1);
  const write = (all: readonly { readonly count: number; readonly label: string }[]): string =>
    all.map(({ count, label }) => `${String(count).padStart(7)} ${label}\n`).join("");
  const sum = most.count + least.count;
  mutations.push({ kind: "dropped-line", output: write([{ ...most, count: sum }, ...rest]) });
  const shifted = [{ ...most, count: sum - 1 }, ...rest, { ...least, count: 1 }];
  mutations.push({ kind: "changed-value", output: write(shifted), part: 0 });
  if ((most.count - least.count) / counts.reduce((total, { count }) => total + count, 0) >= 0.15) {
    const exchanged = [{ ...most, count: least.count }, ...rest, { ...least, count: most.count }];
    mutations.push({ kind: "swapped-labels", output: write(exchanged) });
  }
  return mutations;
}
