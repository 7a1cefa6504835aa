import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { plural, showHidden } from "../../text/index.ts";
import { findInstructor, type RemoteInstructor, readDebrief } from "../../workshop/index.ts";
import { canAsk, confirm } from "../ask.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { showDebrief } from "./board-views.ts";
import { hostFolder } from "./folders.ts";
import { describeAction, look, soAlready } from "./instructing.ts";
import { readWords, type Wanted } from "./instructor-words.ts";

/** One of the instructor's words as a command: what the terminal of `class host` does, from another one. */
export async function run(io: Io, options: Options, place: PlaceOfWork, words: readonly string[]): Promise<number> {
  const folder = hostFolder(place);
  const instructor = findInstructor(folder);
  const last = words.length === 1 && words[0] === "debrief" && !options.names ? readDebrief(folder) : undefined;
  if (instructor === undefined && last !== undefined) {
    io.print(options.json ? `${JSON.stringify(last, null, 2)}\n` : showDebrief(last, io.width));
    return EXIT.ok;
  }
  if (instructor === undefined) {
    throw new EnvironmentError("No class of this course is hosted on this machine now.", {
      hint: "`learn-istio class host` hosts it; `--lessons` names the course there and here.",
    });
  }
  const board = await instructor.board();
  const wanted = readWords(words.join(" "), board);
  switch (wanted.kind) {
    case "view":
      return show(io, options, instructor, wanted);
    case "close":
      return close(io, options, instructor, wanted.sure || options.yes === true);
    case "action": {
      const already = soAlready(wanted.action, board);
      if (already === undefined) await instructor.act(wanted.action);
      if (options.json) io.print(`${JSON.stringify({ action: wanted.action, changed: already === undefined })}\n`);
      else
        io.say(
          `${already === undefined ? `${showHidden(describeAction(wanted.action, board))}.` : showHidden(already)}\n`,
        );
      return EXIT.ok;
    }
  }
}

async function show(
  io: Io,
  options: Options,
  instructor: RemoteInstructor,
  asked: Extract<Wanted, { kind: "view" }>,
): Promise<number> {
  const wanted = { ...asked, names: asked.names || options.names === true };
  if (wanted.view === "board" && options.json !== true) {
    io.print(`${instructor.link}\n`);
    if (canAsk(io) && (await confirm(io, "Open the board in your browser?", true))) await open(io, instructor.link);
    else io.say("The link has the key of the board: it is for you alone.\n");
    return EXIT.ok;
  }
  const { text, data } = await look(instructor, wanted, io.width);
  io.print(options.json ? `${JSON.stringify(data, null, 2)}\n` : text);
  return EXIT.ok;
}

/** The class ends; what it cost is shown. */
async function close(io: Io, options: Options, instructor: RemoteInstructor, sure: boolean): Promise<number> {
  const { learners } = await instructor.debrief(false);
  if (!sure) {
    if (!canAsk(io))
      throw new UsageError("The class would end for everybody.", "`learn-istio class close --yes` closes it.");
    const question = `Close the class (${plural(learners, "learner")})? It ends for everybody, and nobody joins any more.`;
    if (!(await confirm(io, question, false))) return EXIT.ok;
  }
  const names = options.names === true;
  const shown = await look(instructor, { kind: "view", view: "debrief", names }, io.width);
  await instructor.act({ type: "close" });
  if (options.json) io.print(`${JSON.stringify(shown.data, null, 2)}\n`);
  else {
    io.say("The class is closed.\n");
    io.print(shown.text);
  }
  return EXIT.ok;
}

async function open(io: Io, link: string): Promise<void> {
  const { spawn } = await import("node:child_process");
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [link], { detached: true, stdio: "ignore" });
  const error = await new Promise<Error | undefined>((resolve) => {
    child.on("error", resolve);
    child.on("spawn", () => resolve(undefined));
  });
  child.unref();
  if (error !== undefined) io.say(`\`${program}\` is not on this machine: open the link yourself.\n`);
}
