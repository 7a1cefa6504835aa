import path from "node:path";
import type { TargetName } from "../lesson/index.ts";
import { type Folders, userFolders } from "../target/index.ts";
import { courseDirOf } from "./claim.ts";
import { type Course, findCourse } from "./course.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import { readSettings, type Settings } from "./settings.ts";

/** A learner's surroundings: which course, which target, and where its state is kept. Reads only. */
export interface PlaceOfWork {
  readonly course: Course;
  readonly folders: Folders;
  readonly settings: Settings;
  readonly target: TargetName;
  /** `<state>/<course>`: settings, and a folder for each target. */
  readonly courseDir: string;
  /** `<state>/<course>/<target>`: evidence, saved session, workspace, sandbox. */
  readonly stateDir: string;
}

/** `--target` wins over the target that the course remembers; sandbox is the default. */
export function placeOfWork(io: Io, options: Options): PlaceOfWork {
  const folders = userFolders(io.env);
  const course = findCourse(io.cwd, options.lessons, folders.cache);
  const courseDir = courseDirOf(folders.state, course, folders.cache);
  const { settings, unreadable } = readSettings(courseDir);
  if (unreadable) {
    io.say(
      "What was remembered of this course (`settings.json`: its target, the last lesson) cannot be read and is left out.\n",
    );
  }
  const target = options.target ?? settings.target ?? "sandbox";
  return { course, folders, settings, target, courseDir, stateDir: path.join(courseDir, target) };
}
