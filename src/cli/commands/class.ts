import { UsageError } from "../../diagnostics/index.ts";
import { suggest } from "../../text/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";

interface Action {
  run(io: Io, options: Options, place: PlaceOfWork, argument?: string): Promise<number>;
}

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  hand: () => import("../class/hand.ts"),
  host: () => import("../class/host.ts"),
  join: () => import("../class/join.ts"),
  leave: () => import("../class/leave.ts"),
  log: () => import("../class/log.ts"),
};

/** A class of this course: hosted here, or joined from here. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const name = args[0] ?? "";
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const near = suggest(name, Object.keys(ACTIONS));
    throw new UsageError(
      `\`class ${name}\` is nothing, expected \`host\`, \`join\`, \`hand\`, \`leave\` or \`log\`.`,
      near && `did you mean \`${near}\`?`,
    );
  }
  return (await action()).run(io, options, placeOfWork(io, options), args[1]);
}
