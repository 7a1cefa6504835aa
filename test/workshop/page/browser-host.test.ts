import path from "node:path";
import { env } from "node:process";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { joinClass } from "../../../src/workshop/learner/join.ts";
import { Queue } from "../../../src/workshop/learner/queue.ts";
import { Sender } from "../../../src/workshop/learner/sender.ts";
import { violations } from "../../support/axe.ts";
import { type Browser, noChromium, openChromium } from "../../support/chromium.ts";
import { scratch } from "../../support/classes.ts";
import { type HostedRoom, hostRoom } from "../../support/host-room.ts";
import { openPty, PTY_MISSING } from "../../support/pty.ts";
import { openCliRoom } from "../../support/run-cli.ts";

/** With the one at the terminal, a class of 25. */
const OTHERS = 24;
const at = { lesson: "lesson-01", step: "two" };

const missing = noChromium ?? PTY_MISSING;

describe.skipIf(missing !== undefined)(
  `a class that a process hosts${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openChromium();
    });
    afterAll(async () => {
      await browser?.close();
    });

    /** The board's page, opened by the link that `class board` gives. */
    async function openPage(room: HostedRoom): Promise<Page> {
      const page = await browser.context.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      onTestFinished(async () => {
        await page.close();
        expect(complaints).toEqual([]);
      });
      await page.goto((await room.cli.run(["class", "board"])).stdout.trim());
      await page.getByText("Connected", { exact: true }).waitFor();
      return page;
    }

    async function enter({ url, code }: HostedRoom, handle: string) {
      const folder = scratch();
      const member = await joinClass({ url, code }, { folder, course: "course", handle });
      const queue = new Queue(folder);
      const sender = new Sender(queue, member, Date.now);
      onTestFinished(() => {
        sender.end();
        queue.close();
      });
      const tell = async (...events: readonly Parameters<Queue["append"]>[0][]) => {
        for (const event of events) queue.append(event);
        expect(await sender.flush()).toBe("done");
      };
      return { handle, tell };
    }

    const top = (page: Page) => page.locator("#grid tbody bdi").first().textContent();

    test("25 learners: who is stuck rises, and a nudge by keyboard alone comes out on that learner's terminal", async () => {
      const room = await hostRoom();
      const others = await Promise.all(Array.from({ length: OTHERS }, (_, n) => enter(room, `learner-${n + 1}`)));
      const page = await openPage(room);
      const home = openCliRoom();
      onTestFinished(home.remove);
      const lessons = path.join(room.cli.folder, "lessons");
      const invitation = `${room.url}/#${room.code}`;
      const start = ["start", "lesson-01", "--lessons", lessons, "--target", "none", "--trust"];
      const terminal = openPty(home, [...start, "--join", invitation, "--as", "ana"]);
      await terminal.until("q quit\n> ");
      await Promise.all(others.map(({ tell }) => tell({ type: "open", at: Date.now(), ...at })));
      await page.getByText("25 learners", { exact: true }).waitFor();
      expect(await page.locator("#grid tbody bdi").count()).toBe(25);
      // The same check three times, as `start` tells it.
      for (let times = 0; times < 3; times += 1)
        await others[16]?.tell(
          { type: "check-end", at: Date.now(), ...at, check: "ready", verdict: "wrong", diagnosis: 2 },
          { type: "step-end", at: Date.now(), ...at, verdict: "check-failed", check: "ready", ms: 5 },
        );
      await page.locator("#grid").getByText("3 times check `ready`: diagnosis 2").waitFor();
      expect(await top(page)).toBe("learner-17");
      terminal.press("!");
      await terminal.until("Your hand is up");
      // Steps of one section are told apart.
      await page.locator("#hands").getByText("at “Work, step 1”").waitFor();
      await expect.poll(() => top(page)).toBe("ana");

      const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
      for (let tabs = 0; tabs < 40 && !(await focused()).startsWith("ana"); tabs += 1) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator("#nudge[open]").waitFor();
      expect(await page.locator("#nudge-learner option:checked").textContent()).toContain("ana");
      for (let tabs = 0; tabs < 10; tabs += 1) {
        if ((await page.evaluate(() => document.activeElement?.id)) === "nudge-text") break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.type("read <b>line</b> 3 again");
      const found: Record<string, string[]> = {};
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        found[`${colorScheme}, nudging`] = await violations(page);
        await picture(page, `nudge-${colorScheme}`);
      }
      await page.keyboard.press("Control+Enter");
      expect(await terminal.until("3 again\n")).toContain("For you, from the instructor: read <b>line</b> 3 again\n");
      await page.locator("#nudge[open]").waitFor({ state: "detached" });
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme });
        found[colorScheme] = await violations(page);
        await picture(page, `board-${colorScheme}`);
      }
      expect(Object.entries(found).filter(([, some]) => some.length > 0)).toEqual([]);

      await page.keyboard.press("x");
      expect(await focused()).toBe("Helped");
      await page.keyboard.press("Enter");
      await terminal.until("The instructor has seen to you: your hand is down.\n");
      await page.getByText("No hand is up.").waitFor();
      await expect.poll(() => top(page)).toBe("learner-17");
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });
  },
);

/** Where pictures of what the tests see are wanted: a folder that BOARD_PICTURES names. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = env.BOARD_PICTURES;
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
