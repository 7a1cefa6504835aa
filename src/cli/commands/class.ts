import { UsageError } from "../../diagnostics/index.ts";
import { suggest } from "../../text/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";

interface Action {
  /** `words`: all that was typed behind `class`. */
  run(
    io: Io,
    options: Options,
    place: PlaceOfWork,
    argument: string | undefined,
    words: readonly string[],
  ): Promise<number>;
}

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  announce: () => import("../class/instruct.ts"),
  board: () => import("../class/instruct.ts"),
  "catch-up": () => import("../class/instruct.ts"),
  close: () => import("../class/instruct.ts"),
  debrief: () => import("../class/instruct.ts"),
  gate: () => import("../class/instruct.ts"),
  hand: () => import("../class/hand.ts"),
  hands: () => import("../class/instruct.ts"),
  helped: () => import("../class/instruct.ts"),
  host: () => import("../class/host.ts"),
  join: () => import("../class/join.ts"),
  leave: () => import("../class/leave.ts"),
  log: () => import("../class/log.ts"),
  nudge: () => import("../class/instruct.ts"),
  steps: () => import("../class/instruct.ts"),
  ungate: () => import("../class/instruct.ts"),
  who: () => import("../class/instruct.ts"),
};

/** A class of this course: hosted here, or joined from here. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const name = args[0] ?? "";
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const names = Object.keys(ACTIONS);
    const near = suggest(name, names);
    const known = names.map((one) => `\`${one}\``).join(", ");
    throw new UsageError(`\`class ${name}\` is nothing, expected ${known}.`, near && `did you mean \`${near}\`?`);
  }
  return (await action()).run(io, options, placeOfWork(io, options), args[1], args);
}
