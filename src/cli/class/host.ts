import { once } from "node:events";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { hostClass } from "../../workshop/index.ts";
import { claimCourse } from "../claim.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { parseCourse } from "../start/learner-lessons.ts";
import { courseSteps } from "./course-steps.ts";
import { databaseOf } from "./database.ts";
import { hostFolder } from "./folders.ts";
import { showHead } from "./host-head.ts";
import { HostScreen } from "./host-screen.ts";
import { listenToWords } from "./host-terminal.ts";
import { look } from "./instructing.ts";

/** `class host`: learners join here, what happens is told line by line, the instructor types, until `close` or Ctrl-C. */
export async function run(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const { course, folders } = place;
  const port = readPort(options.port);
  const { lessons } = await parseCourse(io, course, folders.cache);
  claimCourse(place);
  const screen = new HostScreen(io, options.json === true);
  const closing = new AbortController();
  const hosted = await hostClass({
    folder: hostFolder(place),
    course,
    steps: lessons.flatMap(courseSteps),
    mirror: options.mirror === undefined ? undefined : path.resolve(io.cwd, options.mirror),
    listen: options.listen,
    port,
    anew: options.new === true,
    boardInRoom: options.boardInRoom === true,
    database: databaseOf(io, options),
    keepDays: readDays(options.keep),
    now: io.now,
    onHappening: (happening) => {
      screen.happened(happening);
      if (happening.type === "told" && happening.notice.type === "close") closing.abort();
    },
    onRefused: (refused) => screen.refused(refused),
    onFault: (error) => screen.fault(error),
  });
  try {
    await showHead(io, options, hosted);
    screen.follow(() => hosted.board());
    const deafen = listenToWords(io, hosted);
    const over = AbortSignal.any([io.signal, closing.signal]);
    if (!over.aborted) await once(over, "abort");
    deafen();
    if (closing.signal.aborted) {
      const { text, data } = await look(hosted, { kind: "view", view: "debrief", names: false }, io.width);
      io.print(options.json ? `${JSON.stringify({ type: "debrief", ...(data as object) })}\n` : text);
    }
  } finally {
    screen.end();
    await hosted.close();
  }
  if (!io.unread() && !closing.signal.aborted)
    io.say("The class is kept; `learn-istio class host` goes on with it at the same address.\n");
  return EXIT.ok;
}

function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`\`--keep ${text}\` is no number of days.`, "A number from 0 to 99999.");
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError(`\`--port ${text}\` is no port.`, "A number from 1 to 65535; 0 picks a free one.");
}
