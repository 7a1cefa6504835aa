import { integer, object, oneOf, optional, type Shape, text, WireError } from "./shape.ts";
import { LIMITS, stepName } from "./wire.ts";

/** What the instructor says to learners: one line, as long as a message on a phone. */
const words = text(LIMITS.text);
/** A learner's number on the board. */
const learner = integer(1, Number.MAX_SAFE_INTEGER);

/** All that an instructor can do, on the page, in the terminal of `class host` and by command: one table for the three. */
const ACTIONS = {
  /** Say something to everybody. */
  announce: object({ type: oneOf(["announce"]), text: words }),
  /** Say something to one learner: the `hint`-th hint of the step that they are at, or words of one's own. */
  nudge: object({ type: oneOf(["nudge"]), learner, hint: optional(integer(1, 1000)), text: optional(words) }),
  /** Nobody goes on to this step until it is opened. */
  gate: object({ type: oneOf(["gate"]), step: stepName }),
  ungate: object({ type: oneOf(["ungate"]), step: stepName }),
  /** The class is at this step: whoever is behind is asked whether to be caught up. */
  "catch-up": object({ type: oneOf(["catch-up"]), step: stepName }),
  /** This learner was helped: the hand is down. */
  helped: object({ type: oneOf(["helped"]), learner }),
  /** The class ends; nobody joins and nothing is taken from then on. */
  close: object({ type: oneOf(["close"]) }),
} satisfies Record<string, Shape<unknown>>;

/** One thing that the instructor does. */
export type Action = { [K in keyof typeof ACTIONS]: ReturnType<(typeof ACTIONS)[K]> }[keyof typeof ACTIONS];

export const ACTION_TYPES = Object.keys(ACTIONS) as readonly Action["type"][];

/** An action of unknown origin. Throws WireError. */
export const action: Shape<Action> = (value, where) => {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== "string" || !Object.hasOwn(ACTIONS, type))
    throw new WireError(`${where}.type`, ACTION_TYPES.join(", "));
  const read = ACTIONS[type as Action["type"]](value, where);
  if (read.type === "nudge" && (read.hint === undefined) === (read.text === undefined))
    throw new WireError(where, "either a `hint` or a `text`");
  return read;
};
