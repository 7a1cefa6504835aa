import { UsageError } from "../../diagnostics/index.ts";
import { showHidden } from "../../text/index.ts";
import { joinClass, readInvitation } from "../../workshop/index.ts";
import { claimCourse } from "../claim.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { learnerFolder } from "./folders.ts";

/** `class join URL#CODE`: from here on `start` tells the class how far the learner is. */
export async function run(io: Io, options: Options, place: PlaceOfWork, argument?: string): Promise<number> {
  const invitation = readInvitation(argument ?? "");
  if (invitation === undefined) {
    throw new UsageError(
      argument === undefined ? "`class join` needs an invitation." : `\`${argument}\` is no invitation to a class.`,
      "The instructor's screen shows it: `learn-istio class join 'http://ADDRESS:PORT/#CODE'`.",
    );
  }
  claimCourse(place);
  const { as: handle } = options;
  const joined = await joinClass(invitation, {
    folder: learnerFolder(place),
    course: place.course.id,
    ...(handle !== undefined && { handle }),
  });
  if (options.json) {
    const { url, title, handle: as } = joined;
    io.print(`${JSON.stringify({ url, title, handle: as }, null, 2)}\n`);
    return EXIT.ok;
  }
  const text = `You are in the class \`${showHidden(joined.title)}\`, as \`${showHidden(joined.handle)}\`. From now on \`learn-istio start\` sends it the ids of lessons, steps and checks, verdicts, times and which hints you read; never commands, outputs or paths. \`learn-istio class log\` shows all that is sent, \`learn-istio class leave\` ends it.`;
  io.print(`${wrapText(text, io.width)}\n`);
  return EXIT.ok;
}
