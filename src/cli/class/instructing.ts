import type { Action, Board, Instructor } from "../../workshop/index.ts";
import { wrapText } from "../screen/lines.ts";
import { showDebrief, showHands, showSteps, showWho, showWords } from "./board-views.ts";
import type { View, Wanted } from "./instructor-words.ts";
import { describeNotice } from "./words.ts";

/** What a view is as text, and as data; the words and the page's link have their own. */
export async function look(
  instructor: Pick<Instructor, "board" | "debrief" | "invitation">,
  wanted: Extract<Wanted, { kind: "view" }>,
  width: number,
): Promise<{ readonly text: string; readonly data: unknown }> {
  if (wanted.view === "debrief") {
    const debrief = await instructor.debrief(wanted.names);
    return { text: showDebrief(debrief, width), data: debrief };
  }
  const { invitation } = instructor;
  if (wanted.view === "invitation") return { text: `${invitation}\n`, data: { invitation } };
  const board = await instructor.board();
  return { text: VIEWS[wanted.view](board, width), data: wanted.view === "hands" ? board.hands : board };
}

const VIEWS: Readonly<Record<Exclude<View, "debrief" | "invitation">, (board: Board, width: number) => string>> = {
  who: showWho,
  steps: showSteps,
  hands: showHands,
  board: (_, width) =>
    `${wrapText("`learn-istio class board`, typed in another terminal, gives the link of the board's page.", width)}\n`,
  help: (_, width) => showWords(width),
};

/** Why an action would change nothing; undefined where it does. */
export function soAlready(action: Action, { state, hands, rows }: Board): string | undefined {
  switch (action.type) {
    case "gate":
      return state.gated.includes(action.step) ? `\`${action.step}\` is gated already.` : undefined;
    case "ungate":
      return state.gated.includes(action.step) ? undefined : `\`${action.step}\` is not gated.`;
    case "helped": {
      const handle = rows.find(({ number }) => number === action.learner)?.handle ?? "";
      return hands.some(({ number }) => number === action.learner) ? undefined : `\`${handle}\` has no hand raised.`;
    }
    default:
      return undefined;
  }
}

/** What an action did, in words. */
export function describeAction(action: Action, { rows }: Board): string {
  const row = "learner" in action ? rows.find(({ number }) => number === action.learner) : undefined;
  const step = action.type === "nudge" && row?.step !== undefined ? { step: row.step } : {};
  const { learner: _, ...body } = { learner: undefined, ...action };
  return `${row?.handle ?? "everybody"} ${describeNotice({ ...body, ...step, number: 1, at: 0 })}`;
}
