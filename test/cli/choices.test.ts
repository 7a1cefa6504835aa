import { expect, test } from "vitest";
import { flow } from "../../src/cli/screen/lines.ts";
import { type ChoiceName, choiceOf, nameChoices, renderHelp } from "../../src/cli/start/choices.ts";
import { hintHead } from "../../src/cli/start/hints.ts";

const OPEN: readonly ChoiceName[] = ["run", "check", "type", "edit", "hint", "solve", "skip", "back", "help", "quit"];

test.each<[string, ChoiceName | undefined]>([
  ["", "run"],
  ["t", "type"],
  [" Type ", "type"],
  ["b", "back"],
  ["?", "help"],
  ["n", undefined],
  ["next", undefined],
])("`%s` is the choice %s", (typed, choice) => {
  expect(choiceOf(typed, OPEN)).toBe(choice);
});

test("the line under a step, for keys at 80 and 40 columns, and as words", () => {
  const keys = nameChoices(OPEN, { keys: true, again: false });
  const words = nameChoices(OPEN, { keys: false, again: false });
  expect([flow(keys, "   ", 80), flow(keys, "   ", 40), flow(words, ", ", 40)].join("\n\n")).toMatchInlineSnapshot(`
    "Enter run   c check   t type   h hint   s solve   k skip   ? more   q quit

    Enter run   c check   t type   h hint
    s solve   k skip   ? more   q quit

    run, check, type, hint, solve, skip,
    help, quit"
  `);
});

test("what `?` shows after a step has passed", () => {
  expect(renderHelp(["next", "run", "back", "help", "quit"], { keys: true, again: true })).toMatchInlineSnapshot(`
    "  Enter  next    next step
      x      run     run the command again
      b      back    read the step before again; nothing is undone
      ?      help    all that can be chosen
      q      quit    leave; the way back is told
      Ctrl-C ends the command that runs; twice leaves."
  `);
});

test.each([
  ["Hint: something is missing", "Hint 1 of 2: something is missing"],
  ['Hint: "node(s) already exist"', 'Hint 1 of 2: "node(s) already exist"'],
  ["Hint 2: look again", "Hint 1 of 2: look again"],
  ["Hint", "Hint 1 of 2"],
  ["Hints of a wind", "Hint 1 of 2: Hints of a wind"],
])("a hint titled `%s`", (title, head) => {
  expect(hintHead({ title }, 1, 2)).toBe(head);
});

test.each([
  [["a", "b"], 10, "a  b"],
  [["aaaa", "bbbb", "c"], 8, "aaaa\n  bbbb\n  c"],
  [["one two three", "x"], 7, "one two\nthree\n  x"],
  [["one", "two"], 5, "one\n  two"],
])("%j in %i columns", (parts, width, expected) => {
  expect(flow(parts, "  ", width, "  ")).toBe(expected);
});
