import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { wrapCommand } from "../../src/cli/screen/wrap-command.ts";
import { columnsOf } from "../../src/text/index.ts";

const LONG = 'printf "<%s>\\n" --name "$CLUSTER and more" --image \'kindest/node  x\' --wait 120s | tr a-z A-Z';

test("a command is broken between its words, never inside of one", () => {
  expect(wrapCommand('kind create cluster --name "$CLUSTER" --image "$NODE_IMAGE" --wait 120s', 36)).toEqual([
    "kind create cluster --name \\",
    '  "$CLUSTER" --image "$NODE_IMAGE" \\',
    "  --wait 120s",
  ]);
});

test.each([
  ["words and quotes", LONG],
  ["a chain", "true && echo one two three four five six && echo seven   eight nine ten eleven"],
  ["a comment", "echo one two three four five # six seven eight nine ten eleven twelve"],
  [
    "a here-document",
    "cat <<E | tr a-z A-Z | tr A-Z a-z | tr a-z A-Z\none two three four five six seven eight nine ten\nE",
  ],
  ["a loop", "for i in 1 2; do\n  echo one two three four five six seven eight nine ten\ndone"],
  ["an escaped blank", "echo one\\ two\\ three\\ four\\ five\\ six\\ seven eight nine ten"],
  ["lines that go on already", "echo one two three \\\n  four five six seven eight nine ten eleven twelve"],
  ["a substitution", 'echo "$(echo one two three four five six seven eight nine)" and more'],
])("what is shown of %s does the same", (_what, source) => {
  const run = (text: string): string => execFileSync("bash", ["-c", text], { encoding: "utf8" });
  const shown = wrapCommand(source, 30);
  expect(shown.length).toBeGreaterThan(source.split("\n").length);
  expect(run(shown.join("\n"))).toBe(run(source));
});

test("what fits is left as it is; a word or a quoted text that is longer than a line stays whole", () => {
  expect(wrapCommand("echo one\n  echo two", 30)).toEqual(["echo one", "  echo two"]);
  const [first, second] = wrapCommand(`echo '${"x y ".repeat(20)}' end`, 30);
  expect(first).toBe("echo \\");
  expect(columnsOf(second ?? "")).toBeGreaterThan(80);
});
