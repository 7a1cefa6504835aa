import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TargetName } from "../lesson/index.ts";
import { requireFolder } from "../target/index.ts";

/** What is remembered for a course beside its evidence: `<state>/<course>/settings.json`. All of it can be given anew. */
export interface Settings {
  /** The target that was asked for by name, for the next calls. */
  readonly target?: TargetName;
  /** The user agreed to run lessons on their own Docker. */
  readonly liveAgreed?: boolean;
  /** Hash of the course's commands that the user agreed to run. */
  readonly trusted?: string;
  /** The lesson that was taken last. */
  readonly lesson?: string;
  /** How many hints of a step (`lesson#step`) the `hint` command has shown. */
  readonly hinted?: { readonly step: string; readonly count: number };
}

const VERSION = 1;

/** Settings of a course; a file that is missing, torn or of another version counts as empty. */
export function readSettings(courseDir: string): Settings {
  try {
    const { version, ...settings } = JSON.parse(readFileSync(file(courseDir), "utf8")) as Settings & {
      version: number;
    };
    return version === VERSION ? settings : {};
  } catch {
    return {};
  }
}

/** Change some settings: written beside, then renamed, so that a crash leaves the old ones. */
export function changeSettings(courseDir: string, change: Settings): void {
  requireFolder(courseDir);
  const temporary = `${file(courseDir)}.${process.pid}`;
  try {
    const settings = { version: VERSION, ...readSettings(courseDir), ...change };
    writeFileSync(temporary, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, file(courseDir));
  } finally {
    rmSync(temporary, { force: true });
  }
}

function file(courseDir: string): string {
  return path.join(courseDir, "settings.json");
}
