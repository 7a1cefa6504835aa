import path from "node:path";
import type { TargetName } from "../lesson/index.ts";

/** The folder of a course's evidence on one target: `<state>/<course>/<target>`. `state` is this program's own folder. */
export function evidenceFolder(state: string, course: string, target: TargetName): string {
  // A course's id is an author's text: it must stay one folder's name.
  const name = encodeURIComponent(course).replace(/^\.+$/, (dots) => "_".repeat(dots.length));
  return path.join(state, name === "" ? "_" : name, target);
}
