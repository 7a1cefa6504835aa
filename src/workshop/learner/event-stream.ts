import { StringDecoder } from "node:string_decoder";

/** One server-sent event, as the HTML standard reads it (section 9.2.6). */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  /** Undefined where the event has none of its own. */
  readonly id: string | undefined;
}

/** The longest event that is read, in characters: a state that names 1,000 steps has half of that. */
export const LONGEST = 512 * 1024;

/** The stream sent something that no host of a class sends. */
export class StreamError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "StreamError";
  }
}

/** Bytes of an event stream, cut anywhere → its events. */
export class EventStream {
  readonly #decoder = new StringDecoder("utf8");
  readonly #longest: number;
  #rest = "";
  #began = false;
  #endedByCr = false;
  #type = "";
  #data: string[] = [];
  #size = 0;
  #id: string | undefined;

  constructor(longest = LONGEST) {
    this.#longest = longest;
  }

  /** The events that these bytes complete. Throws a StreamError for one that is too long. */
  push(bytes: Buffer): readonly StreamEvent[] {
    const lines = this.#lines(this.#decoder.write(bytes));
    return lines.flatMap((line) => this.#take(line) ?? []);
  }

  /** Lines end with LF, CR or both; both may come in two pieces. */
  #lines(text: string): readonly string[] {
    let fresh = text;
    if (!this.#began && fresh !== "") {
      this.#began = true;
      if (fresh.startsWith("\ufeff")) fresh = fresh.slice(1);
    }
    if (this.#endedByCr && fresh.startsWith("\n")) fresh = fresh.slice(1);
    if (text !== "") this.#endedByCr = text.endsWith("\r");
    const [first = "", ...others] = fresh.split(/\r\n|\n|\r/);
    if (this.#rest.length + first.length > this.#longest) throw new StreamError("a line is too long");
    const lines = [this.#rest + first, ...others];
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  #take(line: string): StreamEvent | undefined {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    // A comment: somebody is there.
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "data") {
      this.#size += value.length + 1;
      if (this.#size > this.#longest) throw new StreamError("an event is too long");
      this.#data.push(value);
    }
    return undefined;
  }

  #finish(): StreamEvent | undefined {
    const event = { type: this.#type || "message", data: this.#data.join("\n"), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#type = "";
    this.#data = [];
    this.#size = 0;
    this.#id = undefined;
    return isEmpty ? undefined : event;
  }
}
