import { showHidden } from "../../text/index.ts";
import { type ClassEvent, readMembership, readQueue } from "../../workshop/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { learnerFolder } from "./folders.ts";
import { clockTime, describeEvent } from "./words.ts";

/** `class log`: every event that was or will be sent, as it is sent; `--json` prints them, a line each. */
export async function run(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const folder = learnerFolder(place);
  const member = readMembership(folder);
  const events = readQueue(folder);
  if (options.json) {
    io.print(`${JSON.stringify({ version: 1, class: member?.title ?? null, events: events.length })}\n`);
    for (const { event, sent } of events) io.print(`${JSON.stringify({ sent, ...event })}\n`);
    return EXIT.ok;
  }
  if (member === undefined) io.say("You are in no class: nothing is sent.\n");
  else io.say(`In the class \`${showHidden(member.title)}\` (${member.url}), as \`${showHidden(member.handle)}\`.\n`);
  if (events.length === 0) io.say("Nothing was sent.\n");
  for (const { event, sent } of events) io.print(line(event, sent));
  return EXIT.ok;
}

function line(event: ClassEvent, sent: boolean): string {
  return `${clockTime(event.at)}  ${sent ? "sent  " : "queued"}  ${describeEvent(event)}\n`;
}
