import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../diagnostics/index.ts";
import type { SavedState } from "../../shell/index.ts";
import type { Target } from "../../target/index.ts";
import { canAsk } from "../ask.ts";
import type { Io } from "../io.ts";
import { openTarget } from "../open-target.ts";
import type { Options } from "../options.ts";
import { readSavedSession } from "../saved-session.ts";
import { wrapText } from "../screen/lines.ts";
import { findHere, type Here } from "../start/here.ts";
import { openLearnerRun } from "../start/learner-run.ts";

/**
 * A bash of the learner's own, as the lesson's session was left: its variables, functions and folder, the target's tools.
 * What is changed in it stays in it. Its exit status is ours. Commands may be piped in.
 */
export async function run(io: Io, options: Options): Promise<number> {
  const here = await findHere(io, options, undefined);
  const { folders, stateDir, target: name } = here.place;
  const target = await openTarget(io, options, { name, folders, stateDir, cluster: "none", mayAsk: true });
  // The terminal's Ctrl-C is for what runs in the shell; this process only waits.
  const giveBack = io.onInterrupt(() => {});
  const folder = mkdtempSync(path.join(tmpdir(), "learn-istio-shell-"));
  try {
    const state = await stateOf(io, options, here, target);
    const startup = path.join(folder, "bashrc");
    writeFileSync(startup, startupOf(state, target), { mode: 0o600 });
    if (canAsk(io)) greet(io, here, target);
    return await openBash(io, target, startup);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    giveBack();
    await target.release();
  }
}

/** What `start` would go on with now: the saved session, and the lesson's variables. */
async function stateOf(io: Io, options: Options, { place, lesson }: Here, target: Target): Promise<SavedState> {
  const restore = () => readSavedSession(place.stateDir, lesson.id);
  const run = await openLearnerRun(io, options, { place, target, lesson, signal: io.signal, restore, emit: () => {} });
  try {
    return await run.session.save();
  } finally {
    await run.close();
  }
}

/** Options that the session has because it has no terminal, or as its own habit: not for a shell that somebody types in. */
const TERMINAL_OPTIONS =
  /^(?:set [-+]o (?:emacs|vi|history|histexpand|monitor|notify|ignoreeof|pipefail)|shopt -[su] (?:checkwinsize|histappend|progcomp|interactive_comments|cmdhist))$/;

function startupOf({ source }: SavedState, { name }: Target): string {
  const lines = source.split("\n").filter((line) => !TERMINAL_OPTIONS.test(line));
  return `unset BASH_ENV\n${lines.join("\n")}\nPS1='[${name}] \\W \\$ '\n`;
}

function greet(io: Io, { lesson, number, steps }: Here, target: Target): void {
  const what = `A shell on ${target.label}, as ${lesson.id} was left (step ${number} of ${steps.length}).`;
  const stays = "What you do to the cluster and to files counts; variables that you set stay in this shell.";
  io.say(
    `${wrapText(`${what} ${stays} \`exit\` leads back; \`learn-istio check\` then looks at your step.`, io.width)}\n`,
  );
}

async function openBash(io: Io, target: Target, startup: string): Promise<number> {
  // bash reads one file where there is a terminal, and the one that BASH_ENV names where commands are piped in.
  const args = ["--noprofile", "--rcfile", startup];
  const result = await execa("bash", args, {
    cwd: target.workspace,
    env: { ...without(target.env, ["COLUMNS", "LINES"]), TERM: io.env.TERM ?? "dumb", BASH_ENV: startup },
    extendEnv: false,
    stdio: "inherit",
    reject: false,
  });
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new EnvironmentError("`bash` could not be started.", { hint: "Install bash.", cause: result.cause });
  }
  return result.exitCode ?? 1;
}

function without(env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}
