import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type * as host from "../../../src/workshop/index.ts";
import * as page from "../../../src/workshop/page/web/contract.js";
import { rowView } from "../../../src/workshop/page/web/view.js";
import { LIMITS } from "../../../src/workshop/wire.ts";
import { ask, openClass, scratch } from "../../support/classes.ts";
import { memberOf } from "../../support/members.ts";

// The compiler holds the types that the page is checked against to the host's own.
const asBoard = (told: host.Board): page.Board => told;
const asDebrief = (told: host.Debrief): page.Debrief => told;
const asDone = (action: page.Action): host.Action => action;

/** The names that the page reads of each kind of object, as its contract says; the compiler cannot miss an optional one. */
function contract(): Map<string, string[]> {
  const file = path.resolve(import.meta.dirname, "../../../src/workshop/page/web/contract.js");
  const kinds = new Map<string, string[]>();
  for (const part of readFileSync(file, "utf8").split("@typedef ")) {
    const kind = /^\{object\} (\w+)/.exec(part)?.[1];
    if (kind !== undefined)
      kinds.set(kind, [...part.matchAll(/@property \{.*\} \[?(\w+)/g)].map(([, name = ""]) => name).sort());
  }
  return kinds;
}

const one = { lesson: "lesson-01", step: "one" };
const two = { lesson: "lesson-01", step: "two" };
const names = (told: object | undefined): string[] => Object.keys(told ?? {}).sort();

test("what a host answers has each name that the page reads, and what the page asks for is done", async () => {
  const room = await openClass(scratch(), () => 500_000);
  const auth = { authorization: `Bearer ${room.hosted.boardKey}`, "content-type": "application/json" };
  const get = async (at: string) => JSON.parse((await ask(`${room.url}${at}`, "GET", auth)).body);
  const act = (action: page.Action) =>
    ask(`${room.url}/v1/actions`, "POST", auth, JSON.stringify({ v: 1, action: asDone(action) }));
  for (const [index, handle] of ["ana", "ben", "cid", "dan"].entries()) {
    const member = await memberOf(room, index + 1, handle, 500_000);
    const failed = { type: "check-end", at: 2000, ...one, check: "ready", verdict: "wrong", diagnosis: 2 };
    await member.tell({ type: "open", at: 1000, ...one }, failed, failed, failed);
    await member.tell({ type: "step-end", at: 61_000 + index, ...one, verdict: "pass", ms: 5 });
    await member.tell({ type: "check-end", at: 70_000, ...two, check: "ready", verdict: "broken" });
    await member.tell({ type: "hand", at: 80_000, raised: true });
  }
  const actions: readonly page.Action[] = [
    { type: "announce", text: "x".repeat(page.LONGEST_TEXT) },
    { type: "nudge", learner: 1, text: "look" },
    { type: "gate", step: "lesson-02#one" },
    { type: "ungate", step: "lesson-02#one" },
    { type: "catch-up", step: "lesson-01#two" },
    { type: "helped", learner: 4 },
  ];
  for (const action of actions) expect([action.type, (await act(action)).status]).toEqual([action.type, 200]);
  expect(page.LONGEST_TEXT).toBe(LIMITS.text);

  const board = asBoard(await get("/v1/board"));
  const debrief = asDebrief(await get("/v1/debrief"));
  const found = new Map<string, string[]>([
    ["BoardRow", names(board.rows[0])],
    ["BoardStep", names(board.steps[0])],
    ["Hand", names(board.hands[0])],
    ["Board", names(board).filter((name) => name !== "version")],
    ["DebriefStep", names(debrief.steps.find(({ step }) => step === "lesson-01#one"))],
    ["Debrief", names(debrief).filter((name) => name !== "version")],
  ]);
  expect(found).toEqual(contract());

  expect(names(board.state)).toEqual(["closed", "gated", "step"]);
  expect(board.rows.map(({ cells }) => cells)).toEqual(Array(4).fill("pf.."));
  for (const cell of "pf.") expect(Object.keys(page.CELLS)).toContain(cell);
  const row = board.rows[0];
  if (row === undefined) throw new Error("no row");
  expect(rowView(row, new Map(board.steps.map(({ step, title }) => [step, title])))).toMatchObject({
    handle: "ana",
    hasHand: true,
    place: "7 min at “Go <i>on</i>”",
  });
  expect((await act({ type: "close" })).status).toBe(200);
});
