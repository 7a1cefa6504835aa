import path from "node:path";
import { describe, expect, test } from "vitest";
import { openLearnerClass } from "../support/learner-class.ts";
import { lessonText } from "../support/lesson-text.ts";
import { PTY_MISSING } from "../support/pty.ts";

const CHOICES = "? more   q quit\n> ";

describe.skipIf(PTY_MISSING !== undefined)("in a class, the screen of start", () => {
  test("says at once what the instructor says while a choice is open, and shows the choices again", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start();
    await screen.until(CHOICES);
    await room.act({ type: "announce", text: "Ten minutes\u202e <b>more</b>" });
    expect(await screen.until(CHOICES)).toBe(
      `\n\nInstructor: Ten minutes<U+202E> <b>more</b>\n\nEnter run   t type   s solve   k skip   ! raise hand   ${CHOICES}`,
    );
    screen.press("q");
    expect(await screen.ended).toBe(0);
  });

  test("what says nothing to the learner shows nothing", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start();
    await screen.until(CHOICES);
    await room.act({ type: "gate", step: "lesson-02#one" });
    await room.act({ type: "ungate", step: "lesson-02#one" });
    await room.act({ type: "announce", text: "Hello" });
    expect(await screen.until("Hello\n")).toBe("\n\nInstructor: Hello\n");
    screen.press("q");
    expect(await screen.ended).toBe(0);
  });

  test("the same in words, and at 40 columns", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start("lesson-01", { plain: true, columns: 40 });
    await screen.until("In the class `Our course` as `ana`:\n`learn-istio class log` shows what it is\ntold.\n");
    await screen.until("quit\n> ");
    await room.act({ type: "announce", text: `Ten minutes more, then we look at it together: ${"x".repeat(50)}` });
    expect(await screen.until("quit\n> ")).toBe(
      `\n\nInstructor: Ten minutes more, then we\nlook at it together:\n${"x".repeat(50)}\n\nrun, type, solve, skip, hand, help, quit\n> `,
    );
    screen.press("quit\n");
    expect(await screen.ended).toBe(0);
  });

  test("while a command runs nothing is said in between; right after it, all is", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start();
    await screen.until(CHOICES);
    screen.press("t");
    await screen.until("$ ");
    const go = path.join(room.room.folder, "go");
    screen.press(`echo begin; until test -e ${go}; do sleep 0.05; done; echo end\r`);
    await screen.until("begin\n");
    await room.act({ type: "announce", text: "First" });
    await room.act({ type: "nudge", learner: 1, text: "Second" });
    room.room.write({ go: "" });
    expect(await screen.until("Second\n")).toMatch(
      /^end\n {2}passed \(.*\)\n\nInstructor: First\n\nFor you, from the instructor: Second\n$/,
    );
    screen.press("q");
    await screen.ended;
  });

  test("a hint that the instructor sends is shown as hints are, counted, and told as read", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start("lesson-01#two");
    await screen.until(CHOICES);
    await room.told("open");
    await room.act({ type: "nudge", learner: 1, hint: 1 });
    expect(await screen.until(CHOICES)).toContain(
      "\n\nFor you, from the instructor: Hint 1 of 2\n\nThe hint number 1.\n",
    );
    expect(await room.told("hint")).toMatchObject([{ lesson: "lesson-01", step: "two", tier: 1 }]);
    screen.press("h");
    expect(await screen.until(CHOICES)).toContain("Hint 2 of 2\n\nThe hint number 2.\n");
    expect(await room.told("hint", 2)).toMatchObject([{ tier: 1 }, { tier: 2 }]);
    screen.press("q");
    await screen.ended;
  });

  test("`!` raises the hand; it is up in the next start too, until `!` or the instructor's help lowers it", async () => {
    const room = await openLearnerClass();
    await room.join();
    const first = room.start();
    await first.until("! raise hand   ? more");
    // The class is reached once it is heard.
    await room.act({ type: "announce", text: "Hello" });
    await first.until("Hello");
    await first.until(CHOICES);
    first.press("!");
    await first.until("Your hand is up: the instructor sees it. `!` lowers it.\n");
    await first.until("! lower hand   ? more");
    expect(await room.told("hand")).toMatchObject([{ raised: true }]);
    first.press("q");
    await first.ended;
    const second = room.start("lesson-01", { plain: true });
    await second.until("hand, help, quit\n> ");
    await room.act({ type: "helped", learner: 1 });
    await second.until("The instructor has seen to you: your hand is down.\n");
    await second.until("quit\n> ");
    second.press("hand\n");
    await second.until("Your hand is up: the instructor sees it. `hand` lowers it.\n");
    second.press("hand\n");
    await second.until("Your hand is down.\n");
    expect(await room.told("hand", 3)).toMatchObject([{ raised: true }, { raised: true }, { raised: false }]);
    second.press("q\n");
    await second.ended;
  });

  test("help given while no lesson was open lowers the hand as well", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.room.run(["class", "hand"]);
    await room.act({ type: "helped", learner: 1 });
    const screen = room.start();
    await screen.until("The instructor has seen to you: your hand is down.\n");
    await screen.until("! raise hand");
    screen.press("q");
    await screen.ended;
  });

  test("what was said while the learner was away is said once, with its time if that is long ago", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.act({ type: "announce", text: "First" });
    const first = room.start();
    await first.until("Instructor: First\n");
    await first.until(CHOICES);
    await room.stop();
    first.press("\r");
    await first.until("passed");
    await first.until(CHOICES);
    await room.goOn();
    await room.act({ type: "announce", text: "Second" });
    await first.until("Instructor: Second\n");
    first.press("q");
    await first.ended;
    const second = room.start();
    await second.until(CHOICES);
    await room.act({ type: "announce", text: "Third" });
    expect(await second.until("Third\n")).not.toMatch(/First|Second/);
    second.press("q");
    await second.ended;
  });

  test("in watch mode it is said at once, too, and the hand can be raised", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start("lesson-01#checkpoint");
    await screen.until(CHOICES);
    screen.press("w");
    await screen.until("  watching\n");
    await screen.until("[ ] it holds\n");
    await room.act({ type: "announce", text: "Hello" });
    await screen.until("Instructor: Hello\n");
    screen.press("!");
    await screen.until("Your hand is up: the instructor sees it. `!` lowers it.\n");
    expect(await room.told("hand")).toMatchObject([{ raised: true }]);
    screen.press("w");
    await screen.until("No longer watching");
    await screen.until(CHOICES);
    screen.press("q");
    await screen.ended;
    await room.told("close");
    // A check that is looked at again and again is told once for each thing that it came to.
    expect((await room.told("check-end")).length).toBe(1);
  });

  test("with `--yes` it is said between the steps", async () => {
    const room = await openLearnerClass();
    const go = path.join(room.room.folder, "go");
    const steps = [`until test -e ${go}; do sleep 0.05; done`, "true"];
    room.room.write({ "lessons/lesson-03-c.md": lessonText("C", { steps }) });
    await room.join();
    const run = room.room.run(["start", "lesson-03", "--target", "none", "--trust", "--yes"]);
    await room.told("step-start");
    await room.act({ type: "announce", text: "Hello" });
    room.room.write({ go: "" });
    const { code, stdout } = await run;
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/passed .*\n\nInstructor: Hello\n\n== lesson-03 {2}step 2 of 3/),
    ]);
  });
});
