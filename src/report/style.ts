import { Chalk, type ChalkInstance } from "chalk";
import { keepColour, stripAnsi, wrapWords } from "../text/index.ts";

/** How a report looks. Without colour the text is the same, letter for letter. */
export interface Look {
  readonly colour: boolean;
  /** Columns that sentences are wrapped to; what commands print is never wrapped. */
  readonly width: number;
}

/** A look, made ready: our own colours, and what makes foreign text safe to print. */
export interface Style extends Look {
  readonly chalk: ChalkInstance;
  /** Text of a lesson or a command: only colour survives, and only where there is colour at all. */
  clean(text: string): string;
  /** A sentence of ours, wrapped; following lines begin with `indent`. */
  sentence(text: string, indent?: string): string;
}

const RESET = "\u001b[0m";
const PLAIN: Look = { colour: false, width: 80 };

export function styleOf(look: Partial<Look> = PLAIN): Style {
  const { colour, width } = { ...PLAIN, ...look };
  return {
    colour,
    width,
    chalk: new Chalk({ level: colour ? 1 : 0 }),
    clean: (text) => (colour ? closed(keepColour(text)) : stripAnsi(text)),
    sentence: (text, indent = "") => {
      const columns = Math.max(20, width - indent.length);
      return wrapWords(text, columns).replaceAll("\n", `\n${indent}`);
    },
  };
}

/** A colour that a command left on must not run into our own text. */
function closed(text: string): string {
  return text.includes("\u001b") ? `${text}${RESET}` : text;
}

/** Each line of a text behind the same words. */
export function indented(text: string, indent: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : indent + line))
    .join("\n");
}
