import { type Mutation, WRONG_LINE, WRONG_WORDS } from "./mutation.ts";

/** Lines of an output that are changed; of a longer one, lines from all of it. */
const MOST_LINES = 60;
/** Words of an output that are changed. */
const MOST_WORDS = 240;

/** Wrong outputs made of lines that were seen. A mutation that leaves the lines as they are is none. */
export function mutateLines(lines: readonly string[]): readonly Mutation[] {
  const textOf = (changed: readonly string[]): string => changed.map((line) => `${line}\n`).join("");
  const some = sampleOf([...lines.keys()], MOST_LINES);
  const mutations: Mutation[] = [{ kind: "extra-line", output: textOf([...lines, WRONG_LINE]) }];
  if (lines.length > 0) mutations.push({ kind: "nothing", output: "" });
  for (const at of some) {
    const line = lines[at] ?? "";
    const next = lines[at + 1];
    mutations.push({ kind: "other-line", output: textOf(lines.with(at, WRONG_LINE)) });
    // One of several equal lines that is gone is gone all the same: the count tells.
    if (lines.length > 1) mutations.push({ kind: "dropped-line", output: textOf(lines.toSpliced(at, 1)) });
    mutations.push({ kind: "line-twice", output: textOf(lines.toSpliced(at, 0, line)) });
    if (next !== undefined && next.trim() !== line.trim())
      mutations.push({ kind: "swapped-lines", output: textOf(lines.with(at, next).with(at + 1, line)) });
  }
  return [...mutations, ...changedWords(lines, textOf)];
}

function changedWords(lines: readonly string[], textOf: (lines: readonly string[]) => string): readonly Mutation[] {
  return wordsOf(lines).flatMap(({ line, start, end }, part) => {
    const text = lines[line] ?? "";
    const word = text.slice(start, end);
    return [reshaped(word), ...WRONG_WORDS]
      .filter((other) => other !== word)
      .map((other): Mutation => {
        const changed = text.slice(0, start) + other + text.slice(end);
        return { kind: "changed-value", output: textOf(lines.with(line, changed)), part };
      });
  });
}

interface Word {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

function wordsOf(lines: readonly string[]): readonly Word[] {
  const words = lines.flatMap((text, line) =>
    [...text.matchAll(/\S+/g)].map((match) => ({ line, start: match.index, end: match.index + match[0].length })),
  );
  return sampleOf(words, MOST_WORDS);
}

/** Another word of the same shape: a digit for a digit, a letter for a letter. */
export function reshaped(word: string): string {
  const other = word.replaceAll(/[0-9a-zA-Z]/g, (char) => {
    if (char === "9") return "3";
    if (char === "z") return "c";
    if (char === "Z") return "C";
    return String.fromCharCode(char.charCodeAt(0) + 1);
  });
  return other === word ? `${word}x` : other;
}

/** So many of them at most, from all over, always the same ones. */
export function sampleOf<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)] as T);
}
