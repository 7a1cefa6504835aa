import { breathe } from "../process.ts";
import { evaluateCondition } from "./condition.ts";
import { expandPattern, expandText, expandWords } from "./expand.ts";
import type { Scope } from "./expansion.ts";
import { matchesPattern } from "./pattern.ts";
import type { Runners } from "./runners.ts";
import { runSimple } from "./simple.ts";
import { Jump, type ShellState, type Streams } from "./state.ts";
import type { Command, List } from "./syntax.ts";
import { setVariable } from "./variables.ts";

/** Runs a command whose redirections are done. */
export async function runKind(command: Command, state: ShellState, streams: Streams, run: Runners): Promise<number> {
  const scope = run.scope(state, streams);
  const body = (list: List): Promise<number> => {
    state.status = 0;
    return run.list(list, state, streams);
  };
  switch (command.kind) {
    case "simple":
      return runSimple(command, state, streams, run);
    case "group":
      return run.list(command.body, state, streams);
    case "subshell":
      return run.forked(state, streams, (own, all) => run.list(command.body, own, all));
    case "if":
      for (const { test, body: then } of command.branches) {
        if ((await runTest(test, state, streams, run)) === 0) return body(then);
      }
      return command.otherwise ? body(command.otherwise) : 0;
    case "while":
    case "until": {
      const goesOn = async (): Promise<boolean> =>
        ((await runTest(command.test, state, streams, run)) === 0) === (command.kind === "while");
      return loop(goesOn, () => body(command.body), streams);
    }
    case "for": {
      const values = command.words ? await expandWords(command.words, scope) : [...state.positional];
      let at = 0;
      const next = async (): Promise<boolean> => {
        const value = values[at++];
        if (value !== undefined) setVariable(state, command.name, value);
        return value !== undefined;
      };
      return loop(next, () => body(command.body), streams);
    }
    case "count": {
      const [first, test, step] = command.parts;
      const calculate = async (word: typeof first): Promise<string> => scope.calculate(await expandText(word, scope));
      await calculate(first);
      let isFirst = true;
      const next = async (): Promise<boolean> => {
        if (!isFirst) await calculate(step);
        isFirst = false;
        return (await expandText(test, scope)).trim() === "" || (await calculate(test)) !== "0";
      };
      return loop(next, () => body(command.body), streams);
    }
    case "arithmetic":
      return scope.calculate(await expandText(command.expression, scope)) === "0" ? 1 : 0;
    case "condition":
      return (await evaluateCondition(command.words, state, scope)) ? 0 : 1;
    case "case":
      return runCase(command, scope, body);
    case "function":
      state.functions.set(command.name, command.body);
      return 0;
  }
}

async function runCase(
  { word, clauses }: Extract<Command, { kind: "case" }>,
  scope: Scope,
  run: (body: List) => Promise<number>,
): Promise<number> {
  const text = await expandText(word, scope);
  let status = 0;
  let fallsThrough = false;
  for (const { patterns, body, end } of clauses) {
    let isHit = fallsThrough;
    for (const pattern of patterns) isHit ||= matchesPattern(text, await expandPattern(pattern, scope));
    if (!isHit) continue;
    status = await run(body);
    if (end === ";;") return status;
    fallsThrough = end === ";&";
  }
  return status;
}

/** A condition may fail without ending anything. */
async function runTest(test: List, state: ShellState, streams: Streams, run: Runners): Promise<number> {
  const had = state.options.delete("errexit");
  try {
    return await run.list(test, state, streams);
  } finally {
    if (had) state.options.add("errexit");
  }
}

async function loop(goesOn: () => Promise<boolean>, body: () => Promise<number>, { signal }: Streams): Promise<number> {
  let status = 0;
  for (;;) {
    try {
      if (!(await goesOn())) return status;
      await breathe(signal);
      status = await body();
    } catch (error) {
      if (!(error instanceof Jump) || (error.kind !== "break" && error.kind !== "continue")) throw error;
      if (error.value > 1) throw new Jump(error.kind, error.value - 1);
      status = 0;
      if (error.kind === "break") return status;
    }
  }
}
