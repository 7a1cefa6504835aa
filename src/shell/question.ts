import type { ControlRecord } from "./protocol.ts";

/** Something that bash is asked between two blocks, one at a time. */
export class Question {
  #answer: ((record: ControlRecord | undefined) => void) | undefined;

  /** Ask by `send`; undefined when the session ends before the answer. `giveUp` is called when none comes for so long. */
  ask(send: () => void, giveUp: () => void, limitMs: number): Promise<ControlRecord | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(giveUp, limitMs);
      this.#answer = (record) => {
        clearTimeout(timer);
        this.#answer = undefined;
        resolve(record);
      };
      send();
    });
  }

  /** Bash has answered, or, with undefined, will never. */
  answer(record: ControlRecord | undefined): void {
    this.#answer?.(record);
  }
}

/** Names and values, which come in turn. */
export function pairsIn(fields: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) values.set(fields[at] ?? "", fields[at + 1] ?? "");
  return values;
}
