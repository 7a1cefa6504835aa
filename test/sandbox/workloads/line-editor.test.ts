import { expect, test } from "vitest";
import { LineEditor } from "../../../src/sandbox/workloads/shell/line-editor.ts";

test.each([
  ["a letter at the end is all that is sent", "ab", ["c"], "c"],
  ["what follows a letter is written again", "ac", ["\x1b[D", "b"], "\bbc\b"],
  ["a wide character is two columns", "a日", ["\x1b[D"], "\b\b"],
  ["a mark takes none", "e\u0301", ["\x1b[D", "\x1b[D"], "\b"],
  ["nothing is left of the start", "", ["\x1b[D", "\x7f", "\x17", "\x1b[A"], ""],
  ["nothing is right of the end", "a", ["\x1b[C", "\x1b[3~", "\x0b", "\x1b[B"], ""],
  ["an erased character takes its columns along", "a日b", ["\x1b[D", "\x7f"], "\b\b\b\x1b[Kb\b"],
  ["the word before the cursor goes", "ls  -l  ", ["\x17"], `${"\b".repeat(4)}\x1b[K`],
])("%s", (_, typed, keys, sent) => {
  const line = new LineEditor();
  for (const key of typed) line.press(key);
  expect(keys.map((key) => line.press(key)).join("")).toBe(sent);
});
