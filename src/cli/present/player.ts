import { type LessonRun, stepsOf } from "../../run/index.ts";
import { suggest } from "../../text/index.ts";
import { blocksIn } from "../screen/markdown.ts";
import { stepNamedBy } from "../start/goto.ts";
import type { Chosen, Input } from "../start/input.ts";
import { commandsOf } from "../start/typing.ts";
import type { View } from "../start/view.ts";
import { type KeyName, keyNamed, renderKeys } from "./keys.ts";
import type { NotesWriter } from "./notes.ts";
import { type Performance, perform } from "./performance.ts";
import { commandText, type Look, pagesOfText, proseText, type Size } from "./screens.ts";
import type { Showing } from "./showing.ts";
import type { Stage } from "./stage.ts";

/** What a presentation works on. */
export interface PlayerPorts extends Performance {
  readonly showing: Showing;
  readonly input: Input;
  readonly stage: Stage;
  readonly view: View;
  readonly look: Look;
  readonly notes: NotesWriter;
  /** A prompt in the middle of the lesson. Resolves to why there is none; undefined when there was one. */
  shell(run: LessonRun): Promise<string | undefined>;
  /** Call `tell` when the terminal has another size, until the returned function is called. */
  onResize(tell: () => void): () => void;
}

/** How a presentation ended. */
export type Ended = "end" | "quit" | "interrupted";

type Turn = Ended | undefined;

/** Takes a room through a lesson, an idea at a time. */
export async function play(ports: PlayerPorts): Promise<Ended> {
  const { stop, showing, stage } = ports;
  let interrupts = 0;
  let isNews = true;
  for (;;) {
    if (stop.all.aborted) return "interrupted";
    // What a run printed stays as it stands, and a wrong key changes nothing that a room sees.
    if (isNews && !showing.live) await show(ports);
    else if (!stage.isAsking) stage.ask(showing.keys(ports.input.keys, ports.look));
    stop.idle();
    const chosen = await nextKey(ports);
    if (stop.all.aborted) return "interrupted";
    if (chosen === "quit") return "quit";
    interrupts = chosen === "interrupt" ? interrupts + 1 : 0;
    if (interrupts > 1) return "interrupted";
    isNews = chosen === undefined;
    if (chosen === "interrupt") ports.view.sentence("Nothing runs. Ctrl-C once more leaves; `q` does too.");
    if (typeof chosen !== "object") continue;
    const named = stepNamedBy(chosen.unknown);
    const key = named === undefined ? keyNamed(chosen.unknown) : "goto";
    isNews = key !== undefined;
    const end = key === undefined ? sayUnknown(ports, chosen.unknown) : await ACTIONS[key](ports, named);
    if (end !== undefined) return end;
  }
}

/** The idea, or what stands over it. */
async function show({ showing, stage, look, input, notes, run, stop }: PlayerPorts): Promise<void> {
  if (!showing.isOver) {
    const { idea } = showing;
    showing.leftOut = idea.kind === "act" ? await run.leftOut(showing.step, stop.nextStep()) : undefined;
    notes.tell(showing);
  }
  const room = (keys: readonly string[]): Size => stage.size(stage.keyLines(keys).length);
  const { page, keys } = showing.frame(room, input.keys, look);
  stage.show(page, keys);
}

/** A key; undefined when the terminal has another size and the idea is to be shown anew. */
async function nextKey({ input, showing, onResize }: PlayerPorts): Promise<Chosen | undefined> {
  const resized = new AbortController();
  const stopWatching = onResize(() => {
    // What a run printed stands as it was printed.
    if (!showing.live) resized.abort();
  });
  try {
    return await input.nextUntil([], resized.signal);
  } finally {
    stopWatching();
  }
}

function sayUnknown({ input, view }: PlayerPorts, word: string): undefined {
  if (!input.keys) view.sentence(`\`${word}\` is no choice here; \`help\` lists what can be chosen.`);
}

type Action = (ports: PlayerPorts, named: string | undefined) => Turn | Promise<Turn>;

const ACTIONS: Readonly<Record<KeyName, Action>> = {
  next: forward,
  back: ({ showing }) => {
    showing.back();
    return undefined;
  },
  recorded: (ports) => {
    if (!openRecorded(ports, "stay"))
      openText(ports, "No output", "Nothing was recorded here, and the page shows no output.");
    return undefined;
  },
  again: (ports) => (ports.showing.performed === undefined ? undefined : run(ports, "commands")),
  solve: (ports) => (ports.showing.step.solution === undefined ? run(ports, "solve") : openSolution(ports)),
  check: (ports) => (ports.showing.step.checks.length === 0 ? undefined : look(ports)),
  shell: typeInShell,
  goto: goTo,
  list: (ports) => {
    openText(ports, "Steps", listOf(ports));
    return undefined;
  },
  help: (ports) => {
    openText(ports, "Keys", (columns) => renderKeys(ports.input.keys, Math.min(60, columns)));
    return undefined;
  },
  quit: () => "quit",
};

/** One screen on. A command that was shown runs. */
async function forward(ports: PlayerPorts): Promise<Turn> {
  const { showing } = ports;
  const enter = showing.enter();
  switch (enter) {
    case "more":
      showing.turn();
      return undefined;
    case "solve":
      showing.closeOver();
      return run(ports, "solve");
    case "end":
      return "end";
    case "next":
      if (showing.isOver) showing.closeOver();
      else showing.moveTo(showing.at + 1);
      return undefined;
    case "recorded":
      openRecorded(ports, "next");
      return undefined;
    case "done":
      return run(ports, showing.step.checks.length > 0 ? "checks" : "confirmed");
    case "look":
    case "run":
      return run(ports, "commands");
  }
}

/** Run the step at hand: its command, then what it prints, then what was expected of it. */
async function run(ports: PlayerPorts, how: "commands" | "solve" | "checks" | "confirmed"): Promise<Turn> {
  const { showing, stage, view, look: style, input, stop } = ports;
  const { idea, step, leftOut } = showing;
  if (idea.kind !== "act" || leftOut !== undefined) return undefined;
  stage.beginRun();
  const commands = how === "solve" && step.solution !== undefined ? [step.solution] : step.commands;
  const size = { columns: stage.width, rows: undefined };
  // Of several each stands above what it prints; one was seen, and is seen again above its output.
  const several = commandsOf(step).length > 1 && how === "commands";
  view.showCommands(several);
  const seen = several || how === "checks" || how === "confirmed" ? [] : commands;
  for (const command of seen) stage.print(`${commandText(command, size, style)}\n`);
  stage.print("\n");
  view.expect(step.checks);
  const performed = await perform(ports, step, how);
  showing.perform(performed);
  if (stop.all.aborted) return "interrupted";
  if (showing.enter() === "recorded") {
    view.line();
    view.line(view.palette.bold("It failed here. Enter shows what it prints when it works."));
  }
  stage.endRun(showing.keys(input.keys, style));
  return undefined;
}

/** Look at the checks as they are now; nothing is judged or recorded. */
async function look(ports: PlayerPorts): Promise<Turn> {
  const { showing, stage, view, input, run: lesson, settle, stop, look: style } = ports;
  stage.beginRun();
  await settle.refresh();
  const { step } = showing;
  const outcomes = await lesson.runChecks(step, step.checks, { once: true, all: true, signal: stop.nextStep() });
  for (const { check, verdict } of outcomes)
    if (verdict.kind === "wrong" || verdict.kind === "broken") view.checkDetail(check.title, verdict);
  stop.idle();
  showing.live = true;
  stage.endRun(showing.keys(input.keys, style));
  return undefined;
}

function openRecorded(ports: PlayerPorts, after: "next" | "stay"): boolean {
  const fallback = ports.showing.fallback();
  if (fallback === undefined) return false;
  const body = (size: Size): string =>
    fallback.blocks
      .map(({ command, output }) => [commandText(command, size, ports.look), output].filter((part) => part !== ""))
      .map((parts) => parts.join("\n\n"))
      .join("\n\n");
  ports.showing.open({ after, pages: (size) => pagesOfText(fallback.label, body(size), size, ports.look) });
  return true;
}

/** The solution is seen before it runs, as every command is. */
function openSolution({ showing, look: style }: PlayerPorts): undefined {
  const { solution, solutionText = "" } = showing.step;
  if (showing.idea.kind !== "act" || showing.leftOut !== undefined || solution === undefined) return;
  const body = (size: Size): string =>
    [proseText(blocksIn(solutionText), size, style), commandText(solution, size, style)]
      .filter((part) => part !== "")
      .join("\n\n");
  showing.open({ after: "solve", pages: (size) => pagesOfText("Solution", body(size), size, style) });
}

function openText(
  { showing, look: style }: PlayerPorts,
  heading: string,
  text: string | ((columns: number) => string),
) {
  const body = ({ columns }: Size): string => (typeof text === "string" ? text : text(columns - 4));
  showing.open({ after: "stay", pages: (size) => pagesOfText(heading, body(size), size, style) });
}

async function typeInShell(ports: PlayerPorts): Promise<Turn> {
  const why = await ports.shell(ports.run);
  ports.showing.live = false;
  if (why !== undefined) openText(ports, "No shell", why);
  return undefined;
}

function listOf({ showing }: PlayerPorts): string {
  return stepsOf(showing.lesson)
    .map(({ id }, index) => {
      const here = index === showing.idea.step ? "  <- here" : "";
      return `${showing.isDone(index) ? "[x]" : "[ ]"} ${String(index + 1).padStart(2)} ${id}${here}`;
    })
    .join("\n");
}

/** To a step, by its number or id; which ones before it did not run here is said. */
async function goTo(ports: PlayerPorts, named: string | undefined): Promise<Turn> {
  const { input, view, showing, stage } = ports;
  const prompt = "step (number or id): ";
  let typed = named;
  if (typed === undefined || input.keys) {
    stage.print("");
    view.ask(input.keys ? "" : prompt);
    typed = (await input.line({ prompt, preset: named ?? "" }))?.trim();
    if (typed === undefined) view.endAsk();
    else view.edited();
  }
  if (typed === undefined || typed === "") return undefined;
  const ids = stepsOf(showing.lesson).map(({ id }) => id);
  const index = /^\d+$/.test(typed) ? Number(typed) - 1 : ids.indexOf(typed);
  if (ids[index] === undefined) {
    const near = suggest(typed, ids);
    const advice = near === undefined ? `There are 1 to ${ids.length}.` : `Did you mean \`${near}\`?`;
    openText(ports, "No such step", `\`${typed}\` is no step of this lesson. ${advice}`);
    return undefined;
  }
  showing.goToStep(index);
  const open = ids.filter((_, at) => at < index && !showing.isDone(at));
  if (open.length > 0) openText(ports, "Not run before it", `${open.join(", ")}\n\nNothing is undone or caught up.`);
  return undefined;
}
