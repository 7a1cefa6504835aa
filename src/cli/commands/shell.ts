import type { Target } from "../../target/index.ts";
import { canAsk } from "../ask.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { lessonState } from "../own-shell/lesson-state.ts";
import { openShell } from "../own-shell/open-shell.ts";
import { wrapText } from "../screen/lines.ts";
import { findHere, type Here } from "../start/here.ts";
import { requireTrust } from "../trust.ts";

/**
 * A bash of the learner's own, as the lesson's session was left: its variables, functions and folder, the target's tools.
 * What is changed in it `start` and `check` go on with. Its exit status is ours. Commands may be piped in.
 */
export async function run(io: Io, options: Options): Promise<number> {
  const here = await findHere(io, options, undefined);
  // The lesson's variables may be commands.
  await requireTrust(io, options, here.place, here.lessons);
  const target = await openPlace(io, options, here.place, true);
  // The terminal's Ctrl-C is for what runs in the shell; this process only waits.
  const giveBack = io.onInterrupt(() => {});
  try {
    const seen = io.now();
    const state = await lessonState(io, options, { place: here.place, lesson: here.lesson, target });
    if (canAsk(io)) greet(io, here, target);
    return await openShell(io, target, { stateDir: here.place.stateDir, lesson: here.lesson.id, state, seen });
  } finally {
    giveBack();
    await target.release();
  }
}

function greet(io: Io, { lesson, number, steps }: Here, target: Target): void {
  const what = `A shell on ${target.label}, as ${lesson.id} was left (step ${number} of ${steps.length}).`;
  const stays = "What you do to the cluster, to files and to variables counts.";
  io.say(`${wrapText(`${what} ${stays} \`exit\` leads back; \`learn-istio check\` looks at your step.`, io.width)}\n`);
}
