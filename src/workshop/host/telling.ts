import type { Action } from "../action.ts";
import type { CourseStep } from "../board/course-step.ts";
import { handSince, type Standing } from "../board/hands.ts";
import type { StepName } from "../board/progress.ts";
import type { ClassState, Notice } from "../notice.ts";
import { Refusal } from "./refusal.ts";

/** A notice before it has a number and a moment. */
export type NoticeBody = Notice extends infer N ? (N extends Notice ? Omit<N, "number" | "at"> : never) : never;

/** What an action makes the host tell, and whom: one learner, by their number, or all. */
export interface Telling {
  readonly learner?: number;
  readonly body: NoticeBody;
}

/** What an action is judged by. */
export interface Room {
  readonly state: ClassState;
  readonly steps: readonly CourseStep[];
  standing(number: number): Standing | undefined;
}

/** What is to be told; undefined where all is so already. Throws a Refusal for what the class does not have. */
export function tellingOf(action: Action, room: Room): Telling | undefined {
  if (room.state.closed) throw new Refusal(410, "The class is closed.");
  switch (action.type) {
    case "announce":
      return { body: action };
    case "nudge":
      return nudge(action, room);
    case "gate":
      stepOf(action.step, room);
      return room.state.gated.includes(action.step) ? undefined : { body: action };
    case "ungate":
      return room.state.gated.includes(stepOf(action.step, room).step) ? { body: action } : undefined;
    case "catch-up":
      stepOf(action.step, room);
      return { body: action };
    case "helped": {
      const standing = learnerOf(action.learner, room);
      return handSince(standing) === undefined ? undefined : { learner: action.learner, body: { type: "helped" } };
    }
    case "close":
      return { body: action };
  }
}

function nudge({ learner, hint, text }: Extract<Action, { type: "nudge" }>, room: Room): Telling {
  const { handle, progress } = learnerOf(learner, room);
  const step = room.steps.find((one) => one.step === progress.step);
  if (hint !== undefined && step === undefined)
    throw new Refusal(409, `\`${handle}\` is at no step of the course, so there is no hint to show.`);
  const hints = step?.hintTitles.length ?? 0;
  if (hint !== undefined && hint > hints) {
    const has = hints === 0 ? "no hint" : hints === 1 ? "1 hint" : `${hints} hints`;
    throw new Refusal(409, `\`${step?.step}\` has ${has}, so none is number ${hint}.`);
  }
  const told = hint === undefined ? { text: text ?? "" } : { hint };
  return { learner, body: { type: "nudge", ...(step !== undefined && { step: step.step }), ...told } };
}

function stepOf(step: StepName, { steps }: Room): CourseStep {
  const found = steps.find((one) => one.step === step);
  if (found === undefined) throw new Refusal(404, `The course has no step \`${step}\`.`);
  return found;
}

function learnerOf(number: number, room: Room): Standing {
  const standing = room.standing(number);
  if (standing === undefined || standing.left) throw new Refusal(404, `Nobody in the class has the number ${number}.`);
  return standing;
}
