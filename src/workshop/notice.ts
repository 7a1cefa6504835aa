import { boolean, integer, object, oneOf, optional, type Shape, text, WireError } from "./shape.ts";
import { LIMITS, stepName } from "./wire.ts";

/** Every notice of a class has a number, from 1 on; a learner asks for those after the last that was seen. */
const number = integer(1, Number.MAX_SAFE_INTEGER);
const at = integer(0, 8.64e15);
const words = text(LIMITS.text);

/** What the host tells learners: to all, or (`nudge`, `helped`) to one. */
const NOTICES = {
  announce: object({ type: oneOf(["announce"]), number, at, text: words }),
  /** The `hint`-th hint of `step`, whose text the learner's own course has, or words of the instructor's. */
  nudge: object({
    type: oneOf(["nudge"]),
    number,
    at,
    step: optional(stepName),
    hint: optional(integer(1, 1000)),
    text: optional(words),
  }),
  gate: object({ type: oneOf(["gate"]), number, at, step: stepName }),
  ungate: object({ type: oneOf(["ungate"]), number, at, step: stepName }),
  "catch-up": object({ type: oneOf(["catch-up"]), number, at, step: stepName }),
  helped: object({ type: oneOf(["helped"]), number, at }),
  close: object({ type: oneOf(["close"]), number, at }),
} satisfies Record<string, Shape<unknown>>;

/** One thing that a learner is told. */
export type Notice = { [K in keyof typeof NOTICES]: ReturnType<(typeof NOTICES)[K]> }[keyof typeof NOTICES];

/** A notice of unknown origin. Throws WireError. */
export const notice: Shape<Notice> = (value, where) => {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type === "string" && Object.hasOwn(NOTICES, type)) return NOTICES[type as Notice["type"]](value, where);
  throw new WireError(`${where}.type`, Object.keys(NOTICES).join(", "));
};

/** Steps that nobody goes on to; none is a list, too. */
const gated: Shape<readonly string[]> = (value, where) => {
  if (!Array.isArray(value) || value.length > 1000) throw new WireError(where, "a list of at most 1000 steps");
  return value.map((one, index) => stepName(one, `${where}[${index}]`));
};

/** How the class stands, whatever was missed of how it came to: the first thing on a learner's stream, and told again after each change. */
export const classState = object({
  gated,
  /** Where the class is, once the instructor said so. */
  step: optional(stepName),
  closed: boolean,
});

export type ClassState = ReturnType<typeof classState>;

/** How a class stands that was told nothing yet. */
export const NEW_CLASS: ClassState = { gated: [], closed: false };

/** How the class stands after one more notice; the very same state where that changes nothing. */
export function nextState(state: ClassState, notice: Notice): ClassState {
  switch (notice.type) {
    case "gate":
      return state.gated.includes(notice.step) ? state : { ...state, gated: [...state.gated, notice.step] };
    case "ungate":
      return { ...state, gated: state.gated.filter((step) => step !== notice.step) };
    case "catch-up":
      return { ...state, step: notice.step };
    case "close":
      return { ...state, closed: true };
    default:
      return state;
  }
}
