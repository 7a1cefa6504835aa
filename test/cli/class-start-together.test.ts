import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openLearnerClass } from "../support/learner-class.ts";
import { PTY_MISSING, type Pty } from "../support/pty.ts";

const CHOICES = "q quit\n> ";
const GATE =
  "The class waits before this step: the instructor opens it. It is said here when it\nis open. `n` again goes on without the class.\n";

async function pass(screen: Pty): Promise<void> {
  screen.press("\r");
  await screen.until("  passed (");
  await screen.until(CHOICES);
}

/** The class is heard: what was done before is known to the learner. */
async function heard(room: Awaited<ReturnType<typeof openLearnerClass>>, screen: Pty): Promise<void> {
  await room.act({ type: "announce", text: "Do you hear me?" });
  await screen.until("Do you hear me?");
  await screen.until(CHOICES);
}

async function leave(screen: Pty): Promise<void> {
  screen.press("q");
  await screen.ended;
}

describe.skipIf(PTY_MISSING !== undefined)("a class goes together", () => {
  test("before a gated step `n` waits; when it is opened that is said, and `n` goes on", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.act({ type: "gate", step: "lesson-01#two" });
    const screen = room.start();
    await heard(room, screen);
    await pass(screen);
    screen.press("n");
    expect((await screen.until(CHOICES)).replaceAll(/\s+/g, " ")).toContain(GATE.replaceAll(/\s+/g, " ").trim());
    await room.act({ type: "ungate", step: "lesson-01#two" });
    await screen.until("`lesson-01#two` is open now: `n` goes on.\n");
    await screen.until(CHOICES);
    screen.press("\r");
    await screen.until("step 2 of 4");
    await leave(screen);
  });

  test("`n` again goes on without the class, and so does going to a step by its number again", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.act({ type: "gate", step: "lesson-01#two" });
    await room.act({ type: "gate", step: "lesson-01#three" });
    const screen = room.start();
    await heard(room, screen);
    await pass(screen);
    screen.press("n");
    await screen.until("The class waits before this step");
    await screen.until(CHOICES);
    screen.press("n");
    await screen.until("step 2 of 4");
    await screen.until(CHOICES);
    for (const end of ["The class waits before this step", "step 3 of 4"]) {
      screen.press("g");
      await screen.until("step (number or id): ");
      screen.press("3\r");
      await screen.until(end);
      await screen.until(CHOICES);
    }
    await leave(screen);
  });

  test("a class that cannot be reached holds nobody, and that is said", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.act({ type: "gate", step: "lesson-01#two" });
    const screen = room.start();
    await heard(room, screen);
    await room.stop();
    await pass(screen);
    screen.press("n");
    await screen.until("The class was to wait before `two`, and cannot be reached now");
    await screen.until("step 2 of 4");
    await leave(screen);
  });

  test("a learner who begins at a gated step is told; one who watches goes on when it is opened", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.act({ type: "gate", step: "lesson-01#two" });
    const screen = room.start("lesson-01#two");
    await screen.until(
      "The class waits before this step: the instructor opens it. You can go on without\nthe class.\n",
    );
    await screen.until(CHOICES);
    await pass(screen);
    await room.act({ type: "gate", step: "lesson-01#checkpoint" });
    await heard(room, screen);
    screen.press("n");
    await screen.until("step 3 of 4");
    await pass(screen);
    screen.press("w");
    await screen.until("The class waits before this step");
    await screen.until("n next   ! raise hand   w back   q quit\n> ");
    await room.act({ type: "ungate", step: "lesson-01#checkpoint" });
    await screen.until("step 4 of 4");
    await screen.until("is completed");
    expect(await screen.ended).toBe(0);
  });

  test("a learner who is behind is asked to come; `f` shows what is missing, runs it, and shows that step", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start();
    await screen.until(CHOICES);
    await room.act({ type: "catch-up", step: "lesson-01#three" });
    await screen.until("The class is at `lesson-01#three`. Catch up? `f`\n");
    expect(await screen.until(CHOICES)).toContain("f catch up");
    screen.press("f");
    expect(await screen.until("Run them? (y/n) ")).toContain(
      "Before `lesson-01#three`, 2 steps run; what is true already does not run again:\n  [ ]  1 one\n  [ ]  2 two\n",
    );
    screen.press("y");
    await screen.until("$ touch a1");
    await screen.until("$ touch a2");
    await screen.until("You are where the class is.\n");
    await screen.until("step 3 of 4");
    expect(await screen.until(CHOICES)).not.toContain("catch up");
    expect(await room.told("follow")).toMatchObject([{ lesson: "lesson-01", step: "three", agreed: true }]);
    await leave(screen);
  });

  test("who simply goes on has declined, which is told once; `f` stays open, and no is an answer too", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start("lesson-01", { plain: true });
    await screen.until("quit\n> ");
    await room.act({ type: "catch-up", step: "lesson-01#three" });
    await screen.until("Catch up? `follow`\n");
    await screen.until("quit\n> ");
    screen.press("run\n");
    await screen.until("passed");
    await screen.until("quit\n> ");
    expect(await room.told("follow")).toMatchObject([{ agreed: false }]);
    screen.press("next\n");
    await screen.until("step 2 of 4");
    expect(await screen.until("quit\n> ")).toContain("follow");
    screen.press("follow\n");
    await screen.until("1 step runs");
    await screen.until("(y/n) ");
    screen.press("y\n");
    await screen.until("step 3 of 4");
    expect(await room.told("follow", 2)).toMatchObject([{ agreed: false }, { agreed: true }]);
    await screen.until("quit\n> ");
    screen.press("quit\n");
    await screen.ended;
  });

  test("who joins late comes to another lesson, behind all that it builds on", async () => {
    const room = await openLearnerClass();
    await room.act({ type: "catch-up", step: "lesson-02#two" });
    await room.join();
    const screen = room.start();
    await screen.until("The class is at `lesson-02#two`. Catch up? `f`\n");
    await screen.until(CHOICES);
    screen.press("f");
    await screen.until("Go there? (y/n) ");
    screen.press("y");
    await screen.until("lesson-02 builds on 1 lesson");
    await screen.until("Run what is missing first?");
    screen.press("\r");
    await screen.until("Caught up: all that lesson-02 builds on holds.");
    await screen.until("$ touch b1");
    await screen.until("You are where the class is.\n");
    await screen.until("lesson-02  step 2 of 3");
    await screen.until(CHOICES);
    expect(await room.told("follow")).toMatchObject([{ lesson: "lesson-02", step: "two", agreed: true }]);
    await leave(screen);
  });

  test("who does not want what that builds on to run is in the lesson again that they left", async () => {
    const room = await openLearnerClass();
    await room.join();
    await room.act({ type: "catch-up", step: "lesson-02#one" });
    const screen = room.start("lesson-01", { plain: true });
    await screen.until("Catch up? `follow`\n");
    await screen.until("quit\n> ");
    screen.press("follow\n");
    await screen.until("Go there? (y/n) ");
    screen.press("y\n");
    await screen.until("(yes/no/without) ");
    screen.press("no\n");
    await screen.until("You stay in lesson-01.\n");
    await screen.until("lesson-01  step 1 of 4");
    await screen.until("quit\n> ");
    screen.press("quit\n");
    expect(await screen.ended).toBe(0);
  });

  test("a closed class is left in good order: nothing more is sent, and another one can be joined", async () => {
    const room = await openLearnerClass();
    await room.join();
    const screen = room.start();
    await heard(room, screen);
    await room.act({ type: "close" });
    await screen.until("The class is closed. You go on without it, and nothing more is sent.\n");
    expect(await screen.until(CHOICES)).not.toContain("hand");
    const before = (await room.room.run(["class", "log", "--json"])).stdout;
    await pass(screen);
    await leave(screen);
    const { stdout, stderr } = await room.room.run(["class", "log"]);
    expect(stderr).toContain("You are in no class: nothing is sent.");
    expect((await room.room.run(["class", "log", "--json"])).stdout.split("\n").slice(1)).toEqual(
      before.split("\n").slice(1),
    );
    expect(stdout).not.toContain("queued");
    const other = await openLearnerClass();
    expect((await room.room.run(["class", "join", other.invitation])).code).toBe(0);
    expect(existsSync(path.join(room.room.folder, "lessons"))).toBe(true);
  });
});
