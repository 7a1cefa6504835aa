import { execa } from "execa";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { canAsk } from "../ask.ts";
import type { Io } from "../io.ts";
import { openTarget } from "../open-target.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";

/** A bash in the lesson's workspace with the target's tools. Its exit status is ours. Commands may be piped in. */
export async function run(io: Io, options: Options): Promise<number> {
  const { target: name, folders, stateDir } = placeOfWork(io, options);
  const target = await openTarget(io, options, { name, folders, stateDir, cluster: "none", mayAsk: true });
  // The terminal's Ctrl-C is for what runs in the shell; this process only waits.
  const giveBack = io.onInterrupt(() => {});
  try {
    if (canAsk(io)) io.say(`A shell on ${target.label}. \`exit\` leads back.\n`);
    const terminal = { TERM: io.env.TERM ?? "dumb", PS1: `[${target.name}] \\w \\$ ` };
    const result = await execa("bash", ["--noprofile", "--norc"], {
      cwd: target.workspace,
      env: { ...without(target.env, ["COLUMNS", "LINES"]), ...terminal },
      extendEnv: false,
      stdio: "inherit",
      reject: false,
    });
    if (result.exitCode === undefined && result.signal === undefined) {
      throw new EnvironmentError("`bash` could not be started.", { hint: "Install bash.", cause: result.cause });
    }
    return result.exitCode ?? 1;
  } finally {
    giveBack();
    await target.release();
  }
}

function without(env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}
