import type { Lesson } from "../../lesson/index.ts";
import { type RunEvent, tallyOf } from "../../run/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { runLessons } from "../test/run-lessons.ts";
import { toolVersions } from "../test/tool-versions.ts";
import { VERSION } from "../version.ts";
import { blockKey, type RecordedBlock, writeRecording } from "./recording.ts";

/**
 * Run a lesson as `test` does, in surroundings of its own, and keep what its commands print. Only a run in which all passed
 * is kept. `lessons`: the lesson last, before it what it builds on. Returns the exit code.
 */
export async function recordLesson(
  io: Io,
  options: Options,
  presenter: PlaceOfWork,
  lessons: readonly Lesson[],
): Promise<number> {
  const lesson = lessons.at(-1);
  if (lesson === undefined) throw new Error("no lesson");
  const blocks = new Blocks(lesson.id);
  const accept = (event: RunEvent): RunEvent => {
    blocks.accept(event);
    if (event.type === "step-end") io.say(`  ${tallyOf(event.verdict).padEnd(11)} ${event.lesson}#${event.step}\n`);
    return event;
  };
  const asked = { lessons: [lesson], roles: new Map() };
  const target = presenter.target;
  const code = await runLessons(io, { ...options, target }, { asked, lessons, accept, keepGoing: false });
  if (code !== EXIT.ok) {
    io.say(`Nothing was kept: only what worked is recorded. \`learn-istio test ${lesson.id}\` tells why it did not.\n`);
    return code;
  }
  const versions = { "learn-istio": VERSION, ...(await toolVersions(io)) };
  const file = writeRecording(presenter, { lesson: lesson.id, at: io.now(), target, versions, blocks: blocks.all });
  io.say(`What ${blocks.all.length} commands of ${lesson.id} printed is kept in \`${file}\`.\n`);
  return EXIT.ok;
}

/** Commands of one lesson, each with what it printed. */
class Blocks {
  readonly all: RecordedBlock[] = [];
  readonly #lesson: string;
  #source: string | undefined;

  constructor(lesson: string) {
    this.#lesson = lesson;
  }

  accept(event: RunEvent): void {
    if (!("lesson" in event) || event.lesson !== this.#lesson) return;
    if (event.type === "command-start") this.#source = event.file === undefined ? event.source : undefined;
    if (event.type !== "command-end" || this.#source === undefined) return;
    const { step, output } = event;
    this.all.push({ key: blockKey(step, this.#source), step, output: output.trimEnd() });
    this.#source = undefined;
  }
}
