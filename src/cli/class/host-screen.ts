import { columnsOf, showHidden } from "../../text/index.ts";
import type { Board, BoardRow, Happening } from "../../workshop/index.ts";
import type { Io } from "../io.ts";
import { item } from "../screen/lines.ts";
import { clockTime, describeEvent, describeNotice, describeStuck } from "./words.ts";

/** How often the board is looked at for who got stuck, in milliseconds. */
const LOOK_MS = 1000;
/** The same fault, and the same refusal of the same address, is said once within this. */
const AGAIN_MS = 10_000;
const NAME_COLUMNS = 16;
/** Columns of names want this many; with fewer a line is told as a sentence. */
const SIDE_BY_SIDE = 60;

/** What happens in a class, line by line; nothing that was said is changed. */
export class HostScreen {
  readonly #io: Io;
  readonly #json: boolean;
  readonly #isWrapped = process.stdout.isTTY === true;
  /** What was said of late, and when. */
  readonly #said = new Map<string, number>();
  #stuck = new Map<number, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  /** From here on, tell who gets stuck and who no longer is. */
  follow(board: () => Board): void {
    this.#timer = setInterval(() => this.look(board()), LOOK_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  happened(happening: Happening): void {
    if (this.#json) {
      this.#io.print(`${JSON.stringify(happening)}\n`);
      return;
    }
    switch (happening.type) {
      case "told":
        this.#line(happening.at, happening.handle ?? "everybody", describeNotice(happening.notice));
        return;
      case "event":
        // The end of a step says it.
        if (happening.event.type !== "check-end")
          this.#line(happening.event.at, happening.handle, describeEvent(happening.event));
        return;
      default:
        this.#line(happening.at, happening.handle, happening.type);
    }
  }

  /** Who is stuck now and was not before, for another reason, or no longer. */
  look({ rows }: Board): void {
    const before = this.#stuck;
    this.#stuck = new Map();
    for (const row of rows) {
      const signs = row.stuck.map((one) => (one.kind === "again" ? `again ${one.diagnosis}` : one.kind)).join("\n");
      if (signs !== "") this.#stuck.set(row.number, `${row.step}\n${signs}`);
      if (this.#stuck.get(row.number) !== before.get(row.number)) this.#tellStuck(row);
    }
  }

  refused({
    address,
    request,
    reason,
  }: {
    readonly address: string;
    readonly request: string;
    readonly reason: string;
  }) {
    this.#sayOnce(`${address} ${reason}`, `refused: ${address} ${showHidden(request)}: ${showHidden(reason)}\n`);
  }

  fault(error: unknown): void {
    const text = `learn-istio: ${error instanceof Error ? error.message : String(error)}\n`;
    this.#sayOnce(text, text);
  }

  /** Whoever tries again and again fills no screen. */
  #sayOnce(key: string, text: string): void {
    const now = this.#io.now();
    for (const [one, at] of this.#said) if (at <= now - AGAIN_MS) this.#said.delete(one);
    if (this.#said.has(key)) return;
    this.#said.set(key, now);
    this.#io.say(text);
  }

  #tellStuck({ number, handle, step, stuck }: BoardRow): void {
    if (this.#json) {
      this.#io.print(`${JSON.stringify({ type: "stuck", at: this.#io.now(), number, handle, step, stuck })}\n`);
      return;
    }
    const where = step === undefined ? "" : ` at ${showHidden(step)}`;
    const what = stuck.length === 0 ? "is not stuck any more" : `STUCK${where}: ${stuck.map(describeStuck).join("; ")}`;
    this.#line(this.#io.now(), handle, what);
  }

  #line(at: number, handle: string, what: string): void {
    const time = clockTime(at).slice(11);
    const name = showHidden(handle);
    const pad = " ".repeat(Math.max(0, NAME_COLUMNS - columnsOf(name)));
    // A terminal would break a longer line anywhere; who reads a pipe wants one line for one thing.
    if (this.#isWrapped && this.#io.width < SIDE_BY_SIDE)
      this.#io.print(`${item(time, `${name} ${what}`, this.#io.width)}\n`);
    else if (this.#isWrapped) this.#io.print(`${item(`${time}  ${name}${pad} `, what, this.#io.width)}\n`);
    else this.#io.print(`${time}  ${name}${pad}  ${what}\n`);
  }
}
