import { match, parseExpectation } from "../../src/expect/index.ts";
import type { Client } from "./clients.ts";

/** A command of a transcript, as one client is to see it. */
export interface TranscriptCommand {
  readonly command: string;
  /** From 1. */
  readonly line: number;
  /** Lines of an expectation; none: it prints nothing. */
  readonly output: readonly string[];
  readonly exit: number;
}

const RANGE = /^\[(>=|<)(\d+)(?:\.(\d+))?\] /;

/**
 * Parse a transcript:
 *
 *     # what it shows                 up to the first command, and after an empty line: a remark
 *     $ kubectl get pods              a command; `> ` continues it
 *     NAME   READY   ...              all that it prints, on either stream, with the placeholders of lessons
 *     [1]                             its exit code, 0 when there is none
 *
 * A line that begins with `[>=1.33] ` or `[<1.33] ` is there for those versions of the client alone; before a `$` it goes
 * for the whole command. Two of them must both hold.
 */
export function parseTranscript(text: string, client: Client): readonly TranscriptCommand[] {
  const commands: { command: string; line: number; output: string[]; exit: number; applies: boolean }[] = [];
  let wasEmpty = true;
  for (const [index, written] of text.split("\n").entries()) {
    const { line, applies } = forClient(written, client);
    const now = commands.at(-1);
    if (line.startsWith("$ ")) {
      commands.push({ command: line.slice(2), line: index + 1, output: [], exit: 0, applies });
    } else if (wasEmpty && line.startsWith("# ")) {
      continue;
    } else if (now === undefined) {
      if (line !== "") throw new Error(`line ${index + 1} is no command and no remark: ${line}`);
    } else if (line.startsWith("> ") && now.output.length === 0) {
      now.command += `\n${line.slice(2)}`;
    } else if (/^\[\d+\]$/.test(line)) {
      if (applies) now.exit = Number(line.slice(1, -1));
    } else if (applies) {
      now.output.push(line);
    }
    wasEmpty = line === "";
  }
  return commands
    .filter((one) => one.applies)
    .map(({ command, line, output, exit }) => ({
      command,
      line,
      exit,
      output: output.slice(0, output.findLastIndex((row) => row.trim() !== "") + 1),
    }));
}

/** Why what a command did is not what the transcript says; undefined when it is. */
export function differenceOf(expected: TranscriptCommand, ran: { output: string; exit: number }): string | undefined {
  const isExpected = ran.exit === expected.exit && matches(expected, ran.output);
  if (isExpected) return;
  const wanted = [...expected.output, `[${expected.exit}]`].join("\n");
  return `line ${expected.line}: $ ${expected.command}\n--- expected\n${wanted}\n--- found\n${ran.output}[${ran.exit}]\n`;
}

function matches(expected: TranscriptCommand, output: string): boolean {
  if (expected.output.length === 0) return output.trim() === "";
  const place = (line: number) => ({ file: "transcript", line, column: 1, offset: 0, endOffset: 0 });
  const lines = expected.output.map((text, row) => ({ text, place: place(expected.line + row + 1) }));
  const { expectation, diagnostics } = parseExpectation(lines, "lines", place(expected.line));
  if (expectation?.mode !== "lines") throw new Error(diagnostics.map((one) => one.message).join("; "));
  return match(expectation, output, () => undefined).kind === "match";
}

function forClient(written: string, client: Client): { line: string; applies: boolean } {
  const found = RANGE.exec(written);
  if (found === null) return { line: written, applies: true };
  const [prefix, operator, major, minor] = found;
  const [clientMajor, clientMinor] = client.version;
  const difference = clientMajor - Number(major) || (minor === undefined ? 0 : clientMinor - Number(minor));
  const applies = operator === "<" ? difference < 0 : difference >= 0;
  const rest = forClient(written.slice(prefix.length), client);
  return { line: rest.line, applies: applies && rest.applies };
}
