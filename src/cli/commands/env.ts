import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { type SavedState, type SavedVariable, shellFile } from "../../shell/index.ts";
import type { Target } from "../../target/index.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { type EnvScript, envScript, fishScript } from "../own-shell/env-script.ts";
import { lessonState } from "../own-shell/lesson-state.ts";
import { ownShellFolder, SHARED_FILE } from "../own-shell/own-shells.ts";
import { findHere } from "../start/here.ts";
import { requireTrust } from "../trust.ts";

/** What a shell of one's own has by itself, and keeps; PATH is added to. */
const SHARED = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "LC_ALL", "TZ"],
  ...["COLUMNS", "LINES", "PAGER", "TERM", "IFS"],
]);

/** `eval "$(learn-istio env)"`: a shell of one's own works on the lesson, and what it sets the lesson's session gets. */
export async function run(io: Io, options: Options): Promise<number> {
  const here = await findHere(io, options, undefined);
  // The lesson's variables may be commands.
  await requireTrust(io, options, here.place, here.lessons);
  const target = await openPlace(io, options, here.place, false);
  try {
    const now = io.now();
    const state = await lessonState(io, options, { place: here.place, lesson: here.lesson, target });
    const told = { ...target, env: { ...target.env, LESSONS_DIR: here.place.course.folder } };
    const script = { ...scriptOf(io, here.lesson.id, told, state, ownShellFolder(here.place.stateDir)), now };
    if (options.json) io.print(`${JSON.stringify(asData(script.variables, target), null, 2)}\n`);
    else io.print(isFish(options) ? fishScript(script) : envScript(script));
    return 0;
  } finally {
    await target.release();
  }
}

function isFish({ shell = "bash" }: Options): boolean {
  if (["bash", "zsh", "fish"].includes(shell)) return shell === "fish";
  throw new UsageError(`\`--shell ${shell}\` is not known.`, "Name `bash`, `zsh` or `fish`.");
}

function scriptOf(io: Io, lesson: string, target: Target, state: SavedState, folder: string): Omit<EnvScript, "now"> {
  const own = Object.entries({ ...target.env, LEARN_ISTIO_WORKSPACE: target.workspace })
    .filter(([name, value]) => !SHARED.has(name) && (io.env[name] !== value || name === "LEARN_ISTIO_WORKSPACE"))
    .map(([name, value]) => ({ name, value, exported: true }));
  const variables = new Map(
    [...own, ...(state.variables ?? []).filter(({ name }) => !SHARED.has(name))].map((one) => [one.name, one]),
  );
  return {
    label: target.label,
    variables: [...variables.values()],
    pathPrefix:
      (state.folders ?? []).map((folder) => `${folder}:`).join("") + prefixOf(target.env.PATH ?? "", io.env.PATH ?? ""),
    functions: state.functions ?? "",
    own: path.join(folder, lesson),
    shared: path.join(folder, SHARED_FILE),
    scripts: { bash: shellFile("own-shell.sh"), zsh: shellFile("own-shell.zsh") },
  };
}

/** What a target puts before the caller's own PATH, with a colon at its end. */
function prefixOf(whole: string, own: string): string {
  return whole.endsWith(own) ? whole.slice(0, whole.length - own.length) : "";
}

function asData(variables: readonly SavedVariable[], target: Target): Record<string, string> {
  const exported = variables.filter((one) => one.exported).map(({ name, value }): [string, string] => [name, value]);
  return { ...Object.fromEntries(exported), PATH: target.env.PATH ?? "" };
}
