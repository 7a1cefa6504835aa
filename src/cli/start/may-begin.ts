import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import { suggest } from "../../text/index.ts";
import { canAsk, confirm } from "../ask.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { changeSettings } from "../settings.ts";
import { nameList } from "./name-list.ts";

/** Errors: the lesson has no step of that name. */
export function requireStep(lesson: Lesson, step: string | undefined): void {
  const ids = stepsOf(lesson).map((one) => one.id);
  if (step === undefined || ids.includes(step)) return;
  const near = suggest(step, ids);
  throw new UsageError(
    `There is no step \`${step}\` in ${lesson.id}; its steps are ${nameList(ids)}.`,
    near && `did you mean \`${near}\`?`,
  );
}

/** Live works on the user's own Docker: agreed to once for a course, never by itself. Errors: not agreed. */
export async function agreeToLive(
  io: Io,
  options: Options,
  { target, settings, courseDir }: PlaceOfWork,
): Promise<void> {
  if (target !== "live" || settings.liveAgreed) return;
  if (!options.yes) {
    const what =
      "`--target live` works on your own Docker: lessons make and delete clusters there (named `learn-istio`).";
    if (!canAsk(io)) throw new EnvironmentError(what, { hint: "`--yes` agrees." });
    io.print(`${wrapText(what, io.width)}\n`);
    if (!(await confirm(io, "Go on?", false)))
      throw new EnvironmentError("Nothing was run.", { hint: "`--target sandbox` needs no Docker." });
  }
  changeSettings(courseDir, { liveAgreed: true });
}
