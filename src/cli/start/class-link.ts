import type { Lesson } from "../../lesson/index.ts";
import { showHidden } from "../../text/index.ts";
import { isInClass, learnerFolder } from "../class/folders.ts";
import type { Io } from "../io.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
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
  const say = (sentence: string): void => io.say(`${wrapText(sentence, io.width)}\n`);
  const link = linkToClass(learnerFolder(place), io.now, say);
  if (link === undefined) return undefined;
  const { title, handle } = link.member;
  say(
    `In the class \`${showHidden(title)}\` as \`${showHidden(handle)}\`: \`learn-istio class log\` shows what it is told.`,
  );
  return new ClassNews(link, lessons);
}
