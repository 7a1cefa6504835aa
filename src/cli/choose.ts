import { createInterface } from "node:readline/promises";
import type { Io } from "./io.ts";
import { prompt } from "./prompt.ts";

/** One answer to a question: a word, and what it means. */
interface Answer<Name extends string> {
  readonly name: Name;
  readonly summary: string;
}

/**
 * Ask for one of several answers; the first is what Enter gives. Ctrl-C and the end of input are `no`, or the last one
 * where there is no `no`. Call only where `canAsk`.
 */
export async function choose<Name extends string>(
  io: Io,
  question: string,
  answers: readonly Answer<Name>[],
): Promise<Name> {
  const refused = (answers.find(({ name }) => name === "no") ?? answers.at(-1))?.name as Name;
  if (io.interactive) {
    const choices = answers.map(({ name, summary }) => ({ name: `${name}: ${summary}`, value: name }));
    return (await prompt<Name>({ type: "select", message: question, choices })) ?? refused;
  }
  const terminal = createInterface({ input: io.stdin, output: process.stdout, terminal: false });
  try {
    for (const { name, summary } of answers) io.print(`  ${name}: ${summary}\n`);
    const names = answers.map(({ name }) => name);
    for (;;) {
      const typed = (await terminal.question(`${question} (${names.join("/")}) `, { signal: io.signal })).trim();
      const word = typed.toLowerCase();
      const found = word === "" ? names[0] : names.find((name) => name === word || name[0] === word);
      if (found !== undefined) return found;
    }
  } catch {
    return refused;
  } finally {
    terminal.close();
  }
}
