import { formatDuration } from "../../text/index.ts";
import { indent, item, wrapText } from "../screen/lines.ts";
import { renderMarkdown } from "../screen/markdown.ts";
import type { Palette } from "../screen/palette.ts";
import type { NotesLine } from "./notes.ts";

type Line<T extends NotesLine["type"]> = Extract<NotesLine, { type: T }>;

export interface NotesStyle {
  readonly width: number;
  readonly palette: Palette;
}

/** What is told when a presentation begins. Pure. */
export function renderBegin({ lesson, title, minutes, target, notes }: Line<"begin">, style: NotesStyle): string {
  const planned = minutes === undefined ? "" : `, planned for ${formatDuration(minutes * 60_000)}`;
  const head = style.palette.bold(wrapText(`== ${lesson} ${title} [${target}]${planned}`, style.width));
  return parts(head, markdown(notes, style));
}

/** One idea as its presenter needs it: what is shown, what to say, what comes next, how the time stands. Pure. */
export function renderIdea(idea: Line<"idea">, { at, minutes }: Line<"begin">, style: NotesStyle): string {
  const { palette, width } = style;
  const label = (text: string): string => palette.bold(text);
  const planned = minutes === undefined ? "" : ` of ${formatDuration(minutes * 60_000)}`;
  const place = `-- ${idea.number} of ${idea.of}   step ${idea.stepNumber} of ${idea.steps} #${idea.step}`;
  const time = `${formatDuration(Math.max(0, Math.floor((idea.at - at) / 1000) * 1000))}${planned}`;
  return parts(
    palette.bold(wrapText(`${place}   ${time}`, width)),
    idea.notes === "" ? "" : `${label("Notes")}\n${indent(markdown(idea.notes, narrow(style)), "  ")}`,
    `${label("Now")}\n${indent(markdown(idea.now, narrow(style)), "  ")}`,
    idea.checks.length === 0
      ? ""
      : `${label("It is judged by")}\n${idea.checks.map((title) => indent(item("-", title, width - 2), "  ")).join("\n")}`,
    ...idea.hints.map(
      ({ title, markdown: text }) => `${label(wrapText(title, width))}\n${indent(markdown(text, narrow(style)), "  ")}`,
    ),
    idea.next === "" ? "" : `${label("Next")}\n${indent(markdown(idea.next, narrow(style)), "  ")}`,
  );
}

function narrow(style: NotesStyle): NotesStyle {
  return { ...style, width: style.width - 2 };
}

function markdown(text: string, style: NotesStyle): string {
  return text === "" ? "" : renderMarkdown(text, style);
}

function parts(...texts: readonly string[]): string {
  return `${texts.filter((text) => text !== "").join("\n\n")}\n\n`;
}
