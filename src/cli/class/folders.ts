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
