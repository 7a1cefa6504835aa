import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { HeldEvent, Hold } from "../../run/index.ts";

/** What one lesson's events may take in memory while they wait, in characters. */
const MOST_IN_MEMORY = 1 << 20;

/** Events that wait for their turn: few in memory, many in a file that nobody else sees. */
export function holdOnDisk(): Hold {
  let held: HeldEvent[] = [];
  let size = 0;
  let file: number | undefined;
  return {
    push: (one) => {
      held.push(one);
      size += one.event.type === "output" ? one.event.text.length : 500;
      if (size <= MOST_IN_MEMORY) return;
      file ??= openUnnamed();
      writeSync(file, held.map((waiting) => `${JSON.stringify(waiting)}\n`).join(""));
      held = [];
      size = 0;
    },
    *drain() {
      if (file !== undefined) {
        for (const line of linesOf(file)) yield JSON.parse(line) as HeldEvent;
        closeSync(file);
        file = undefined;
      }
      yield* held;
      held = [];
    },
  };
}

/** A file without a name: however this process ends, nothing is left. */
function openUnnamed(): number {
  const folder = mkdtempSync(path.join(tmpdir(), "learn-istio-"));
  const file = openSync(path.join(folder, "events"), "w+", 0o600);
  rmSync(folder, { recursive: true, force: true });
  return file;
}

function* linesOf(file: number): Generator<string> {
  const decoder = new StringDecoder("utf8");
  const part = Buffer.allocUnsafe(1 << 16);
  let rest = "";
  for (let at = 0; ; ) {
    const size = readSync(file, part, 0, part.length, at);
    if (size === 0) return;
    at += size;
    const lines = (rest + decoder.write(part.subarray(0, size))).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
