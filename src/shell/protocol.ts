import type { BlockRequest } from "./session.ts";

/**
 * The control channel. Towards bash: a header of 24 characters, then the block. Header: mode (`B` block, `C` check, `V`
 * values, `S` state, `Q` quit), stream (0 both, 1 stdout, 2 stderr), five flags and a spare, the length in bytes (8
 * digits), a sequence number (8 digits). Bash older than 4.1 takes the two parts each ended by NUL.
 *
 * Back from bash: records of NUL-ended fields whose first is `\u0001` and a type; see `FIELDS`.
 */
export type RequestMode = "B" | "C" | "V" | "S" | "Q";

/** Fields that follow each record type. */
const FIELDS: Readonly<Record<string, number>> = {
  /** Ready: bash's version; the limits stand before. */
  R: 1,
  /** Done: sequence number, status, working directory. */
  D: 3,
  /** Abandoned before its end: as `D`. */
  A: 3,
  /** First failed command: status, line, command. Line 0 where bash does not say which. */
  F: 3,
  /** Syntax error: sequence number, line of the driver's own `eval`, working directory; the message stands before. */
  S: 3,
  /** End of values: sequence number; name and value pairs stand before. */
  V: 1,
  /** End of state: sequence number; the state's fields stand before. */
  P: 1,
};

/** One record from bash; `before` is what stood between it and the record before. */
export interface ControlRecord {
  readonly type: string;
  readonly fields: readonly string[];
  readonly before: readonly string[];
}

const STREAMS = { both: "0", stdout: "1", stderr: "2" } as const;

/** What the driver must prepare for, seen in the text of a block. A flag too many costs microseconds. */
const FLAGS: readonly (readonly [string, RegExp])[] = [
  ["U", /[^\t\n\r\x20-\x7e]/],
  ["E", /\bset\b|errexit/],
  ["X", /\bexec\b/],
  // What `eval` and `source` read cannot be seen here: it may speak of traps too.
  ["T", /\btrap\b.*\bERR\b|\btrap\b\s*(?:$|[;|&)>]|-p)|\b(?:eval|source)\b|(?:^|[\s;&|({])\.\s/im],
  ["L", /\b(?:un)?alias\b|\bshopt\b|\bposix\b/],
];

/** What none of the flags can do without: most blocks have nothing of it. */
const ANY_FLAG = /[^\t\n\r\x20-\x7e]|set|errexit|exec|trap|alias|shopt|posix/i;
const NO_FLAGS = "-".repeat(FLAGS.length);

/** `eval`, `source` or `.` as a command: what they read may define functions and aliases that speak of traps. */
const READS_CODE = /(?:^|[;&|({]|\b(?:then|do|else|builtin|command)\b)\s*(?:eval|source|\.)\s/m;

/**
 * Whether a block may leave a function or an alias behind that touches traps: from then on any block may, by a word that
 * says nothing of it. Quotes are taken away first: `tr""ap` is `trap` to bash.
 */
export function mayReachTraps(source: string): boolean {
  const bare = unquoted(source);
  return bare.includes("trap") || READS_CODE.test(bare);
}

function unquoted(source: string): string {
  return /["'\\]/.test(source) ? source.replaceAll(/["'\\]/g, "") : source;
}

/** Encode a request. NUL cannot stand in bash source; it becomes U+FFFD. `traps`: an earlier block may have left what touches them. */
export function encodeRequest(
  mode: RequestMode,
  source: string,
  stream: BlockRequest["stream"],
  sequence: number,
  oldBash: boolean,
  traps = false,
): Buffer {
  // A backslash at the very end would join the driver's next word to the block's last one.
  const body = source.replaceAll("\0", "\ufffd") + (source.endsWith("\\") ? "\n" : "");
  const bare = unquoted(source);
  const flags =
    traps || ANY_FLAG.test(bare)
      ? FLAGS.map(([flag, pattern]) => (pattern.test(bare) || (traps && flag === "T") ? flag : "-")).join("")
      : NO_FLAGS;
  const head = `${mode}${STREAMS[stream]}${flags}-${digits(Buffer.byteLength(body))}${digits(sequence)}`;
  return Buffer.from(oldBash ? `${head}\0${body}\0` : head + body);
}

function digits(value: number): string {
  return String(value).padStart(8, "0");
}

const NOTHING = Buffer.alloc(0);

/** Cuts the control channel's bytes into records. */
export class RecordReader {
  #pending: Buffer = NOTHING;
  #before: string[] = [];
  #record: { type: string; fields: string[] } | undefined;

  push(bytes: Buffer): ControlRecord[] {
    const records: ControlRecord[] = [];
    const data = this.#pending.length > 0 ? Buffer.concat([this.#pending, bytes]) : bytes;
    const end = data.lastIndexOf(0);
    // Decoded at once and then cut: NUL is no part of any other character.
    const fields = end < 0 ? [] : data.toString("utf8", 0, end).split("\0");
    for (const field of fields) {
      const record = this.#field(field);
      if (record !== undefined) records.push(record);
    }
    this.#pending = end === data.length - 1 ? NOTHING : Buffer.from(data.subarray(end + 1));
    return records;
  }

  #field(text: string): ControlRecord | undefined {
    if (this.#record === undefined) {
      const mark = text.lastIndexOf("\u0001");
      const type = text.slice(mark + 1);
      if (mark < 0 || FIELDS[type] === undefined) {
        this.#before.push(text);
        return undefined;
      }
      if (mark > 0) this.#before.push(text.slice(0, mark));
      this.#record = { type, fields: [] };
      return undefined;
    }
    this.#record.fields.push(text);
    if (this.#record.fields.length < (FIELDS[this.#record.type] ?? 0)) return undefined;
    const record = { ...this.#record, before: this.#before };
    this.#record = undefined;
    this.#before = [];
    return record;
  }
}
