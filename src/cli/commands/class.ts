import { UsageError } from "../../diagnostics/index.ts";
import { suggest } from "../../text/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";

interface Action {
  /** `words`: what was typed behind the action's name. */
  run(io: Io, options: Options, place: PlaceOfWork, ...words: string[]): Promise<number>;
}

/** What the instructor does while the class is hosted; its name is its first word. */
const instruct = async (name: string): Promise<Action> => {
  const { run: instructor } = await import("../class/instruct.ts");
  return { run: (io, options, place, ...words) => instructor(io, options, place, [name, ...words]) };
};

const ACTIONS: Readonly<Record<string, (name: string) => Promise<Action>>> = {
  announce: instruct,
  board: instruct,
  bundle: () => import("../class/bundle.ts"),
  "catch-up": instruct,
  check: () => import("../class/check.ts"),
  close: instruct,
  debrief: instruct,
  export: () => import("../class/export.ts"),
  forget: () => import("../class/forget.ts"),
  gate: instruct,
  hand: () => import("../class/hand.ts"),
  hands: instruct,
  helped: instruct,
  host: () => import("../class/host.ts"),
  invitation: instruct,
  join: () => import("../class/join.ts"),
  leave: () => import("../class/leave.ts"),
  log: () => import("../class/log.ts"),
  nudge: instruct,
  steps: instruct,
  ungate: instruct,
  who: instruct,
};

const NAMES = Object.keys(ACTIONS).map((name) => `\`${name}\``);
const EXPECTED = `${NAMES.slice(0, -1).join(", ")} or ${NAMES.at(-1)}`;

/** A class of this course: hosted here, or joined from here. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const name = args[0] ?? "";
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const near = suggest(name, Object.keys(ACTIONS));
    throw new UsageError(`\`class ${name}\` is nothing, expected ${EXPECTED}.`, near && `did you mean \`${near}\`?`);
  }
  return (await action(name)).run(io, options, placeOfWork(io, options), ...args.slice(1));
}
