import path from "node:path";
import type { PlaceOfWork } from "../place-of-work.ts";

/**
 * Where a lesson is shown from: a state of its own, `<state>/<course>.present`, with a sandbox of its own. A presenter is a
 * learner as well, who must find their own progress and cluster as they left them; and what is shown must not depend on how
 * far they came. No id of a course has a `.`, so no course's folder is called so. Live there is one cluster for both.
 */
export function presenterPlace(place: PlaceOfWork): PlaceOfWork {
  const courseDir = `${place.courseDir}.present`;
  return { ...place, courseDir, stateDir: path.join(courseDir, place.target) };
}
