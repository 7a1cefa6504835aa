import type { Lesson } from "../../lesson/index.ts";
import { showHidden } from "../../text/index.ts";
import { isInClass, learnerFolder } from "../class/folders.ts";
import type { Io } from "../io.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import type { ClassNews } from "./class-news.ts";

/** The class that the learner joined; undefined without one, and then nothing of it is loaded. */
export async function openClassNews(
  io: Io,
  place: PlaceOfWork,
  lessons: readonly Lesson[],
): Promise<ClassNews | undefined> {
  if (!isInClass(place)) return undefined;
  const [{ linkToClass }, { ClassNews }] = await Promise.all([
    import("../../workshop/index.ts"),
    import("./class-news.ts"),
  ]);
  const link = linkToClass(learnerFolder(place), io.now, (sentence) => io.say(`${sentence}\n`));
  if (link === undefined) return undefined;
  const { title, handle } = link.member;
  io.say(
    `In the class \`${showHidden(title)}\` as \`${showHidden(handle)}\`: \`learn-istio class log\` shows what it is told.\n`,
  );
  return new ClassNews(link, lessons);
}
