import { once } from "node:events";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import { plural, showHidden } from "../../text/index.ts";
import { type CourseStep, type Hosted, hostClass } from "../../workshop/index.ts";
import { claimCourse } from "../claim.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { quoteWord } from "../quote-word.ts";
import { parseCourse } from "../start/learner-lessons.ts";
import { hostFolder } from "./folders.ts";
import { HostScreen } from "./host-screen.ts";

/** `class host`: learners join here, and what happens to them is told line by line until Ctrl-C. */
export async function run(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const { course, folders } = place;
  const port = readPort(options.port);
  const { lessons } = await parseCourse(io, course, folders.cache);
  const steps = lessons.flatMap(courseSteps);
  claimCourse(place);
  const screen = new HostScreen(io, options.json === true);
  const hosted = await hostClass({
    folder: hostFolder(place),
    course,
    steps,
    mirror: options.mirror === undefined ? undefined : path.resolve(io.cwd, options.mirror),
    listen: options.listen,
    port,
    anew: options.new === true,
    boardInRoom: false,
    now: io.now,
    onHappening: (happening) => screen.happened(happening),
    onRefused: (refused) => screen.refused(refused),
    onFault: (error) => screen.fault(error),
  });
  try {
    say(io, options, hosted);
    if (hosted.mirrorCommands !== undefined && !options.json)
      io.print(`mirror: for who lacks something, to type or to paste:\n${hosted.mirrorCommands.join("\n")}\n`);
    screen.follow(() => hosted.board());
    if (!io.signal.aborted) await once(io.signal, "abort");
  } finally {
    screen.end();
    await hosted.close();
  }
  if (!io.unread()) io.say("The class is kept; `learn-istio class host` goes on with it at the same address.\n");
  return EXIT.ok;
}

function courseSteps(lesson: Lesson): readonly CourseStep[] {
  return stepsOf(lesson).map(({ id, section, hints }) => ({
    step: `${lesson.id}#${id}`,
    title: section,
    lesson: lesson.title,
    hintTitles: hints.map(({ title }) => title),
  }));
}

function say(io: Io, options: Options, hosted: Hosted): void {
  const { title, goesOn, learners, invitation, boardUrl, boardKey, loopbackOnly, mirrorCommands } = hosted;
  if (options.json) {
    const about = {
      type: "class",
      version: 1,
      title,
      goesOn,
      learners,
      invitation,
      boardUrl,
      boardKey,
      mirrorCommands,
    };
    io.print(`${JSON.stringify(about)}\n`);
    return;
  }
  const named = options.lessons === undefined ? "" : ` --lessons ${quoteWord(options.lessons)}`;
  const rows = [
    ["class", `${showHidden(title)}${goesOn ? ` (goes on, with ${plural(learners, "learner")})` : ""}`],
    ["join", `learn-istio class join${named} '${invitation}'`],
    ["board", `curl -H 'Authorization: Bearer ${boardKey}' ${boardUrl}/v1/board`],
  ];
  io.print(rows.map(([name, value]) => `${`${name}:`.padEnd(8)}${value}\n`).join(""));
  if (loopbackOnly)
    io.say("Only this machine can reach it; `--listen ADDRESS` names the room's (`0.0.0.0`: all of this machine's).\n");
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError(`\`--port ${text}\` is no port.`, "A number from 1 to 65535; 0 picks a free one.");
}
