import { Chalk } from "chalk";

/** The few colours of the screen. Without colour each is the text itself. */
export interface Palette {
  bold(text: string): string;
  dim(text: string): string;
  code(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** Sixteen-colour codes only: they follow the terminal's own theme, light or dark. */
export function createPalette(colour: boolean): Palette {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return { bold: chalk.bold, dim: chalk.dim, code: chalk.cyan, good: chalk.green, bad: chalk.red };
}
