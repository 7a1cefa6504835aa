import { type LessonRun, type RunEvent, stepsOf, tallyOf } from "../../run/index.ts";
import { canAsk } from "../ask.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { openShell } from "../own-shell/open-shell.ts";
import { dropSavedSession, readSavedSession, setSavedSessionAside } from "../saved-session.ts";
import { referencesOf } from "../screen/references.ts";
import { madeByUs } from "../standing.ts";
import { refuseHost } from "../start/host-blocks.ts";
import { createKeyInput, createWordInput, type Input } from "../start/input.ts";
import { Interrupts } from "../start/interrupts.ts";
import { openLearnerRun, varsOf } from "../start/learner-run.ts";
import { Settling } from "../start/settling.ts";
import { doneBefore, progressNow, type Taking } from "../start/taking.ts";
import { View } from "../start/view.ts";
import { readAuthorNotes } from "./author-notes.ts";
import { CLICKER } from "./keys.ts";
import { NotesWriter } from "./notes.ts";
import { play } from "./player.ts";
import { readRecording } from "./recording.ts";
import type { Look } from "./screens.ts";
import { Showing } from "./showing.ts";
import { Stage } from "./stage.ts";
import { inkOf, onTerminalResize, readTerminalSize } from "./terminal.ts";

/** Show one lesson, from its first idea or a step. What it builds on holds. Returns the exit code. */
export async function presentLesson(io: Io, options: Options, about: Taking): Promise<number> {
  const { place, target, lesson, recording } = about;
  const stage = new Stage(io, readTerminalSize);
  const view = new View(stage);
  const taking = { ...about, view };
  view.open(lesson);
  view.showCommands(false);
  const notes = readAuthorNotes(place.course, lesson);
  for (const id of notes.unknown) io.say(`The notes name \`#${id}\`, which is no step of ${lesson.id}.\n`);
  const recorded = readRecording(place, lesson.id, (sentence) => io.say(`${sentence}\n`));
  const steps = stepsOf(lesson);
  const from = taking.step === undefined ? undefined : steps.findIndex(({ id }) => id === taking.step);
  const showing = new Showing(lesson, recorded, from);
  const writer = new NotesWriter(place, notes);
  const stop = new Interrupts(io, view);
  let input: Input | undefined;
  const listeners = new Set<(event: RunEvent) => void>();
  if (from === undefined || from === 0) dropSavedSession(place.stateDir, lesson.id);
  const run = await openLearnerRun(io, options, {
    place,
    target,
    lesson,
    signal: stop.all,
    restore: () => readSavedSession(place.stateDir, lesson.id),
    onDeadly: () => void setSavedSessionAside(place.stateDir, lesson.id),
    emit: (event) => {
      recording.accept(event);
      view.accept(event);
      for (const hear of listeners) hear(event);
    },
    ...(io.interactive && {
      lendTerminal: async <T>(work: () => Promise<T>) => {
        try {
          return await (input === undefined ? work() : input.lend(work));
        } finally {
          view.leftOpen();
        }
      },
    }),
    refuseHost: (command) => refuseHost(command, { io, input, view, target: target.name }),
  });
  const settle = new Settling(taking, run);
  try {
    if (tallyOf(run.ready) !== "passed") {
      view.line("The lesson's variables could not be set.");
      return EXIT.failed;
    }
    input = openInput(io, stage, view, stop);
    const open = input;
    stop.onEnd(() => open.close());
    if (from === undefined) await beginAnew(io, options, taking, run, open);
    await settle.begin();
    await run.restoreBackgrounds(doneBefore(taking, from ?? 0), stop.nextStep());
    recording.setVars(await varsOf(run, place));
    const look: Look = {
      palette: stage.palette,
      references: referencesOf(lesson),
      ink: io.interactive ? inkOf(io.env) : undefined,
      target: target.label,
    };
    writer.begin(showing, target.label, io.now());
    const end = await play({
      showing,
      run,
      stop,
      settle,
      input: open,
      stage,
      view,
      look,
      notes: writer,
      shell: () => typeInShell(io, taking, run, open, settle),
      onResize: io.interactive ? onTerminalResize : () => () => {},
      listen: (hear) => {
        listeners.add(hear);
        return () => void listeners.delete(hear);
      },
    });
    stage.print("");
    if (end !== "end") view.sentence(`\`learn-istio present ${lesson.id}#${showing.step.id}\` goes on here.`);
    return end === "interrupted" ? EXIT.interrupted : EXIT.ok;
  } finally {
    writer.end();
    input?.close();
    stop.release();
    await run.close();
  }
}

function openInput(io: Io, stage: Stage, view: View, stop: Interrupts): Input {
  // A key shows by what it does; only answers in words are echoed.
  if (io.interactive)
    return createKeyInput(
      io,
      (word) => {
        if (word.length > 1) view.echo(word);
      },
      () => stop.interrupt(),
      CLICKER,
    );
  return createWordInput(
    io,
    (line) => {
      stage.typed();
      view.echo(line);
    },
    () => {
      stage.typed();
      view.edited();
    },
  );
}

/** Shown before, in a rehearsal perhaps, its objects are there already: a room is to see them come into being. */
async function beginAnew(io: Io, { yes }: Options, taking: Taking, run: LessonRun, input: Input): Promise<void> {
  const { lesson, recording, view, place } = taking;
  if (lesson.cleanups.length === 0 || progressNow(taking).steps.every(({ settled }) => !settled)) return;
  if (yes !== true) {
    view.sentence(`${lesson.id} was presented here before, and what it made is still there.`);
    view.ask("Undo it first, by its clean-up, so that it can be shown afresh? (y/n) ");
    const agreed = await input.confirm();
    view.endAsk();
    if (!agreed) return;
  }
  if (!(await run.runCleanups(madeByUs(recording.records, lesson)))) view.line("  Not everything could be undone.");
  recording.append({ type: "reset", at: io.now(), lesson: lesson.id });
  dropSavedSession(place.stateDir, lesson.id);
  await run.reopen();
}

/** A bash with the session's state; what is changed in it the lesson goes on with. */
async function typeInShell(
  io: Io,
  { place, target, lesson, view }: Taking,
  run: LessonRun,
  input: Input,
  settle: Settling,
): Promise<string | undefined> {
  if (!canAsk(io)) return "A shell needs a terminal, and this is none.";
  // The terminal's Ctrl-C is for what runs in the shell.
  const giveBack = io.onInterrupt(() => {});
  const seen = io.now();
  const state = await run.session.save();
  view.line();
  view.sentence(`A shell on ${target.label}; \`exit\` leads back.`);
  try {
    await lend(io, input, () => openShell(io, target, { stateDir: place.stateDir, lesson: lesson.id, state, seen }));
  } finally {
    giveBack();
  }
  view.line();
  await settle.refresh();
  return undefined;
}

/** In the plain form the terminal is read line by line: nobody reads it while the shell does. */
async function lend<T>(io: Io, input: Input, work: () => Promise<T>): Promise<T> {
  if (input.keys) return input.lend(work);
  io.stdin.pause();
  try {
    return await work();
  } finally {
    io.stdin.resume();
  }
}
