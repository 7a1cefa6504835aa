import { createInterface } from "node:readline";
import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { showHidden } from "../../text/index.ts";
import type { Instructor } from "../../workshop/index.ts";
import type { Io } from "../io.ts";
import { wrapText } from "../screen/lines.ts";
import { look, soAlready } from "./instructing.ts";
import { readWords } from "./instructor-words.ts";

/**
 * Do what is typed under `class host`, line by line, one after the other; the end of input ends nothing. The returned
 * function stops listening.
 */
export function listenToWords(io: Io, instructor: Instructor): () => void {
  const lines = createInterface({ input: io.stdin, terminal: false });
  let last = Promise.resolve();
  lines.on("line", (line) => {
    if (line.trim() === "") return;
    last = last.then(() => obey(io, instructor, line)).catch((error: unknown) => tell(io, error));
  });
  // A terminal that is gone is no reason to send the class home.
  io.stdin.on("error", () => {});
  return () => {
    lines.close();
    io.stdin.pause();
  };
}

async function obey(io: Io, instructor: Instructor, line: string): Promise<void> {
  const board = await instructor.board();
  const wanted = readWords(line, board);
  switch (wanted.kind) {
    case "view":
      io.say((await look(instructor, wanted, io.width)).text);
      return;
    case "close":
      if (wanted.sure) await instructor.act({ type: "close" });
      else say(io, "The class would end for everybody, and nobody could join any more: `close yes` does it.");
      return;
    case "action": {
      // What was done is told as it happens, whoever did it.
      const already = soAlready(wanted.action, board);
      if (already === undefined) await instructor.act(wanted.action);
      else say(io, already);
    }
  }
}

function tell(io: Io, error: unknown): void {
  const hint = error instanceof UsageError || error instanceof EnvironmentError ? error.hint : undefined;
  const message = error instanceof Error ? error.message : String(error);
  say(io, `${message}${hint === undefined ? "" : ` ${hint}`}`);
}

function say(io: Io, sentence: string): void {
  io.say(`${wrapText(showHidden(sentence), io.width)}\n`);
}
