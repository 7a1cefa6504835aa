import { readFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { asHeader, asRecord, EVIDENCE_VERSION, type EvidenceHeader, type EvidenceRecord } from "./record.ts";
import { errnoOf, refusal } from "./refusal.ts";

export const EVIDENCE_FILE = "evidence.jsonl";

/** What a log holds. */
export interface Evidence {
  /** Undefined for a log that was never begun. */
  readonly header: EvidenceHeader | undefined;
  readonly records: readonly EvidenceRecord[];
  /** One sentence for each line that could not be read; the lines themselves stay where they are. */
  readonly notes: readonly string[];
  /** Bytes that hold whole lines; what follows was cut off while it was written. */
  readonly soundBytes: number;
  /** The cut-off end of the file: not a line, kept apart before the next line is written. */
  readonly torn: Uint8Array;
  /** The last line is whole but for its newline. */
  readonly lacksNewline: boolean;
}

const NEWLINE = 0x0a;
const NO_BYTES = new Uint8Array();
const NOTHING: Evidence = {
  header: undefined,
  records: [],
  notes: [],
  soundBytes: 0,
  torn: NO_BYTES,
  lacksNewline: false,
};

/**
 * Read the log of a folder, beside a writer too. A folder without one has no evidence. Throws an EnvironmentError when
 * the file cannot be read, is no evidence log, or was written by a newer version.
 */
export function readEvidence(folder: string): Evidence {
  const file = path.join(folder, EVIDENCE_FILE);
  try {
    return parseEvidence(readFileSync(file), file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return NOTHING;
    throw error instanceof EnvironmentError ? error : refusal("read", file, error);
  }
}

/** The log's bytes as evidence; `file` is for messages. Split at bytes, so that a cut character harms its line alone. */
function parseEvidence(bytes: Uint8Array, file: string): Evidence {
  const records: EvidenceRecord[] = [];
  const notes: string[] = [];
  let header: EvidenceHeader | undefined;
  let start = 0;
  let line = 1;
  const take = (value: unknown): void => {
    if (line === 1) header = checkHeader(value, file);
    else {
      const record = asRecord(value);
      if (record !== undefined) records.push(record);
      else notes.push(`${file}:${line} is not a record that this version knows; it was left as it is.`);
    }
    line += 1;
  };
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    take(parseLine(bytes.subarray(start, end)));
    start = end + 1;
  }
  // No JSON object is the beginning of another one: an end that parses lacks nothing but its newline.
  const rest = bytes.subarray(start);
  const value = rest.length === 0 ? undefined : parseLine(rest);
  if (value === undefined) return { header, records, notes, soundBytes: start, torn: rest, lacksNewline: false };
  take(value);
  return { header, records, notes, soundBytes: bytes.length, torn: NO_BYTES, lacksNewline: true };
}

function parseLine(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function checkHeader(value: unknown, file: string): EvidenceHeader {
  const header = asHeader(value);
  if (header === undefined) {
    throw new EnvironmentError(`${file}:1 is not the header of an evidence log, expected \`{"type":"header",…}\``, {
      hint: `Move \`${file}\` away to begin a new log; nothing in it was changed.`,
    });
  }
  if (header.version > EVIDENCE_VERSION) {
    const versions = `version ${header.version}, expected at most ${EVIDENCE_VERSION}`;
    throw new EnvironmentError(`${file}:1 was written by a newer learn-istio: found ${versions}`, {
      hint: "Update learn-istio, or set `XDG_STATE_HOME` to another folder.",
    });
  }
  return header;
}
