import { type ColourFilter, columnsOf, createColourFilter, keepColour, stripAnsi } from "../../text/index.ts";
import type { Io } from "../io.ts";
import { indent, wrapText } from "./lines.ts";
import { createPalette, type Palette } from "./palette.ts";

/**
 * Lines, each written once; nothing moves. Whatever is written, be it a lesson's words or a command's output, only colour
 * of it reaches the terminal, and where there is no colour not even that.
 */
export class Paper {
  protected readonly io: Pick<Io, "print" | "width" | "colour" | "interactive">;
  readonly palette: Palette;
  #filter: ColourFilter = createColourFilter();
  #atLineStart = true;
  /** The last line is blank, or nothing stands there yet: a gap never grows. */
  #blank = true;

  constructor(io: Pick<Io, "print" | "width" | "colour" | "interactive">) {
    this.io = io;
    this.palette = createPalette(io.colour);
  }

  get width(): number {
    return this.io.width;
  }

  /** Text of ours, on lines of its own. */
  line(text = ""): void {
    this.endAsk();
    if (text === "" && this.#blank) return;
    this.io.print(`${this.clean(text)}\n`);
    this.#blank = text === "" || text.endsWith("\n");
  }

  /** Wrapped, each of its lines behind `lead`. */
  sentence(text: string, lead = ""): void {
    this.line(indent(wrapText(this.clean(text), this.io.width - lead.length), lead));
  }

  /** A line of a list: the text stands to the right of its mark. */
  item(mark: string, text: string): void {
    const lead = " ".repeat(columnsOf(mark) + 3);
    const body = indent(wrapText(this.clean(text), this.io.width - lead.length), lead);
    this.line(`  ${mark} ${body.slice(lead.length)}`);
  }

  /** Without a line end: what is asked stands before what is typed. */
  ask(text: string): void {
    this.endAsk();
    this.io.print(this.clean(text));
    this.#atLineStart = text === "";
    this.#blank = false;
  }

  /** What was chosen by a key or typed into a pipe, so that the record reads like a session. */
  echo(text: string): void {
    this.io.print(`${this.clean(text)}\n`);
    this.#atLineStart = true;
    this.#blank = false;
  }

  /** What was typed ended its line itself. */
  edited(): void {
    this.#atLineStart = true;
  }

  /** Another program had the terminal, and nobody knows where on its line it stopped. */
  leftOpen(): void {
    this.#atLineStart = false;
    this.#blank = false;
  }

  /** The terminal did not echo a key: its line is still open. */
  endAsk(): void {
    if (!this.#atLineStart) {
      this.io.print("\n");
      this.#blank = false;
    }
    this.#atLineStart = true;
  }

  /** What a command prints, as it comes. */
  stream(text: string): void {
    this.#put(this.#filter.push(text));
  }

  /** The command has ended: half a sequence is dropped, a colour left on is turned off. */
  endStream(): void {
    this.#put(this.#filter.end());
  }

  protected clean(text: string): string {
    return this.io.colour ? keepColour(text) : stripAnsi(text);
  }

  #put(text: string): void {
    const shown = this.io.colour ? text : stripAnsi(text);
    if (shown === "") return;
    this.io.print(shown);
    const plain = stripAnsi(shown);
    // Colour alone moves nothing.
    if (plain === "") return;
    this.#atLineStart = plain.endsWith("\n");
    this.#blank = plain.endsWith("\n\n");
  }
}
