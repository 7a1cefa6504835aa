import { existsSync } from "node:fs";
import path from "node:path";
import type { PlaceOfWork } from "../place-of-work.ts";

/** `<state>/<course>/class`: the class that this course is taken in. */
export function learnerFolder({ courseDir }: Pick<PlaceOfWork, "courseDir">): string {
  return path.join(courseDir, "class");
}

/** `<state>/<course>/class-host`: the class of this course that is hosted here. */
export function hostFolder({ courseDir }: Pick<PlaceOfWork, "courseDir">): string {
  return path.join(courseDir, "class-host");
}

/** Whether this course is taken in a class: a look at the disk, so that nothing of classes is loaded where it is not. */
export function isInClass(place: Pick<PlaceOfWork, "courseDir">): boolean {
  return existsSync(path.join(learnerFolder(place), "membership.json"));
}
