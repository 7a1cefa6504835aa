import { existsSync } from "node:fs";
import { showHidden } from "../../text/index.ts";
import type { ClassLink } from "../../workshop/index.ts";
import { learnerFolder } from "../class/folders.ts";
import type { Io } from "../io.ts";
import type { PlaceOfWork } from "../place-of-work.ts";

/** The way to the class that the learner joined; undefined without one, and then nothing of it is loaded. */
export async function openClassLink(io: Io, place: PlaceOfWork): Promise<ClassLink | undefined> {
  const folder = learnerFolder(place);
  if (!existsSync(folder)) return undefined;
  const { linkToClass } = await import("../../workshop/index.ts");
  const link = linkToClass(folder, io.now, (sentence) => io.say(`${sentence}\n`));
  if (link !== undefined) {
    const { title, handle } = link.member;
    io.say(
      `In the class \`${showHidden(title)}\` as \`${showHidden(handle)}\`: \`learn-istio class log\` shows what it is told.\n`,
    );
  }
  return link;
}
