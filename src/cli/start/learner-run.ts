import { random } from "../../files/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { LessonRun, type RunEvent, type RunPorts } from "../../run/index.ts";
import type { SavedState } from "../../shell/index.ts";
import type { Target } from "../../target/index.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { createFilePort } from "../file-port.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { openSession } from "../session-port.ts";
import { overridesFor } from "../variables.ts";

/** A lesson in a learner's own surroundings. */
export interface LearnerRunOptions {
  readonly place: PlaceOfWork;
  readonly target: Target;
  readonly lesson: Lesson;
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** The session's state to begin with; asked again when a session that died is opened anew. */
  readonly restore: () => SavedState | undefined;
  /** What was to be restored ended the bash that it was put into; a session without it is opened. */
  readonly onDeadly?: () => void;
  readonly lendTerminal?: RunPorts["lendTerminal"];
  readonly offer?: RunPorts["offer"];
  readonly refuseHost?: RunPorts["refuseHost"];
}

/** How often a saved session is tried before it is held for what ends the bash. */
const TRIES = 2;

/** Open a lesson's session on the learner's target. Whoever opens it closes it. */
export function openLearnerRun(io: Io, options: Options, about: LearnerRunOptions): Promise<LessonRun> {
  const { place, target, lesson, lendTerminal, offer, refuseHost } = about;
  const { vars } = place.course;
  const write = createFilePort();
  return LessonRun.open(lesson, {
    openSession: async () => {
      const restore = about.restore();
      // Who dies of what it is given dies of it again; a bash that something else killed does not.
      for (let tries = 0; tries < TRIES; tries += 1) {
        const session = await openSession(target, place.course, restore);
        if (session.alive || restore === undefined) return session;
        await session.close();
      }
      about.onDeadly?.();
      return openSession(target, place.course, undefined);
    },
    writeFile: async (_, path, text) => write(target.workspace, path, text),
    emit: about.emit,
    clock: SYSTEM_CLOCK,
    signal: about.signal,
    target: target.name,
    os: process.platform === "darwin" ? "darwin" : "linux",
    runId: random(16).toString("hex"),
    variables: overridesFor([lesson], vars, options.var ?? [], io.env),
    ...(lendTerminal && { lendTerminal }),
    ...(offer && { offer }),
    ...(refuseHost && { refuseHost }),
  });
}

/** What the lesson's variables are now, for the record. */
export async function varsOf(run: LessonRun, place: PlaceOfWork): Promise<Record<string, string>> {
  const names = [...Object.keys(place.course.vars), ...run.lesson.front.vars.map((variable) => variable.name)];
  return Object.fromEntries(await run.session.variables(names));
}
