import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { evidenceFolder } from "../progress/index.ts";
import { type Course, ownCourseId } from "./course.ts";
import { changeSettings, readSettings } from "./settings.ts";

/**
 * `<state>/<course>`, where a course's settings and evidence are kept. The first folder that is taken under an id keeps
 * that name; another one of the same id has a name of its own beside it, unless the first is gone (it was moved). The
 * lessons that came along keep their id wherever they are installed.
 */
export function courseDirOf(state: string, course: Course, cacheDir: string): string {
  const plain = dirOf(state, course.id);
  if (course.own) return plain;
  const holder = readSettings(plain).settings.folder;
  const isFree = holder === undefined ? ownCourseId(cacheDir) !== course.id : !existsSync(holder);
  if (isFree || holder === course.folder) return plain;
  const mark = createHash("sha256").update(course.folder).digest("hex").slice(0, 8);
  return dirOf(state, `${course.id}-${mark}`);
}

/** Before anything is recorded: from here on the id's name belongs to this folder. */
export function claimCourse({ course, courseDir }: { readonly course: Course; readonly courseDir: string }): void {
  const { settings } = readSettings(courseDir);
  if (!course.own && settings.folder !== course.folder) changeSettings(courseDir, { folder: course.folder });
}

/** The settings stand beside the folders of the targets: the parent of any of them. */
function dirOf(state: string, name: string): string {
  return path.dirname(evidenceFolder(state, name, "sandbox"));
}
