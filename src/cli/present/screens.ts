import type { Command, Lesson, Step } from "../../lesson/index.ts";
import { hiddenHead, stepsOf } from "../../run/index.ts";
import { columnsOf, plural, showHidden } from "../../text/index.ts";
import { highlight } from "../screen/code.ts";
import { indent, item, wrapText } from "../screen/lines.ts";
import { type MarkdownBlock, renderMarkdown } from "../screen/markdown.ts";
import type { Palette } from "../screen/palette.ts";
import { wrapCommand } from "../screen/wrap-command.ts";
import { drawTitle, type Ink } from "./block-letters.ts";
import type { Idea } from "./deck.ts";

/** The terminal. In the plain form nothing is laid out: `rows` is undefined then. */
export interface Size {
  readonly columns: number;
  readonly rows: number | undefined;
}

/** What an idea is shown with. */
export interface Look {
  readonly palette: Palette;
  /** Definitions of links and footnotes, as Markdown. */
  readonly references: string;
  /** Undefined: titles are never drawn. */
  readonly ink: Ink | undefined;
  /** The target's label, which says what is simulated. */
  readonly target: string;
}

/** Lines of one screen, without the line of keys. */
export type Page = readonly string[];

/** Words of a line that are read at a glance from the back row. */
const READING_COLUMNS = 50;
/** What a title may take of the screen. */
const MOST_LINES_OF_LETTERS = 3;

/**
 * An idea as screens: one, unless it does not fit. Each is a block in the middle of the terminal's columns. `below`: what is
 * to be told of it besides.
 */
export function pagesOf(lesson: Lesson, idea: Idea, size: Size, look: Look, below = ""): readonly Page[] {
  const { heading, body } = partsOf(lesson, idea, size, look);
  return layOut(heading, [body, below].filter((part) => part !== "").join("\n\n"), size, look);
}

/** A text that is no idea of the lesson (a recorded output, the keys) as screens. */
export function pagesOfText(heading: string, body: string, size: Size, look: Look): readonly Page[] {
  return layOut(heading, body, size, { ...look, ink: undefined });
}

function partsOf(lesson: Lesson, idea: Idea, size: Size, look: Look): { heading: string; body: string } {
  switch (idea.kind) {
    case "title":
      return { heading: lesson.title, body: titleText(lesson, size, look) };
    case "prose":
      return { heading: idea.heading ?? "", body: proseText(idea.blocks, size, look) };
    case "file":
    case "act": {
      const what =
        idea.kind === "file" ? fileText(idea.file, size, look) : actText(stepAt(lesson, idea.step), size, look);
      const body = [proseText(idea.caption, size, look), what];
      return { heading: idea.heading ?? "", body: body.filter((part) => part !== "").join("\n\n") };
    }
    case "end":
      return { heading: "The end", body: wrapText(`That was ${lesson.id}.`, reading(size)) };
  }
}

export function stepAt(lesson: Lesson, index: number): Step {
  const step = stepsOf(lesson)[index];
  if (step === undefined) throw new Error(`no step ${index} in ${lesson.id}`);
  return step;
}

function titleText({ front, id }: Lesson, size: Size, { target, palette }: Look): string {
  const minutes = front.minutes === undefined ? "" : `, about ${plural(front.minutes, "minute")}`;
  const parts = [front.summary ?? "", palette.dim(`${id}${minutes}, on target ${target}`), palette.dim(HOW_TO_ENLARGE)];
  return parts
    .filter((part) => part !== "")
    .map((part) => wrapText(part, reading(size)))
    .join("\n\n");
}

const HOW_TO_ENLARGE =
  "Larger letters: Ctrl and + in most terminals, Cmd and + on a Mac. Go on when the back row can read this.";

/** Blocks of prose, for the columns that each is read best in. */
export function proseText(blocks: readonly MarkdownBlock[], size: Size, { palette, references }: Look): string {
  return blocks
    .map(({ type, markdown }) => {
      const width = WIDE.includes(type) ? widthOf(size, 100) : reading(size);
      return renderMarkdown(markdown, { width, palette, references });
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What is worth all columns that there are. */
const WIDE: readonly MarkdownBlock["type"][] = ["code", "table"];

function fileText({ source, file }: Command, size: Size, { palette }: Look): string {
  const name = file?.path ?? "";
  const text = highlight(showHidden(source.trimEnd()), name.slice(name.lastIndexOf(".") + 1), palette);
  return `${wrapText(palette.bold(`The file ${showHidden(name)}`), reading(size))}\n\n${text}`;
}

/** What a step runs, or what has to be reached. */
function actText({ commands, checks, manual, solution }: Step, size: Size, look: Look): string {
  if (manual !== undefined)
    return indent(renderMarkdown(manual.markdown, { ...look, width: reading(size) }), "    ").replace(/^ {4}/, "[ ] ");
  if (commands.length > 0) return commands.map((one) => commandText(one, size, look)).join("\n\n");
  const goals = checks.map(({ title }) => item("[ ]", title, reading(size)));
  return [...goals, ...(solution === undefined ? [] : ["", look.palette.dim("(there is a solution)")])].join("\n");
}

/** A command as it is shown before it runs. */
export function commandText(command: Command, size: Size, { palette }: Look): string {
  const { source, file, hidden, place } = command;
  const head = hidden === true ? `${wrapText(hiddenHead(place), reading(size))}\n` : "";
  if (file !== undefined) return head + palette.dim(`writes ${showHidden(file.path)}`);
  const [first = "", ...rest] = wrapCommand(showHidden(source.trimEnd()), widthOf(size, 100) - 2);
  return head + [`$ ${first}`, ...rest.map((line) => `  ${line}`)].map((line) => strong(line, palette)).join("\n");
}

function strong(line: string, palette: Palette): string {
  return line.trim() === "" ? line : palette.bold(palette.code(line));
}

function reading(size: Size): number {
  return widthOf(size, READING_COLUMNS);
}

/** So many columns, or what there are with a margin. */
function widthOf({ columns, rows }: Size, wanted: number): number {
  if (rows === undefined) return Math.min(80, columns);
  return Math.max(20, Math.min(wanted, columns - 4));
}

/** A terminal that things are laid out on. */
type Laid = Size & { readonly rows: number };

function layOut(heading: string, body: string, size: Size, look: Look): readonly Page[] {
  const lines = body === "" ? [] : body.split("\n");
  const { columns, rows } = size;
  if (rows === undefined) return [[...(heading === "" ? [] : [`== ${heading}`, ""]), ...lines, ""]];
  if (heading === "") return centred(paginate([], lines, { columns, rows }), size);
  const bold = wrapText(look.palette.bold(heading), widthOf(size, READING_COLUMNS)).split("\n");
  const large = drawHeading(heading, size, look);
  // A drawing is for what it stands above: where both do not fit, the words alone have to be read.
  const gap = lines.length === 0 ? 0 : 2;
  const top = large !== undefined && large.length + gap + lines.length <= rows ? [...large, ""] : bold;
  return centred(paginate([...top, ""], lines, { columns, rows }), size);
}

function drawHeading(heading: string, size: Size, { ink, palette }: Look): readonly string[] | undefined {
  if (ink === undefined) return undefined;
  const rows = drawTitle(heading, size.columns - 4, MOST_LINES_OF_LETTERS, ink);
  return rows?.map((row) => (row === "" ? row : palette.bold(row)));
}

/** Rows that a line takes: the terminal breaks one that is too wide. */
export function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(columnsOf(line) / columns));
}

/** Screens of at most so many rows; broken at a blank line where one is not too far up. */
function paginate(top: readonly string[], lines: readonly string[], { columns, rows }: Laid): readonly Page[] {
  const pages: Page[] = [];
  let rest = [...top, ...lines];
  for (;;) {
    const fit = countFitting(rest, columns, rows);
    if (fit === rest.length) break;
    const blank = rest.slice(0, fit).findLastIndex((line) => line.trim() === "");
    const cut = blank >= Math.max(fit / 4, top.length + 1) ? blank : fit;
    pages.push(rest.slice(0, cut));
    rest = rest.slice(cut);
    while (rest[0]?.trim() === "") rest = rest.slice(1);
  }
  return rest.length > 0 || pages.length === 0 ? [...pages, trimEnd(rest)] : pages;
}

/** How many of the lines a screen has room for; one at least. */
function countFitting(lines: readonly string[], columns: number, rows: number): number {
  let used = 0;
  const over = lines.findIndex((line) => {
    used += rowsOf(line, columns);
    return used > rows;
  });
  return over === -1 ? lines.length : Math.max(1, over);
}

function trimEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== "") + 1);
}

/** What goes on over several screens stands on all of them at the same place. */
function centred(pages: readonly Page[], { columns }: Size): readonly Page[] {
  const widest = Math.max(0, ...pages.flat().map((line) => columnsOf(line)));
  const margin = " ".repeat(Math.max(0, Math.floor((columns - widest) / 2)));
  return pages.map((page) => page.map((line) => (line === "" ? line : margin + line)));
}
