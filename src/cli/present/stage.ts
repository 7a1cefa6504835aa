import { keepColour, stripAnsi } from "../../text/index.ts";
import type { Io } from "../io.ts";
import { flow } from "../screen/lines.ts";
import { createPalette, type Palette } from "../screen/palette.ts";
import { type Page, rowsOf, type Size } from "./screens.ts";

/** The terminal's size now; undefined where there is none. */
export type ReadSize = () => { readonly columns: number; readonly rows: number } | undefined;

/** Left of what a command prints: tables are made for 80 columns, and keep them. */
function marginFor(columns: number): number {
  return columns >= 100 ? 8 : columns >= 80 ? 1 : 0;
}

/**
 * Where a lesson is shown. Nothing is ever drawn over: blank lines push what was there out of sight, and it can be scrolled
 * back to. In the plain form nothing is pushed. What a run prints goes through `print`, with a margin.
 */
export class Stage implements Pick<Io, "print" | "width" | "colour" | "interactive"> {
  readonly #io: Io;
  readonly #readSize: ReadSize;
  readonly palette: Palette;
  #margin = "";
  #line = "";
  #flowed = 0;
  #open = false;

  constructor(io: Io, readSize: ReadSize) {
    this.#io = io;
    this.#readSize = readSize;
    this.palette = createPalette(io.colour);
  }

  get colour(): boolean {
    return this.#io.colour;
  }

  get interactive(): boolean {
    return this.#io.interactive;
  }

  /** Columns of what a run prints. */
  get width(): number {
    return Math.max(40, Math.min(100, this.size(0).columns - 2 * this.#margin.length));
  }

  /** Room for an idea above so many lines of keys. */
  size(keyLines: number): Size {
    const now = this.interactive ? this.#readSize() : undefined;
    if (now === undefined) return { columns: this.#io.width, rows: undefined };
    // A line above and a line below stay blank.
    return { columns: Math.max(20, now.columns), rows: Math.max(5, now.rows - keyLines - 2) };
  }

  /** The lines of keys as they would be broken now. */
  keyLines(parts: readonly string[]): readonly string[] {
    return flow(parts, "  ", this.size(0).columns).split("\n");
  }

  /** A screen of its own; the keys stand at its foot, and what is typed behind them. */
  show(page: Page, keys: readonly string[]): void {
    this.#end();
    this.#margin = "";
    const foot = this.keyLines(keys);
    const lines = page.map((line) => this.#clean(line));
    const { columns } = this.size(0);
    const taken = lines.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    const spare = Math.max(0, this.#rows - foot.length - taken);
    const above = Math.floor(spare / 2);
    this.#io.print("\n".repeat(above));
    this.#io.print(lines.map((line) => `${line}\n`).join(""));
    this.#io.print("\n".repeat(spare - above));
    this.#foot(foot);
  }

  /** An empty screen: a run begins at its foot, and rises. */
  beginRun(): void {
    this.#end();
    if (this.#rows > 0) {
      this.#io.print("\n".repeat(this.#rows));
      this.#margin = " ".repeat(marginFor(this.size(0).columns));
    }
    this.#flowed = 0;
    this.#line = "";
  }

  /** What a run printed is lifted to the middle of the screen, where it is seen over the heads of a room. */
  endRun(keys: readonly string[]): void {
    if (this.#line !== "") this.print("\n");
    this.#margin = "";
    const foot = this.keyLines(keys);
    this.#io.print("\n".repeat(Math.max(0, Math.floor((this.#rows - foot.length - this.#flowed) / 2))));
    this.#foot(foot);
  }

  /** Keys again, below what stands there. */
  ask(keys: readonly string[]): void {
    this.#end();
    this.#foot(this.keyLines(keys));
  }

  /** The line of keys is the last one, and waits. */
  get isAsking(): boolean {
    return this.#open;
  }

  /** Somebody typed a line behind the keys, and ended it. */
  typed(): void {
    this.#open = false;
  }

  /** Whatever is printed by others ends the line of keys first. */
  print(text: string): void {
    this.#end();
    let shown = "";
    for (const part of text.split(/(\n)/)) {
      if (part === "") continue;
      if (part === "\n") {
        this.#flowed += rowsOf(this.#margin + stripAnsi(this.#line), this.size(0).columns);
        this.#line = "";
      } else {
        if (this.#line === "") shown += this.#margin;
        this.#line += part;
      }
      shown += part;
    }
    this.#io.print(shown);
  }

  /** Of what a lesson says or a command once printed only colour reaches the terminal. */
  #clean(text: string): string {
    return this.colour ? keepColour(text) : stripAnsi(text);
  }

  /** 0: nothing is laid out. */
  get #rows(): number {
    return (this.interactive ? this.#readSize()?.rows : undefined) ?? 0;
  }

  #foot(lines: readonly string[]): void {
    this.#io.print(`${lines.map((line) => this.palette.dim(this.#clean(line))).join("\n")} `);
    this.#open = true;
  }

  /** The line of keys is still open. */
  #end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#io.print("\n");
  }
}
