import type { Lesson, Step } from "../../lesson/index.ts";
import { deckOf, firstIdeaOf, type Idea } from "./deck.ts";
import { type Fallback, fallbackOf } from "./fallback.ts";
import { type KeyName, keyLabel } from "./keys.ts";
import type { Performed } from "./performance.ts";
import type { Recording } from "./recording.ts";
import { type Look, type Page, pagesOf, type Size, stepAt } from "./screens.ts";

/** What stands over an idea until it is left: a recorded output, the keys. */
export interface Over {
  readonly pages: (size: Size) => readonly Page[];
  /** Behind its last screen: the next idea, the one that it stands over, or what it shows is run. */
  readonly after: "next" | "stay" | "solve";
}

/** What the presenter's Enter does now. */
export type Enter = keyof typeof ENTER;

const ENTER = {
  next: "next",
  more: "more",
  solve: "run",
  run: "run",
  look: "look",
  done: "done",
  recorded: "what it prints when it works",
  end: "end",
} as const;

/** Which idea of a lesson is shown, and what became of those before it. */
export class Showing {
  readonly lesson: Lesson;
  readonly deck: readonly Idea[];
  readonly #recording: Recording | undefined;
  readonly #performed = new Map<number, Performed>();
  #at: number;
  #page = 0;
  #over: Over | undefined;
  /** What is shown goes on on another screen. */
  #more = false;
  /** Why the step does not run on this machine. */
  leftOut: string | undefined;
  /** What a run printed stands on the screen as it came. */
  live = false;

  constructor(lesson: Lesson, recording: Recording | undefined, step: number | undefined) {
    this.lesson = lesson;
    this.#recording = recording;
    this.deck = deckOf(lesson);
    this.#at = step === undefined ? 0 : firstIdeaOf(this.deck, step);
  }

  get at(): number {
    return this.#at;
  }

  get idea(): Idea {
    const idea = this.deck[this.#at];
    if (idea === undefined) throw new Error(`no idea ${this.#at}`);
    return idea;
  }

  /** The step that the idea belongs to. */
  get step(): Step {
    return stepAt(this.lesson, this.idea.step);
  }

  get performed(): Performed | undefined {
    return this.#performed.get(this.#at);
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Whether a step's act has passed here, or was left out: by its place. */
  isDone(step: number): boolean {
    const act = this.deck.findIndex((idea) => idea.kind === "act" && idea.step === step);
    return ["passed", "skipped"].includes(this.#performed.get(act)?.tally ?? "");
  }

  perform(performed: Performed): void {
    this.#performed.set(this.#at, performed);
    this.live = true;
  }

  moveTo(at: number): void {
    this.#at = Math.max(0, Math.min(at, this.deck.length - 1));
    this.#page = 0;
    this.#over = undefined;
    this.#more = false;
    this.leftOut = undefined;
    this.live = false;
  }

  goToStep(step: number): void {
    this.moveTo(firstIdeaOf(this.deck, step));
  }

  open(over: Over): void {
    this.#over = over;
    this.#page = 0;
    this.#more = false;
    this.live = false;
  }

  /** The next screen of the same. */
  turn(): void {
    this.#page += 1;
  }

  /** Behind the last screen of what stands over the idea. */
  closeOver(): void {
    const after = this.#over?.after;
    this.moveTo(after === "next" ? this.#at + 1 : this.#at);
  }

  /** One screen back; what stands over an idea, or what its run printed, leads back to the idea. */
  back(): void {
    if (this.#page > 0) this.#page -= 1;
    else if (this.isOver || this.live) this.moveTo(this.#at);
    else this.moveTo(this.#at - 1);
  }

  /** What is to be seen now, and the keys below it. `room`: the size that is left above such keys. */
  frame(room: (keys: readonly string[]) => Size, isKeys: boolean, look: Look): { page: Page; keys: readonly string[] } {
    const size = room(this.keys(isKeys, look));
    const over = this.#over;
    const pages = over === undefined ? pagesOf(this.lesson, this.idea, size, look, this.#below()) : over.pages(size);
    // On a terminal that has grown there may be fewer.
    this.#page = Math.min(this.#page, pages.length - 1);
    this.#more = this.#page + 1 < pages.length;
    return { page: pages[this.#page] ?? [], keys: this.keys(isKeys, look) };
  }

  /** What stands below a step that ran before, or does not run here. */
  #below(): string {
    if (this.leftOut !== undefined) return `Not here: ${this.leftOut}.`;
    const performed = this.performed;
    if (performed === undefined) return "";
    const at = new Date(performed.at).toTimeString().slice(0, 5);
    const how = performed.tally === "passed" ? "" : ` (${performed.tally})`;
    return `It ran at ${at}${how}; nothing is undone.\n\n${performed.output}`.trimEnd();
  }

  fallback(): Fallback | undefined {
    const { idea, performed } = this;
    if (idea.kind !== "act") return undefined;
    return fallbackOf(this.step, this.#recording, performed?.solved === true || idea.way === "goal");
  }

  enter(): Enter {
    const { idea, performed } = this;
    if (this.#more && !this.live) return "more";
    if (this.#over !== undefined) return this.#over.after === "solve" ? "solve" : "next";
    if (idea.kind === "end") return "end";
    if (idea.kind !== "act" || this.leftOut !== undefined) return "next";
    if (performed === undefined) return ({ goal: "next", manual: "done", look: "look", run: "run" } as const)[idea.way];
    if (performed.tally === "passed" || performed.tally === "skipped") return "next";
    return this.fallback() === undefined ? "next" : "recorded";
  }

  /** The line of keys: where one is, what Enter does, and what else is worth a word here. */
  keys(isKeys: boolean, { target }: Look): readonly string[] {
    const { idea } = this;
    const label = (name: KeyName, text?: string): string => keyLabel(name, isKeys, text);
    const choices = [label("next", ENTER[this.enter()])];
    if (!this.isOver && idea.kind === "act" && this.leftOut === undefined) {
      if (this.performed !== undefined) choices.push(label("again"));
      if (idea.way === "goal") choices.push(label("solve"), label("check"));
    }
    if (this.#at > 0 || this.isOver) choices.push(label("back"));
    const place = `${this.lesson.id} ${this.#at + 1}/${this.deck.length} ${target}`;
    return [place, ...choices, label("help", "keys")];
  }
}
