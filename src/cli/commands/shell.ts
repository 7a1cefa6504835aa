import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { forTyping, quote, type SavedState, shellFile } from "../../shell/index.ts";
import type { Target } from "../../target/index.ts";
import { canAsk } from "../ask.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { lessonState } from "../own-shell/lesson-state.ts";
import { ownShellFolder, SHARED_FILE } from "../own-shell/own-shells.ts";
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
  const folder = mkdtempSync(path.join(tmpdir(), "learn-istio-shell-"));
  try {
    const seen = io.now();
    const state = await lessonState(io, options, { place: here.place, lesson: here.lesson, target });
    const startup = path.join(folder, "bashrc");
    writeFileSync(startup, startupOf(state, target, here, seen), { mode: 0o600 });
    if (canAsk(io)) greet(io, here, target);
    return await openBash(io, target, startup);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    giveBack();
    await target.release();
  }
}

/** `seen`: what the lesson's steps have set until then is in the state. */
function startupOf({ source }: SavedState, { name }: Target, { lesson, place }: Here, seen: number): string {
  const folder = ownShellFolder(place.stateDir);
  const lines = [
    "unset BASH_ENV",
    forTyping(source),
    `PS1='[${name}] \\W \\$ '`,
    `__li_own=${quote(path.join(folder, lesson.id))}.$$ __li_shared=${quote(path.join(folder, SHARED_FILE))}`,
    `__li_kind=shell __li_names= __li_seen=${seen}`,
    `\\builtin . ${quote(shellFile("own-shell.sh"))}`,
  ];
  return `${lines.join("\n")}\n`;
}

function greet(io: Io, { lesson, number, steps }: Here, target: Target): void {
  const what = `A shell on ${target.label}, as ${lesson.id} was left (step ${number} of ${steps.length}).`;
  const stays = "What you do to the cluster, to files and to variables counts.";
  io.say(`${wrapText(`${what} ${stays} \`exit\` leads back; \`learn-istio check\` looks at your step.`, io.width)}\n`);
}

async function openBash(io: Io, target: Target, startup: string): Promise<number> {
  // bash reads one file where there is a terminal, and the one that BASH_ENV names where commands are piped in.
  const args = ["--noprofile", "--rcfile", startup];
  const result = await execa("bash", args, {
    cwd: target.workspace,
    env: {
      ...without(target.env, ["COLUMNS", "LINES"]),
      ...ownFolders(io),
      TERM: io.env.TERM ?? "dumb",
      BASH_ENV: startup,
    },
    extendEnv: false,
    stdio: "inherit",
    reject: false,
  });
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new EnvironmentError("`bash` could not be started.", { hint: "Install bash.", cause: result.cause });
  }
  return result.exitCode ?? 1;
}

/** Where our own state lies: what is typed in the shell of this program must find the same. */
function ownFolders({ env }: Io): Record<string, string> {
  const names = ["XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function without(env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}
