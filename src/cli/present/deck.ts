import type { Command, Lesson, Step } from "../../lesson/index.ts";
import { CHECKPOINT_STEP, stepsOf } from "../../run/index.ts";
import { blocksIn, type MarkdownBlock } from "../screen/markdown.ts";

/**
 * One thing to show at a time. `step`: the place in `stepsOf(lesson)` that it leads to or belongs to. `heading`: its section
 * begins here.
 */
export type Idea =
  | { readonly kind: "title"; readonly step: number }
  | {
      readonly kind: "prose";
      readonly step: number;
      readonly heading: string | undefined;
      readonly blocks: readonly MarkdownBlock[];
    }
  /** A file of a step, before the step writes it. */
  | {
      readonly kind: "file";
      readonly step: number;
      readonly heading: string | undefined;
      readonly file: Command;
      /** The words that lead to it, unless they are its name alone. */
      readonly caption: readonly MarkdownBlock[];
    }
  | {
      readonly kind: "act";
      readonly step: number;
      readonly heading: string | undefined;
      readonly way: Way;
      /** The words that lead to it: `Now from outside:`. */
      readonly caption: readonly MarkdownBlock[];
    }
  | { readonly kind: "end"; readonly step: number };

export type Act = Extract<Idea, { kind: "act" }>;

/** `run`: commands. `goal`: the room's turn, proved by checks. `manual`: done by hand. `look`: the checkpoint. */
export type Way = "run" | "goal" | "manual" | "look";

/** A lesson as ideas, in the order in which it is read. */
export function deckOf(lesson: Lesson): readonly Idea[] {
  const steps = stepsOf(lesson);
  const { title } = lesson;
  const prose = (step: number, markdown: string) => new Reading(step, title).prose(blocksIn(markdown)).ideas;
  const last = Math.max(0, steps.length - 1);
  return [
    { kind: "title", step: 0 },
    ...prose(0, lesson.opening),
    ...steps.flatMap((step, index) => [...ideasOf(step, index, title), ...prose(index, step.tail)]),
    ...prose(last, lesson.closing),
    { kind: "end", step: last },
  ];
}

/** The first idea that leads to a step. */
export function firstIdeaOf(deck: readonly Idea[], step: number): number {
  const act = deck.findIndex((idea) => idea.kind === "act" && idea.step === step);
  const before = deck.findLastIndex((idea, at) => at < act && (idea.kind === "act" || idea.kind === "title"));
  const own = [...deck.keys()].filter((at) => at > before && at <= act && deck[at]?.step === step);
  // The lesson's opening stands before the first step, and is not what it begins with.
  const headed = own.find((at) => headingOf(deck[at]) !== undefined);
  return Math.max(0, headed ?? own[0] ?? 0);
}

function headingOf(idea: Idea | undefined): string | undefined {
  return idea !== undefined && "heading" in idea ? idea.heading : undefined;
}

function wayOf(step: Step): Way {
  if (step.id === CHECKPOINT_STEP) return "look";
  if (step.manual !== undefined) return "manual";
  return step.commands.length === 0 ? "goal" : "run";
}

function ideasOf(step: Step, index: number, title: string): readonly Idea[] {
  const blocks = blocksIn(step.lead);
  // `Now from outside:` is read with the command that it leads to.
  const last = blocks.at(-1);
  const caption = last?.type === "paragraph" && last.leads && !fileNamedBy(step, last) ? [last] : [];
  // What stands before a new section's heading speaks of the step before.
  const heading = blocks.findIndex(({ type }) => type === "heading");
  const reading = new Reading(heading > 0 ? Math.max(0, index - 1) : index, title);
  if (step.id === CHECKPOINT_STEP && heading === -1) reading.begin(step.section);
  const files = step.commands.filter(({ file }) => file !== undefined);
  for (const block of blocks.slice(0, blocks.length - caption.length)) {
    // A file is shown where the prose names it: its fence stood there.
    const file = files.find((one) => !reading.shown.has(one) && names(block, one));
    if (file === undefined || !block.leads) reading.prose([block]);
    if (block.type === "heading") reading.step = index;
    if (file !== undefined) reading.file(file, block.leads ? captionOf(block, file) : []);
  }
  for (const file of files.filter((one) => !reading.shown.has(one))) reading.file(file, []);
  return [...reading.ideas, { kind: "act", step: index, heading: reading.takeHeading(), way: wayOf(step), caption }];
}

function fileNamedBy(step: Step, block: MarkdownBlock): boolean {
  return step.commands.some((command) => names(block, command));
}

function names({ markdown }: MarkdownBlock, { file }: Command): boolean {
  return file !== undefined && markdown.includes(`\`${file.path}\``);
}

function captionOf(block: MarkdownBlock, { file }: Command): readonly MarkdownBlock[] {
  return block.markdown.trim() === `\`${file?.path}\`:` ? [] : [block];
}

/** Blocks of prose as ideas: one a block, but for what only leads to the next one. */
class Reading {
  readonly #ideas: Idea[] = [];
  readonly shown = new Set<Command>();
  /** The step that what is read from here on belongs to. */
  step: number;
  /** The title has a screen of its own: the heading that repeats it is left out. */
  readonly #title: string;
  #heading: string | undefined;
  #leading: MarkdownBlock[] = [];

  constructor(step: number, title: string) {
    this.step = step;
    this.#title = title;
  }

  /** What was read so far. */
  get ideas(): readonly Idea[] {
    this.#flush();
    return this.#ideas;
  }

  prose(blocks: readonly MarkdownBlock[]): this {
    for (const block of blocks) {
      if (block.type === "heading") this.begin(block.text);
      else {
        this.#leading.push(block);
        if (!block.leads) this.#flush();
      }
    }
    return this;
  }

  file(file: Command, caption: readonly MarkdownBlock[]): void {
    this.#flush();
    this.shown.add(file);
    this.#ideas.push({ kind: "file", step: this.step, heading: this.takeHeading(), file, caption });
  }

  /** The heading that nothing stands below yet. */
  takeHeading(): string | undefined {
    this.#flush();
    const heading = this.#heading;
    this.#heading = undefined;
    return heading;
  }

  /** A section. */
  begin(heading: string): void {
    this.#flush();
    if (heading === this.#title) return;
    const above = this.#heading;
    if (above !== undefined) this.#ideas.push({ kind: "prose", step: this.step, heading: above, blocks: [] });
    this.#heading = heading;
  }

  #flush(): void {
    const blocks = this.#leading;
    if (blocks.length === 0) return;
    this.#leading = [];
    const heading = this.#heading;
    this.#heading = undefined;
    this.#ideas.push({ kind: "prose", step: this.step, heading, blocks });
  }
}
