import type { HttpAnswer } from "./model.ts";
import { type Effect, LATE, type Task } from "./task.ts";

/** What tasks need of the world. */
export interface Surroundings {
  /** Resolves after so many milliseconds; never when the signal says before that nobody waits any more. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly ask: (asked: Extract<Effect, { kind: "ask" }>) => Promise<HttpAnswer>;
  /** Side work that failed: nobody waits for it. */
  readonly onError: (error: unknown) => void;
}

/** Runs a task against the world. */
export async function perform<T>(task: Task<T>, surroundings: Surroundings): Promise<T> {
  let step = task.next();
  while (!step.done) {
    let input: unknown;
    try {
      input = await answerTo(step.value, surroundings);
    } catch (error) {
      step = task.throw(error);
      continue;
    }
    step = task.next(input);
  }
  return step.value;
}

async function answerTo(effect: Effect, surroundings: Surroundings): Promise<unknown> {
  switch (effect.kind) {
    case "wait":
      return surroundings.sleep(effect.ms);
    case "ask":
      return surroundings.ask(effect);
    case "park":
      return new Promise<void>(effect.register);
    case "spawn":
      perform(effect.task, surroundings).catch(surroundings.onError);
      return undefined;
    case "within": {
      const isDone = new AbortController();
      const result = perform(effect.task, surroundings).finally(() => isDone.abort());
      return Promise.race([result, surroundings.sleep(effect.ms, isDone.signal).then(() => LATE)]);
    }
  }
}
