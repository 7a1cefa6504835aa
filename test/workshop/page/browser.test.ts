import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Board, BoardRow, Stuck } from "../../../src/workshop/page/web/contract.js";
import { violations } from "../../support/axe.ts";
import { type Browser, noChromium, openChromium } from "../../support/chromium.ts";
import { type PlayedClass, playClass, someBoard, someDebrief } from "../../support/played-class.ts";

const HAND: readonly Stuck[] = [{ kind: "hand", sinceMs: 130_000 }];

/** The board, with one learner's row on top and changed. */
function onTop(board: Board, number: number, change: Partial<BoardRow>): Board {
  const rows = board.rows.filter((row) => row.number !== number);
  const raised = board.rows.filter((row) => row.number === number).map((row) => ({ ...row, ...change }));
  const asks = raised.filter(({ stuck }) => stuck.some(({ kind }) => kind === "hand"));
  const hands = asks.map(({ number: asking, handle, step }) => ({ number: asking, handle, sinceMs: 130_000, step }));
  return { ...board, rows: [...raised, ...rows], hands: [...hands, ...board.hands] };
}

describe.skipIf(noChromium !== undefined)(`in Chromium${noChromium === undefined ? "" : ` (${noChromium})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** A page of a played class. Whatever it complains of or asks for elsewhere fails the test, when that ends. */
  async function openBoard(board: Board, address?: (host: PlayedClass) => string) {
    const host = await playClass(board, someDebrief(board));
    const page = await browser.context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" && !/ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text()))
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${host.url}/`) && !request.url().startsWith("data:"))
        complaints.push(request.url());
    });
    onTestFinished(async () => {
      await page.close();
      expect(complaints).toEqual([]);
    });
    await page.goto(address?.(host) ?? `${host.url}/board#${host.key}`);
    if (address === undefined) await page.getByText("Connected", { exact: true }).waitFor();
    return { host, page };
  }

  const names = (page: Page) => page.locator("#grid tbody bdi").allTextContents();
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 40) ?? "");

  test("a stuck learner rises to the top and says why; who is looked at keeps the focus, and their place on the screen", async () => {
    const board = someBoard(25);
    const { host, page } = await openBoard(board);
    expect(await names(page)).toHaveLength(25);
    await page.locator('[data-learner="10"]').focus();
    const top = () => page.evaluate(() => Math.round(document.activeElement?.getBoundingClientRect().top ?? 0));
    const before = await top();
    host.show(onTop(board, 22, { stuck: [...HAND, { kind: "again", diagnosis: "ready: diagnosis 2", times: 3 }] }));
    await page.locator("#grid").getByText("hand up for 2 min · 3 times check `ready`: diagnosis 2").waitFor();
    expect((await names(page)).slice(0, 2)).toEqual(["learner-22", "learner-1"]);
    expect(await focused(page)).toContain("learner-10");
    // Pixels are whole, rows are not.
    expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
    await page.locator("#said", { hasText: "Learner-22 raises a hand." }).waitFor({ state: "attached" });
    host.show(onTop(board, 10, { stuck: [{ kind: "slow", ms: 480_000, usualMs: 170_000 }] }));
    await page.locator("#grid").getByText("8 min here; half needed 3 min or less").waitFor();
    expect((await names(page))[0]).toBe("learner-10");
    expect(await focused(page)).toContain("learner-10");
  });

  test("everything that an instructor does is done with the keyboard alone", async () => {
    const board = onTop(someBoard(3), 2, { stuck: HAND });
    const { host, page } = await openBoard(board);
    const keys = async (...all: readonly string[]) => {
      for (const key of all) await page.keyboard.press(key);
    };
    const did = async (count: number) => {
      await expect.poll(() => host.actions.length).toBe(count);
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      return host.actions.at(-1);
    };
    const step = board.steps[3 * 16]?.step;
    // By Tab alone: into the grid, where one cell is in the Tab order.
    for (let tabs = 0; tabs < 20 && !(await focused(page)).startsWith("learner-2"); tabs += 1) await keys("Tab");
    expect(await focused(page)).toContain("learner-2");
    await keys("n");
    expect(await page.locator("#nudge-learner").inputValue()).toBe("2");
    await page.locator("#nudge button[type=submit]").focus();
    await keys("Enter");
    expect(await did(1)).toEqual({ type: "nudge", learner: 2, hint: 1 });
    expect(await focused(page)).toContain("learner-2");
    await keys("ArrowDown", "Enter");
    expect(await page.locator("#nudge-learner").inputValue()).toBe("1");
    await page.locator("#nudge-text").focus();
    await page.keyboard.type("look at <b>line</b> 3");
    await keys("Control+Enter");
    expect(await did(2)).toEqual({ type: "nudge", learner: 1, text: "look at <b>line</b> 3" });
    await keys("a");
    await page.keyboard.type("a break of 5 minutes");
    await keys("Control+Enter");
    expect(await did(3)).toEqual({ type: "announce", text: "a break of 5 minutes" });
    // Up to the steps, right past the folded lessons.
    await keys("Control+Home", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Enter", "Enter");
    expect(await did(4)).toEqual({ type: "gate", step });
    host.show({ ...board, state: { gated: [step ?? ""], closed: false } });
    await page.locator("button.gated").waitFor();
    await keys("g", "Enter");
    expect(await did(5)).toEqual({ type: "ungate", step });
    await keys("c", "Enter");
    expect(await did(6)).toEqual({ type: "catch-up", step });
    await keys("x", "Enter");
    await expect.poll(() => host.actions.at(-1)).toEqual({ type: "helped", learner: 2 });
    host.show({ ...board, hands: [] });
    await page.getByText("No hand is up.").waitFor();
    expect(await focused(page)).toBe("Raised hands");
    await page.locator("#do-close").focus();
    await keys("Enter");
    expect(await focused(page)).toBe("Keep it open");
    await keys("Escape");
    expect(await focused(page)).toBe("Close the class");
    await keys("Enter", "Tab", "Enter");
    expect(await did(8)).toEqual({ type: "close" });
    await keys("?");
    await page.locator("#shortcuts").focus();
    await keys("Space", "Escape", "a");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await page.locator("[data-view=debrief]").focus();
    await keys("Enter");
    await page.locator("#debrief-body tr").first().waitFor();
    expect(await page.locator("#view-debrief").textContent()).not.toContain("learner-");
    await page.evaluate(() => localStorage.clear());
  });

  test("a lesson unfolds and folds again by Enter, and keeps the focus", async () => {
    const { page } = await openBoard(someBoard(3));
    const columns = () => page.locator("#grid thead tr.step th").count();
    expect(await columns()).toBe(1 + 8 + 16);
    await page.locator('[data-lesson="lesson-01"]').focus();
    await page.keyboard.press("Enter");
    expect(await columns()).toBe(1 + 7 + 32);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-lesson"))).toBe("lesson-01");
    await page.keyboard.press("Enter");
    expect(await columns()).toBe(1 + 8 + 16);
  });

  test("axe finds nothing wrong, light or dark, in any state", async () => {
    const board = onTop(someBoard(6, 6), 2, { stuck: HAND });
    const gated = {
      ...board,
      state: { gated: [board.steps[19]?.step ?? ""], step: board.steps[20]?.step, closed: false },
    };
    const { host, page } = await openBoard(gated);
    const found: Record<string, string[]> = {};
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      host.show(gated);
      await page.locator("#hands li").waitFor();
      found[`${colorScheme} board`] = await violations(page);
      for (const [key, dialog] of Object.entries({ a: "announce", n: "nudge", g: "step", "?": "help" })) {
        await page.keyboard.press(key);
        found[`${colorScheme} ${dialog}`] = await violations(page);
        await page.keyboard.press("Escape");
      }
      for (const view of ["steps", "debrief", "learners"]) {
        await page.locator(`[data-view=${view}]`).click();
        found[`${colorScheme} ${view}`] = await violations(page);
      }
      host.show({ ...someBoard(0, 6), state: { gated: [], closed: true } });
      await page.getByText("Nobody is in the class yet.").waitFor();
      found[`${colorScheme} empty and closed`] = await violations(page);
    }
    await page.goto(`${host.url}/#ABCD-2345`);
    found.join = await violations(page);
    expect(Object.entries(found).filter(([, some]) => some.length > 0)).toEqual([]);
  });

  test("names and texts of any kind are shown as text, and break nothing", async () => {
    const hostile = [
      "<img src=x onerror=alert(1)>",
      "<script>alert(1)</script>",
      "\u001b[2J\u0007\u0000",
      "\u202egnp.exe\u2066",
      "👩‍🚀🏳️‍🌈 اَلْعَرَبِيَّة שלום",
      "x".repeat(10_000),
      "__proto__",
    ];
    const base = someBoard(hostile.length, 4);
    const [first, ...others] = base.steps;
    if (first === undefined) throw new Error("no step");
    const evil = hostile.join(" ");
    const board: Board = {
      ...base,
      title: evil,
      steps: [
        { ...first, title: evil, hintTitles: [evil, evil], commonest: { diagnosis: evil, learners: 2 } },
        ...others,
      ],
      rows: base.rows.map((row, index) => ({
        ...row,
        handle: hostile[index] ?? "",
        step: first.step,
        stuck: [...HAND, { kind: "again", diagnosis: `${hostile[index]}: wrong`, times: 3 }],
      })),
      hands: base.rows.map(({ number }, index) => ({
        number,
        handle: hostile[index] ?? "",
        sinceMs: 1,
        step: first.step,
      })),
    };
    const { host, page } = await openBoard(base);
    let dialogs = 0;
    page.on("dialog", (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    host.show(board);
    await page.locator("#hands li").nth(6).waitFor();
    await page.keyboard.press("n");
    await page.keyboard.press("Escape");
    await page.locator("[data-view=steps]").click();
    expect(await page.locator("img, body script, iframe").count()).toBe(0);
    const shown = (await names(page)).map((name) => name.slice(0, 40));
    expect(shown.slice(0, 5)).toEqual([
      "<img src=x onerror=alert(1)>",
      "<script>alert(1)</script>",
      "<U+001B>[2J<U+0007><U+0000>",
      "<U+202E>gnp.exe<U+2066>",
      hostile[4],
    ]);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    expect(dialogs).toBe(0);
  });

  test("a cut is said, with the age of what is shown; afterwards the page goes on by itself", async () => {
    const board = someBoard(4);
    const { host, page } = await openBoard(board);
    host.cut(true);
    await page.getByText(/No connection; trying again. What is shown is \d+ s old/).waitFor();
    expect(await names(page)).toHaveLength(4);
    await page.keyboard.press("a");
    await page.locator("#announce-text").fill("anybody?");
    await page.keyboard.press("Control+Enter");
    await page.getByText("The class cannot be reached; nothing was done.").waitFor();
    await page.keyboard.press("Escape");
    host.show(onTop(board, 3, { stuck: HAND }));
    host.cut(false);
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.locator("#hands li").waitFor();
    expect((await names(page))[0]).toBe("learner-3");
  });

  test("nothing overflows from 80 to 1,920 pixels, nor at 400 %", async () => {
    const { page } = await openBoard(onTop(someBoard(25), 9, { stuck: HAND }));
    const wide = async (width: number) => {
      await page.setViewportSize({ width, height: 700 });
      return page.evaluate(() => {
        const inScroll = (element: Element) => element.closest(".scroll, .unseen, option") !== null;
        const out = [...document.body.querySelectorAll("*")].filter(
          (one) =>
            one.getClientRects().length > 0 && !inScroll(one) && one.getBoundingClientRect().right > innerWidth + 0.5,
        );
        return [document.documentElement.scrollWidth > innerWidth, ...out.map((one) => one.outerHTML.slice(0, 80))];
      });
    };
    for (const width of [80, 160, 320, 640, 1280, 1920]) {
      expect([width, ...(await wide(width))]).toEqual([width, false]);
      await page.keyboard.press("?");
      expect([`help at ${width}`, ...(await wide(width))]).toEqual([`help at ${width}`, false]);
      await page.keyboard.press("Escape");
    }
  });

  test("the key is taken out of the address, survives a reload, and a wrong one is said", async () => {
    const { host, page } = await openBoard(someBoard(2));
    expect(page.url()).toBe(`${host.url}/board`);
    await page.reload();
    await page.getByText("Connected", { exact: true }).waitFor();
    const stranger = await playClass(someBoard(2), someDebrief(someBoard(2)));
    const other = await browser.context.newPage();
    await other.goto(`${stranger.url}/board#wrong`);
    await other.getByText("This key does not open the board.").waitFor();
    await other.close();
  });

  test("300 learners: a change of one row touches that row alone", async () => {
    const board = someBoard(300);
    const { host, page } = await openBoard(board);
    expect(await names(page)).toHaveLength(300);
    await page.evaluate(() => {
      const touched = new Set<string>();
      Object.assign(globalThis, { touched });
      new MutationObserver((records) => {
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          touched.add(element?.closest("tr")?.getAttribute("data-row") ?? "other");
        }
      }).observe(document.querySelector("#grid tbody") as Element, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
    });
    const row = board.rows[149];
    if (row === undefined) throw new Error("no row");
    const rows = board.rows.map((one) =>
      one === row ? { ...one, ms: 59 * 60_000, cells: one.cells.replace(".", "f") } : one,
    );
    host.show({ ...board, rows });
    await page.getByText("59 min at").waitFor();
    expect(await page.evaluate(() => [...(globalThis as unknown as { touched: Set<string> }).touched])).toEqual([
      "150",
    ]);
  });

  test("the learners' page says what to type; without JavaScript, too", async () => {
    const { host, page } = await openBoard(someBoard(0), ({ url }) => `${url}/#abcd-2345`);
    expect(await page.locator("#join-command").textContent()).toBe(`learn-istio class join '${host.url}/#ABCD-2345'`);
    await page.locator("[data-copy=join-command]").click();
    await page.getByText(/^Copied: learn-istio class join/).waitFor();
    for (const width of [80, 320, 1920]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    const served = await (await fetch(`${host.url}/`)).text();
    expect(served).toMatch(/<p id="on-screen">\s*Type the command that the instructor's screen shows/);
  });
});
