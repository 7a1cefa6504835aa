import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { forTyping, quote, type SavedState, shellFile } from "../../shell/index.ts";
import type { Target } from "../../target/index.ts";
import type { Io } from "../io.ts";
import { ownShellFolder, SHARED_FILE } from "./own-shells.ts";

/** What a shell begins with. */
export interface ShellStart {
  /** Where the lesson's state is kept, and what is changed in the shell. */
  readonly stateDir: string;
  readonly lesson: string;
  readonly state: SavedState;
  /** Epoch milliseconds; what the lesson's steps have set until then is in the state. */
  readonly seen: number;
}

/** A bash with the target's tools and a session's state, at the terminal of this process. Resolves to its exit status. */
export async function openShell(io: Io, target: Target, start: ShellStart): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), "learn-istio-shell-"));
  try {
    const startup = path.join(folder, "bashrc");
    writeFileSync(startup, startupOf(target, start), { mode: 0o600 });
    return await openBash(io, target, startup);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startupOf({ name }: Target, { state: { source }, stateDir, lesson, seen }: ShellStart): string {
  const folder = ownShellFolder(stateDir);
  const lines = [
    "unset BASH_ENV",
    forTyping(source),
    `PS1='[${name}] \\W \\$ '`,
    `__li_own=${quote(path.join(folder, lesson))}.$$ __li_shared=${quote(path.join(folder, SHARED_FILE))}`,
    `__li_kind=shell __li_names= __li_seen=${seen}`,
    `\\builtin . ${quote(shellFile("own-shell.sh"))}`,
  ];
  return `${lines.join("\n")}\n`;
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
