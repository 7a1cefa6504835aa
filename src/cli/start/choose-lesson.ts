import { EnvironmentError } from "../../diagnostics/index.ts";
import { readEvidence } from "../../progress/index.ts";
import { readFacts } from "../front.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { prompt } from "../prompt.ts";
import { type Standing, standingOf } from "../standing.ts";

/** Nothing to go on with: what a later lesson needs of these is caught up when it is started. */
const BEHIND: readonly Standing["state"][] = ["completed", "completed elsewhere", "completed, not in force"];
const BEGUN: readonly Standing["state"][] = ["begun", "completed, begun again"];

/** The lesson a learner is at: the one begun last and not completed, else the first not completed, else the last. */
export function currentLesson({ course, settings, stateDir }: PlaceOfWork): {
  readonly id: string;
  readonly fresh: boolean;
} {
  const { records } = readEvidence(stateDir);
  const standings = course.lessons.map(({ id }) => ({ id, ...standingOf(records, id) }));
  const open = standings.filter((one) => !BEHIND.includes(one.state));
  const remembered = open.find((one) => one.id === settings.lesson);
  const begun = open.filter((one) => BEGUN.includes(one.state)).toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0));
  const id = (remembered ?? begun[0] ?? open[0] ?? standings.at(-1))?.id ?? "";
  return { id, fresh: standings.every((one) => one.lastAt === undefined) };
}

/** `start` without a name: where the learner is; the first time on a terminal, a choice of where to begin. */
export async function chooseLesson(io: Io, options: Options, place: PlaceOfWork): Promise<string> {
  const { id, fresh } = currentLesson(place);
  if (!fresh || !io.interactive || options.yes || place.course.lessons.length < 2) return id;
  const choices = (await readFacts(place.course, io.cwd, place.folders.cache)).map((facts) => ({
    name: `${facts.id}  ${facts.title}`,
    value: facts.id,
  }));
  const chosen = await prompt<string>({ type: "select", message: "Where do you want to begin?", choices });
  if (chosen === undefined)
    throw new EnvironmentError("No lesson was chosen.", { hint: "`learn-istio start lesson-01` names one." });
  return chosen;
}
