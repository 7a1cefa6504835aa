import { Chalk } from "chalk";

/** The few colours of the screen. Without colour each is the text itself. */
export interface Palette {
  readonly coloured: boolean;
  bold(text: string): string;
  italic(text: string): string;
  dim(text: string): string;
  code(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** Parts of code: a quoted text, and what stands for a value. */
  quoted(text: string): string;
  value(text: string): string;
}

/** Sixteen-colour codes only: they follow the terminal's own theme, light or dark. */
export function createPalette(colour: boolean): Palette {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return {
    coloured: colour,
    bold: chalk.bold,
    italic: chalk.italic,
    dim: chalk.dim,
    code: chalk.cyan,
    good: chalk.green,
    bad: chalk.red,
    quoted: chalk.green,
    value: chalk.yellow,
  };
}
