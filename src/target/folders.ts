import { accessSync, constants } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { makeFolder } from "../files/index.ts";
import type { Environment } from "./session-env.ts";

/** Where everything of ours is kept between calls; nothing outside these two folders is ever written. */
export interface Folders {
  /** Progress, sandboxes, workspaces: `$XDG_STATE_HOME/learn-istio`. */
  readonly state: string;
  /** What can be fetched or worked out again: `$XDG_CACHE_HOME/learn-istio`. */
  readonly cache: string;
}

/** The two folders of this user. A relative XDG value is ignored, as its specification asks. Creates nothing. */
export function userFolders(env: Environment): Folders {
  const home = env.HOME !== undefined && path.isAbsolute(env.HOME) ? env.HOME : homedir();
  const under = (value: string | undefined, fallback: string): string =>
    path.join(value !== undefined && path.isAbsolute(value) ? value : path.join(home, fallback), "learn-istio");
  return { state: under(env.XDG_STATE_HOME, ".local/state"), cache: under(env.XDG_CACHE_HOME, ".cache") };
}

/** Errors: the folder for temporary files, which every session needs, is not there or cannot be written. */
export function requireTemporaryFolder(): void {
  try {
    accessSync(path.join(tmpdir(), "."), constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new EnvironmentError(`\`${tmpdir()}\`, the folder for temporary files, cannot be written (${why}).`, {
      hint: "Set TMPDIR to a folder that can be written.",
      cause,
    });
  }
}

/** Create a folder for this user alone. Errors: it cannot be created or written. */
export function requireFolder(folder: string): string {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new EnvironmentError(`\`${folder}\` cannot be written (${why}).`, {
      hint: "Make it writable, or set XDG_STATE_HOME (progress) and XDG_CACHE_HOME (cache) to folders that are.",
      cause,
    });
  }
}
