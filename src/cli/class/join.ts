import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { showHidden } from "../../text/index.ts";
import { type Invitation, joinClass, type Membership, readInvitation, readMembership } from "../../workshop/index.ts";
import { claimCourse } from "../claim.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { learnerFolder } from "./folders.ts";

/** `class join URL#CODE`: from here on `start` tells the class how far the learner is. */
export async function run(io: Io, options: Options, place: PlaceOfWork, argument?: string): Promise<number> {
  const joined = await join(options, place, invitationIn(argument));
  const { url, title, handle: as } = joined;
  if (options.json) io.print(`${JSON.stringify({ url, title, handle: as }, null, 2)}\n`);
  else io.print(sayJoined(joined, io.width));
  return EXIT.ok;
}

/** `start --join URL#CODE`: the same, before a lesson. Who is in the class already goes on, whether it can be reached or not. */
export async function joinToStart(io: Io, options: Options, place: PlaceOfWork, argument: string): Promise<void> {
  const invitation = invitationIn(argument);
  const before = readMembership(learnerFolder(place));
  try {
    const joined = await join(options, place, invitation);
    if (joined.class !== before?.class) io.say(sayJoined(joined, io.width));
  } catch (error) {
    if (!(error instanceof EnvironmentError) || before?.url !== invitation.url) throw error;
    io.say("The class cannot be reached now; it is told as soon as it can.\n");
  }
}

function join({ as: handle }: Options, place: PlaceOfWork, invitation: Invitation): Promise<Membership> {
  claimCourse(place);
  return joinClass(invitation, {
    folder: learnerFolder(place),
    course: place.course.id,
    ...(handle !== undefined && { handle }),
  });
}

function invitationIn(argument: string | undefined): Invitation {
  const invitation = readInvitation(argument ?? "");
  if (invitation !== undefined) return invitation;
  throw new UsageError(
    argument === undefined ? "`class join` needs an invitation." : `\`${argument}\` is no invitation to a class.`,
    "The instructor's screen shows it: `learn-istio class join 'http://ADDRESS:PORT/#CODE'`.",
  );
}

function sayJoined({ title, handle }: Membership, width: number): string {
  const text = `You are in the class \`${showHidden(title)}\`, as \`${showHidden(handle)}\`. From now on \`learn-istio start\` sends it the ids of lessons, steps and checks, verdicts, which diagnosis fits, times and which hints you read; never commands, outputs or paths. \`learn-istio class log\` shows all that is sent, \`learn-istio class leave\` ends it.`;
  return `${wrapText(text, width)}\n`;
}
