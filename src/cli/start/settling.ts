import { EnvironmentError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import type { LessonRun } from "../../run/index.ts";
import { applyChanges, forgetEnded, markTaken, pendingChanges } from "../own-shell/own-shells.ts";
import { SharedVariables } from "../own-shell/shared-variables.ts";
import { writeSavedSession } from "../saved-session.ts";
import { varsOf } from "./learner-run.ts";
import type { Taking } from "./taking.ts";

/** What follows a step: its state is kept, or a session that died is opened anew from what was kept. */
export class Settling {
  readonly #taking: Taking;
  readonly #run: LessonRun;
  readonly #said = new Set<string>();
  readonly #shared: SharedVariables;

  constructor(taking: Taking, run: LessonRun) {
    this.#taking = taking;
    this.#run = run;
    this.#shared = new SharedVariables(taking.place.stateDir);
  }

  /** Before the first step: what the session holds already is no news. */
  async begin(): Promise<void> {
    forgetEnded(this.#taking.place.stateDir, this.#taking.lesson.id);
    if (!(await this.refresh())) this.#shared.known((await this.#run.session.save()).variables);
  }

  /** Take over what the learner did in shells of their own, before anything runs here. Returns whether there was anything. */
  async refresh(): Promise<boolean> {
    const { place, lesson, target } = this.#taking;
    const changes = pendingChanges(place.stateDir, lesson.id, target.workspace).filter(
      ({ sources }) => sources.length > 0,
    );
    if (changes.length === 0 || !this.#run.session.alive) return false;
    await applyChanges(this.#run.session, changes);
    const state = await this.#run.session.save();
    writeSavedSession(place.stateDir, lesson.id, state);
    markTaken(changes);
    this.#shared.known(state.variables);
    return true;
  }

  async settle(): Promise<void> {
    const { place, lesson, view, recording } = this.#taking;
    if (!this.#run.session.alive) {
      if (recording.drop()) throw lostState(lesson);
      view.sentence("The session ended. A new one goes on from the state after the step before.", "  ");
      await this.#run.reopen();
    }
    const state = await this.#run.session.save().catch((cause: unknown) => {
      throw recording.drop() ? lostState(lesson, cause) : cause;
    });
    recording.settle(lesson.id, state);
    this.#shared.tell(state.variables, Date.now());
    this.#remember(state.lost);
    recording.setVars(await varsOf(this.#run, place));
  }

  /** What an earlier run had and could not keep; said once. */
  sayLost(lost: readonly string[]): void {
    for (const line of lost.filter((one) => !this.#said.has(one))) {
      this.#said.add(line);
      this.#taking.view.sentence(`Not carried over: ${line}`, "  ");
    }
  }

  /** While the session lives nothing is lost yet. */
  #remember(lost: readonly string[]): void {
    for (const line of lost) this.#said.add(line);
  }
}

/** Something killed bash right after a step had passed: what it left in the session went with it. */
function lostState({ id }: Lesson, cause?: unknown): EnvironmentError {
  const hint = `\`learn-istio start ${id}\` goes on at this step.`;
  return new EnvironmentError("The session ended before its state could be kept.", { hint, cause });
}
