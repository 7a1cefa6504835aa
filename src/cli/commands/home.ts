import { readFacts } from "../front.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";
import { flow, wrapText } from "../screen/lines.ts";
import { currentLesson } from "../start/choose-lesson.ts";
import { findHere } from "../start/here.ts";

/** `learn-istio` alone: where you are and what is next; the first time, where to begin. */
export async function run(io: Io, options: Options): Promise<number> {
  const place = placeOfWork(io, options);
  if (options.json) return (await import("./status.ts")).run(io, options);
  const { id, fresh } = currentLesson(place);
  if (fresh) {
    io.print(await welcome(place, io));
    return 0;
  }
  const { lesson, resume, step, number, steps } = await findHere(io, options, id);
  const where = resume === "complete" ? "completed" : `step ${number} of ${steps.length} (${step.section})`;
  const next = nextLesson(place, lesson.id);
  const isNext = resume === "complete" && next !== undefined;
  const go = isNext ? "Next" : resume === "complete" ? "Look again" : "Go on";
  io.print(`${wrapText(place.course.title, io.width)}\n`);
  io.print(
    `${wrapText(`You are in ${lesson.id}, ${lesson.title}: ${where}. Target: ${targetWords(place)}.`, io.width)}\n\n`,
  );
  io.print(rows(io, [[go, `learn-istio start ${isNext ? next : lesson.id}`], ...OTHERS]));
  return 0;
}

const OTHERS: readonly Row[] = [
  ["All lessons", "learn-istio list"],
  ["All commands", "learn-istio --help"],
];

type Row = readonly [string, string];

/** The first time: what this is, what it needs, where to begin. */
async function welcome(place: PlaceOfWork, io: Io): Promise<string> {
  const [first] = await readFacts(place.course, io.cwd, place.folders.cache);
  const minutes = first?.minutes === undefined ? "" : `, ${first.minutes} minutes`;
  const begin = first === undefined ? "" : `The first lesson: ${first.title}${minutes}.`;
  const about = [
    "Learn by running: prose, one command at a time, and checks that say why.",
    TARGETS[place.target],
    begin,
  ].filter((line) => line !== "");
  const lines = [place.course.title, "", ...about].map((line) => wrapText(line, io.width));
  const start: Row = ["Begin", `learn-istio start ${first?.id ?? ""}`];
  return `${lines.join("\n")}\n\n${rows(io, [start, ...OTHERS, ["This machine", "learn-istio doctor"]])}`;
}

const TARGETS = {
  sandbox: "It runs on a simulated cluster, driven by the real kubectl; nothing of yours is touched.",
  live: "It runs on your own Docker, in a kind cluster of its own.",
  none: "It runs on this machine, without a cluster.",
} as const;

function targetWords({ target }: PlaceOfWork): string {
  return target === "sandbox" ? "sandbox (simulated)" : target;
}

function nextLesson({ course }: PlaceOfWork, id: string): string | undefined {
  return course.lessons[course.lessons.findIndex((one) => one.id === id) + 1]?.id;
}

function rows(io: Io, all: readonly Row[]): string {
  return all.map(([name, command]) => `${flow([name.padEnd(12), command], "  ", io.width, "  ")}\n`).join("");
}
