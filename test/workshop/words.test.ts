import { expect, test } from "vitest";
import { readWords } from "../../src/cli/class/instructor-words.ts";
import { boardOf } from "../../src/workshop/board/board.ts";
import { addEvent, NO_PROGRESS } from "../../src/workshop/board/progress.ts";
import { COURSE_STEPS, ORDER } from "../support/classes.ts";

const opened = addEvent(NO_PROGRESS, { type: "open", at: 0, lesson: "lesson-01", step: "one" }, ORDER);
const read = (tier: number) => addEvent(opened, { type: "hint", at: 0, lesson: "lesson-01", step: "one", tier }, ORDER);
const HANDLES = ["ana", "Ana Maria", "andy", "7", "علي", "👩‍💻 Zoë", "<b>x</b>", "done", "far"];
const standings = HANDLES.map((handle, index) => ({
  number: index + 1,
  handle,
  joined: 0,
  left: false,
  helped: undefined,
  progress: { done: read(2), far: NO_PROGRESS }[handle] ?? (index === 1 ? read(1) : opened),
}));
const BOARD = boardOf({ title: "A course", state: { gated: [], closed: false }, steps: COURSE_STEPS }, standings, 0);

const nudge = (learner: number, text: string) => ({ type: "nudge", learner, text });
const hint = (learner: number, number: number) => ({ type: "nudge", learner, hint: number });
const view = (name: string, names = false) => ({ kind: "view", view: name, names });

test.each([
  ["announce Ten minutes, then a break", { type: "announce", text: "Ten minutes, then a break" }],
  ["  ANNOUNCE   Ten\t minutes ", { type: "announce", text: "Ten minutes" }],
  ["announce <script>x</script> \u202e👩‍💻", { type: "announce", text: "<script>x</script> \u202e👩‍💻" }],
  [`announce ${"x".repeat(500)}`, { type: "announce", text: "x".repeat(500) }],
  ["nudge ana look at the labels", nudge(1, "look at the labels")],
  ["nudge ANA look", nudge(1, "look")],
  ["nudge ana maria is it the label?", nudge(2, "is it the label?")],
  ["nudge 1 maria has it", nudge(1, "maria has it")],
  ["nudge #2 look", nudge(2, "look")],
  ["nudge and look", nudge(3, "look")],
  ["nudge 7 look", nudge(4, "look")],
  ["nudge علي look", nudge(5, "look")],
  ["nudge 👩‍💻 zoë look", nudge(6, "look")],
  ["nudge <b> look", nudge(7, "look")],
  ["nudge ana", hint(1, 1)],
  ["nudge ana hint", hint(1, 1)],
  ["nudge ana maria", hint(2, 2)],
  ["nudge ana hint 2", hint(1, 2)],
  ["nudge ana hint 2 is the one", nudge(1, "hint 2 is the one")],
  ["gate lesson-01#two", { type: "gate", step: "lesson-01#two" }],
  ["gate lesson-02", { type: "gate", step: "lesson-02#one" }],
  ["ungate lesson-01#two", { type: "ungate", step: "lesson-01#two" }],
  ["catch-up lesson-02#one", { type: "catch-up", step: "lesson-02#one" }],
  ["helped andy", { type: "helped", learner: 3 }],
])("%s", (line, action) => {
  expect(readWords(line, BOARD)).toEqual({ kind: "action", action });
});

test.each([
  ["who", view("who")],
  ["steps", view("steps")],
  ["hands", view("hands")],
  ["debrief", view("debrief")],
  ["debrief names", view("debrief", true)],
  ["board", view("board")],
  ["?", view("help")],
  ["help", view("help")],
  ["close", { kind: "close", sure: false }],
  ["close yes", { kind: "close", sure: true }],
])("%s", (line, wanted) => {
  expect(readWords(line, BOARD)).toEqual(wanted);
});

test.each([
  ["anounce x", "`anounce` is none of the words here.", "did you mean `announce`?"],
  ["__proto__ x", "`__proto__` is none of the words here.", "`?` tells them."],
  ["\u001b[2Jx", "`<U+001B>[2Jx` is none of the words here.", "`?` tells them."],
  [`${"y".repeat(10_000)}`, `\`${"y".repeat(60)}…\` is none of the words here.`, "`?` tells them."],
  ["announce", "There is no text.", "Write it behind the word; it needs no quotes."],
  [`announce ${"x".repeat(10_000)}`, "The text has 10000 characters.", "At most 500"],
  ["announce \u001b[31mred", "The text has a control character (U+001B).", "Write it without."],
  ["nudge", "Who is missing.", "A handle or its beginning"],
  ["nudge an x", "`an` could be several: 1 `ana`, 2 `Ana Maria`, 3 `andy`.", "Take the number."],
  ["nudge anna x", "Nobody in the class is called `anna`.", "did you mean `ana`?"],
  ["nudge 99 x", "Nobody in the class is called `99`.", "`who` shows all."],
  ["nudge ana hint 3", "`lesson-01#one` has 2 hints.", "`nudge ana TEXT` says something instead."],
  ["nudge done", "`lesson-01#one` has 2 hints and `done` has read all.", "`nudge done TEXT`"],
  ["nudge far", "`far` is at no step of the course.", "Say something instead."],
  ["gate", "The step is missing.", "`lesson-03#id`"],
  ["gate lesson-01#tow", "The course has no step `lesson-01#tow`.", "did you mean `lesson-01#two`?"],
  ["gate two", "The course has no step `two`.", "did you mean `lesson-01#two`?"],
  ["gate lesson-01#two now", "`now` is too much.", "Nothing may stand there."],
  ["helped ana please", "`please` is too much.", "Nothing may stand there."],
  ["hands up", "`up` is too much.", "Nothing may stand there."],
  ["close now", "`now` is too much.", "Only `yes` may stand there."],
])("%j is refused", (line, message, hint) => {
  const refused = (() => {
    try {
      return readWords(line, BOARD);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toMatchObject({ name: "UsageError", message, hint: expect.stringContaining(hint) });
});

test("in an empty class nobody can be nudged, and that is said", () => {
  expect(() => readWords("nudge ana x", { ...BOARD, rows: [] })).toThrow("Nobody in the class is called `ana`.");
});
