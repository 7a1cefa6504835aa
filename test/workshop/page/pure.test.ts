import fc from "fast-check";
import { expect, test } from "vitest";
import { Announcer, sayTogether } from "../../../src/workshop/page/web/announcements.js";
import { changesBetween } from "../../../src/workshop/page/web/changes.js";
import { groupsOf, lessonOfClass } from "../../../src/workshop/page/web/columns.js";
import type { Board, BoardRow } from "../../../src/workshop/page/web/contract.js";
import { moveIn } from "../../../src/workshop/page/web/grid-keys.js";
import { waitAfter } from "../../../src/workshop/page/web/host.js";
import { joinCommand } from "../../../src/workshop/page/web/invitation.js";
import { stayers } from "../../../src/workshop/page/web/order.js";
import { EventReader } from "../../../src/workshop/page/web/sse.js";
import { cellView, factView, rowView } from "../../../src/workshop/page/web/view.js";
import { minutes, show, stuckWords, tight, usual } from "../../../src/workshop/page/web/words.js";
import { someBoard } from "../../support/played-class.ts";

test.each([
  [{ kind: "hand", sinceMs: 130_000 }, "hand up for 2 min"],
  [{ kind: "again", diagnosis: "ready: diagnosis 2", times: 3 }, "3 times check `ready`: diagnosis 2"],
  [{ kind: "again", diagnosis: "a: b: wrong", times: 4 }, "4 times check `a: b`: wrong"],
  [{ kind: "again", diagnosis: "wrong-exit", times: 3 }, "3 times a wrong exit status"],
  [{ kind: "again", diagnosis: "\u001b[2J", times: 3 }, "3 times <U+001B>[2J"],
  [{ kind: "slow", ms: 480_000, usualMs: 170_000 }, "8 min here; half needed 3 min or less"],
] as const)("why somebody is stuck is said in words: %j", (stuck, words) => {
  expect(stuckWords(stuck)).toBe(words);
});

test.each([
  [0, "under 1 min", "0.0 s", "1s"],
  [59_499, "under 1 min", "59 s", "59s"],
  [59_999, "under 1 min", "1 min", "1m"],
  [3_600_000, "1 h", "1 h", "60m"],
  [3_900_000, "1 h 5 min", "1 h 5 min", "65m"],
  [7_200_000, "2 h", "2 h", "2h"],
])("%i ms are %s, %s, %s", (ms, ...words) => {
  expect([minutes(ms), usual(ms), tight(ms)]).toEqual(words);
});

test("nobody's text hides anything or goes on for ever; emoji and other scripts are left as they are", () => {
  expect(show("a\u202eb\u0000\ud800c\u2066")).toBe("a<U+202E>b<U+0000><U+D800>c<U+2066>");
  expect(show("👩‍🚀 <b>שלום</b>")).toBe("👩‍🚀 <b>שלום</b>");
  expect(show("x".repeat(10_000))).toHaveLength(601);
});

const orders = fc.uniqueArray(fc.integer({ min: 1, max: 40 })).chain((before) =>
  fc.tuple(
    fc.constant(before),
    fc
      .tuple(fc.subarray(before), fc.uniqueArray(fc.integer({ min: 41, max: 50 })))
      .chain(([kept, fresh]) => fc.shuffledSubarray([...kept, ...fresh], { minLength: kept.length + fresh.length })),
    fc.option(fc.constantFrom(...before, 0), { nil: undefined }),
  ),
);

test("rows that stay are in the same order before and after, and the one with the focus is among them", () => {
  fc.assert(
    fc.property(orders, ([before, after, fixed]) => {
      const stay = stayers(before, after, fixed);
      expect(after.filter((one) => stay.has(one))).toEqual(before.filter((one) => stay.has(one)));
      if (fixed !== undefined && before.includes(fixed) && after.includes(fixed)) expect(stay).toContain(fixed);
    }),
  );
});

test("as many rows stay as can", () => {
  expect(stayers([1, 2, 3, 4, 5], [5, 1, 2, 3, 4], undefined)).toEqual(new Set([1, 2, 3, 4]));
  expect(stayers([1, 2, 3, 4, 5], [5, 1, 2, 3, 4], 5)).toEqual(new Set([5]));
});

test("server-sent events are whole however they are cut", () => {
  const sent = ':\n\nevent: board\ndata: {"a":1}\n\ndata: x\r\ndata:y\r\n\r\nevent: half';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: sent.length })), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), sent.length];
      const reader = new EventReader();
      const events = places.slice(1).flatMap((to, index) => reader.read(sent.slice(places[index], to)));
      expect(events).toEqual([
        { type: "board", data: '{"a":1}' },
        { type: "message", data: "x\ny" },
      ]);
    }),
  );
});

const change = (board: Board, number: number, row: Partial<BoardRow>): Board => ({
  ...board,
  rows: board.rows.map((one) => (one.number === number ? { ...one, ...row } : one)),
});

test("what changed from board to board is said in words", () => {
  const before = change(someBoard(3), 2, { stuck: [{ kind: "hand", sinceMs: 1 }] });
  const raised = change(change(before, 1, { stuck: [{ kind: "hand", sinceMs: 1 }] }), 2, { stuck: [] });
  const after = {
    ...raised,
    rows: raised.rows.slice(0, 2),
    state: { gated: [before.steps[0]?.step ?? ""], closed: true },
  };
  expect(changesBetween(before, after).map(({ who, what }) => `${who}: ${what}`)).toEqual([
    "undefined: “Step 1: send a share of the traffic” is gated",
    "undefined: the class is closed",
    "learner-1: raises a hand",
    "learner-2: has no hand up",
    "learner-3: leaves",
  ]);
  const at = before.rows[0]?.cells.indexOf(".") ?? 0;
  const cells = before.rows[0]?.cells.replace(".", "s") ?? "";
  expect(changesBetween(before, change(before, 1, { cells }))).toEqual([
    { who: "learner-1", what: `“${before.steps[at]?.title}”: solved by the lesson`, kind: undefined },
  ]);
  expect(changesBetween(before, change(before, 2, { stuck: [{ kind: "hand", sinceMs: 60_000 }] }))).toEqual([]);
});

test("few changes are said one by one, many are counted, small ones are not said", () => {
  const hand = { who: "ana", what: "raises a hand", kind: "hand" } as const;
  expect(sayTogether([{ who: "ana", what: "joins", kind: undefined }])).toBeUndefined();
  expect(sayTogether([hand, { who: undefined, what: "connected again", kind: "class" }])).toBe(
    "Ana raises a hand. Connected again.",
  );
  expect(sayTogether([hand, hand, hand, { ...hand, kind: "stuck" }])).toBe("3 more hands up. 1 more learner stuck.");
});

test("what comes while something is said is said together, after a while", async () => {
  const said: string[] = [];
  let tell = (): void => undefined;
  const region = {
    set textContent(text: string | null) {
      said.push(text ?? "");
      tell();
    },
  };
  const announcer = new Announcer(region, 1);
  const hand = (who: string) => ({ who, what: "raises a hand", kind: "hand" }) as const;
  const second = new Promise<void>((resolve) => {
    tell = () => void (said.length === 2 && resolve());
  });
  announcer.tell([hand("ana")]);
  announcer.tell([hand("bea")]);
  announcer.tell([hand("cem")]);
  expect(said).toEqual(["Ana raises a hand."]);
  await second;
  expect(said).toEqual(["Ana raises a hand.", "Bea raises a hand. Cem raises a hand."]);
});

test("lessons are unfolded or one column each; the class's is where most are, or where it was called to", () => {
  const board = someBoard(5, 3);
  const groups = groupsOf(board.steps, new Set(["lesson-04"]));
  expect(groups.map(({ lesson, columns }) => `${lesson} ${columns.length}`)).toContain("lesson-04 3");
  expect(groups.flatMap(({ columns }) => columns)).toHaveLength(8 + 3);
  expect(lessonOfClass(board)).toBe("lesson-04");
  expect(lessonOfClass({ ...board, state: { ...board.state, step: "lesson-02#step-1" } })).toBe("lesson-02");
  expect(lessonOfClass(someBoard(0))).toBeUndefined();
  expect(groupsOf([], new Set())).toEqual([]);
});

test("a cell has words for every state, and says where the learner is", () => {
  const [row] = someBoard(1, 2).rows;
  if (row === undefined) throw new Error("no row");
  const cells = { ...row, cells: "ptskf." };
  const step = (from: number) => ({ key: "", lesson: "l", step: someBoard(0).steps[from], from, to: from + 1 });
  const words = [0, 1, 2, 3, 4, 5].map((at) => cellView(cells, step(at), -1).words);
  expect(words).toEqual(["passed", "held already", "solved by the lesson", "skipped", "failed so far", "not yet"]);
  expect(cellView(cells, step(5), 5)).toEqual({ words: "here", short: "", sign: "not-yet here" });
  expect(cellView(cells, step(4), 4).words).toBe("here, failed so far");
  const folded = { key: "", lesson: "l", step: undefined, from: 0, to: 6 };
  expect(cellView(cells, folded, 5)).toEqual({ words: "4 of 6 done, here", short: "4/6", sign: "folded some here" });
});

test("a step's head says its gate, and a row where its learner is", () => {
  const board = { ...someBoard(2, 2), state: { gated: ["lesson-01#step-2"], step: "lesson-01#step-2", closed: false } };
  const [, column] = groupsOf(board.steps, new Set(["lesson-01"]))[0]?.columns ?? [];
  if (column === undefined) throw new Error("no column");
  expect(factView("step", column, board)).toEqual({
    words: "Step 2: send a share of the traffic, gated, the class is here",
    short: "2",
    sign: "gated class",
  });
  const [row] = board.rows;
  if (row === undefined) throw new Error("no row");
  expect(rowView({ ...row, ms: 120_000 }, new Map()).place).toBe("2 min at “step-1”");
  expect(rowView({ ...row, isOpen: false }, new Map()).place).toBe("away, at “step-1”");
  expect(rowView({ ...row, step: undefined, done: 0 }, new Map()).place).toBe("has not begun");
});

test.each([
  ["ArrowUp", false, { row: 0, column: 2 }],
  ["ArrowLeft", false, { row: 1, column: 1 }],
  ["ArrowDown", false, { row: 2, column: 2 }],
  ["End", false, { row: 1, column: 4 }],
  ["End", true, { row: 19, column: 4 }],
  ["Home", true, { row: 0, column: 0 }],
  ["PageDown", false, { row: 11, column: 2 }],
  ["PageUp", false, { row: 0, column: 2 }],
  ["a", false, undefined],
])("%s (ctrl %s) leads to %j", (key, ctrlKey, to) => {
  expect(moveIn({ key, ctrlKey }, { row: 1, column: 2 }, { rows: 20, columns: 5 })).toEqual(to);
});

test("a lost host is asked again at once, then ever more seldom, never all at the same moment", () => {
  expect([waitAfter(0, 0), waitAfter(0, 1), waitAfter(3, 1), waitAfter(50, 1)]).toEqual([250, 500, 4000, 15_000]);
});

test.each([
  ["http://192.168.1.5:4040", "#abcd-2345", "learn-istio class join 'http://192.168.1.5:4040/#ABCD-2345'"],
  ["http://[fe80::1]:80", "#AB", "learn-istio class join 'http://[fe80::1]:80/#AB'"],
  ["http://a:1", "#", undefined],
  ["http://a:1", "#a';rm -rf", undefined],
  ["http://a'b", "#AB", undefined],
])("what is typed to join at %s with %s: %s", (origin, hash, command) => {
  expect(joinCommand(origin, hash)).toBe(command);
});
