import { UsageError } from "../../diagnostics/index.ts";
import { suggest } from "../../text/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";

interface Action {
  run(io: Io, options: Options, place: PlaceOfWork, ...words: string[]): Promise<number>;
}

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  bundle: () => import("../class/bundle.ts"),
  check: () => import("../class/check.ts"),
  hand: () => import("../class/hand.ts"),
  host: () => import("../class/host.ts"),
  join: () => import("../class/join.ts"),
  leave: () => import("../class/leave.ts"),
  log: () => import("../class/log.ts"),
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
  return (await action()).run(io, options, placeOfWork(io, options), ...args.slice(1));
}
