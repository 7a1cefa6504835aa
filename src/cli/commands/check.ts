import { UsageError } from "../../diagnostics/index.ts";
import { tallyOf } from "../../run/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { applyChanges, pendingChanges } from "../own-shell/own-shells.ts";
import { readSavedSession } from "../saved-session.ts";
import { beginForLook } from "../start/begin-for-look.ts";
import { findHere } from "../start/here.ts";
import { openLearnerRun } from "../start/learner-run.ts";
import { View } from "../start/view.ts";
import { requireTrust } from "../trust.ts";

/**
 * Look again, now: each check of the step at hand (or of the checkpoint, when the lesson is complete) once. Records
 * nothing and takes no lock. Exit 1 when one does not hold, and when there is none: nothing was proved then.
 */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  if (options.all) {
    if (args[0] !== undefined)
      throw new UsageError("`check --all` is about every lesson.", `Leave \`${args[0]}\` or \`--all\` away.`);
    return (await import("./check-all.ts")).checkAll(io, options);
  }
  const { place, lessons, lesson, step, number } = await findHere(io, options, args[0]);
  const name = `${lesson.id}#${step.id}`;
  if (step.checks.length === 0) {
    if (options.json) io.print(`${JSON.stringify({ version: 1, step: name, checks: [] }, null, 2)}\n`);
    else
      io.say(
        `\`${name}\` was not passed yet, and has no checks: what it prints is its proof. \`learn-istio start ${lesson.id}\` runs it.\n`,
      );
    // It is the step to go on with, and nothing was looked at: that is no "all right".
    return EXIT.failed;
  }
  await requireTrust(io, options, place, lessons);
  const { stateDir } = place;
  const target = await openPlace(io, options, place, false);
  const view = new View(io);
  try {
    const run = await openLearnerRun(io, options, {
      place,
      target,
      lesson,
      signal: io.signal,
      restore: () => readSavedSession(stateDir, lesson.id),
      emit: (event) => {
        if (!options.json && event.type.startsWith("check-")) view.accept(event);
      },
    });
    try {
      if (tallyOf(run.ready) !== "passed") {
        io.say("The lesson's variables could not be set.\n");
        return EXIT.failed;
      }
      await applyChanges(run.session, pendingChanges(stateDir, lesson.id, target.workspace));
      await beginForLook(run, place, number - 1);
      if (!options.json) view.line(`${name} [${target.label}]`);
      const outcomes = await run.runChecks(step, step.checks, { once: true, all: true });
      const found = outcomes.map(({ check, verdict }) => ({ id: check.id, title: check.title, verdict }));
      if (options.json) io.print(`${JSON.stringify({ version: 1, step: name, checks: found }, null, 2)}\n`);
      const failing = found.filter(({ verdict }) => verdict.kind !== "pass" && verdict.kind !== "skipped");
      if (!options.json) for (const { title, verdict } of failing) view.checkDetail(title, verdict);
      if (io.interrupted()) return EXIT.interrupted;
      return failing.length === 0 ? EXIT.ok : EXIT.failed;
    } finally {
      await run.close();
    }
  } finally {
    await target.release();
  }
}
