import type { IncomingMessage } from "node:http";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { requireThisMachine } from "../../src/workshop/host/exchange.ts";
import { LIMITS } from "../../src/workshop/wire.ts";
import { ask, type OpenClass, openClass, scratch } from "../support/classes.ts";
import { memberOf } from "../support/members.ts";

const at = { at: 1000, lesson: "lesson-01", step: "one" };
const HAND = { type: "hand", at: 1000, raised: true };

function instructorOf({ url, hosted }: OpenClass) {
  const auth = { authorization: `Bearer ${hosted.boardKey}`, "content-type": "application/json" };
  return {
    auth,
    act: (action: unknown, headers: object = {}) =>
      ask(`${url}/v1/actions`, "POST", { ...auth, ...headers }, JSON.stringify({ v: 1, action })),
    get: async (path: string) => JSON.parse((await ask(`${url}${path}`, "GET", auth)).body),
  };
}

test("what the instructor does is told in the order in which it was done, and stands on the board", async () => {
  const room = await openClass(scratch(), () => 5000);
  const { act, get } = instructorOf(room);
  const ana = await memberOf(room, 1, "ana");
  await ana.tell({ type: "open", ...at }, HAND);
  expect((await get("/v1/board")).hands).toEqual([{ number: 1, handle: "ana", sinceMs: 0, step: "lesson-01#one" }]);
  const actions = [
    { type: "announce", text: "Ten minutes" },
    { type: "nudge", learner: 1, hint: 2 },
    { type: "nudge", learner: 1, text: "Good" },
    { type: "gate", step: "lesson-01#two" },
    { type: "gate", step: "lesson-01#two" },
    { type: "ungate", step: "lesson-02#one" },
    { type: "catch-up", step: "lesson-02#one" },
    { type: "helped", learner: 1 },
    { type: "helped", learner: 1 },
  ];
  for (const action of actions) expect(await act(action)).toMatchObject({ status: 200, body: "{}" });
  const told = room.happenings.flatMap((one) => (one.type === "told" ? [one] : []));
  // What was so already is not told again.
  expect(told.map(({ notice: { number, at: _, ...rest }, handle }) => [number, handle, rest])).toEqual([
    [1, undefined, { type: "announce", text: "Ten minutes" }],
    [2, "ana", { type: "nudge", step: "lesson-01#one", hint: 2 }],
    [3, "ana", { type: "nudge", step: "lesson-01#one", text: "Good" }],
    [4, undefined, { type: "gate", step: "lesson-01#two" }],
    [5, undefined, { type: "catch-up", step: "lesson-02#one" }],
    [6, "ana", { type: "helped" }],
  ]);
  const board = await get("/v1/board");
  expect([board.version, board.title, board.state, board.hands]).toEqual([
    1,
    "A <b>course</b>",
    { gated: ["lesson-01#two"], step: "lesson-02#one", closed: false },
    [],
  ]);
  expect(board.steps[0]).toMatchObject({
    step: "lesson-01#one",
    title: "Begin",
    lesson: "First",
    hints: 2,
    hintTitles: ["Hint", "Hint: where"],
  });
});

test("a hand that was helped stays down in the next host, and comes up when it is raised again", async () => {
  const folder = scratch();
  let now = 5000;
  const first = await openClass(folder, () => now);
  const ana = await memberOf(first, 1, "ana");
  await ana.tell({ type: "open", ...at }, HAND);
  now = 6000;
  await first.hosted.act({ type: "helped", learner: 1 });
  expect(first.hosted.board().rows[0]?.stuck).toEqual([]);
  await first.hosted.close();
  const second = await openClass(folder, () => now);
  expect([second.hosted.board().hands, second.hosted.board().rows[0]?.stuck]).toEqual([[], []]);
  now = 9000;
  await (await memberOf(second, 1, "ana")).tell(HAND);
  now = 9500;
  expect(second.hosted.board().hands).toMatchObject([{ handle: "ana", sinceMs: 500 }]);
});

test("a class that was closed takes what is late, and nobody and nothing new; the next one is another", async () => {
  const folder = scratch();
  const room = await openClass(folder);
  const { act, get } = instructorOf(room);
  const ana = await memberOf(room, 1, "ana");
  expect((await act({ type: "close" })).status).toBe(200);
  expect((await get("/v1/board")).state.closed).toBe(true);
  const late = await ana.tell({ type: "open", ...at });
  expect([late.status, room.hosted.board().rows[0]?.step]).toEqual([200, "lesson-01#one"]);
  const refused = await act({ type: "announce", text: "still there?" });
  expect([refused.status, refused.body]).toEqual([410, '{"message":"The class is closed."}']);
  const { url, code } = room;
  const body = { v: 1, code, learner: "00000000-0000-4000-8000-000000000002", token: "2".repeat(64), course: "course" };
  const joining = await ask(`${url}/v1/join`, "POST", { "content-type": "application/json" }, JSON.stringify(body));
  expect([joining.status, joining.body]).toEqual([410, '{"message":"The class is closed."}']);
  expect((await get("/v1/debrief")).steps).toMatchObject([{ step: "lesson-01#one" }]);
  await room.hosted.close();
  const next = await openClass(folder);
  expect([next.hosted.goesOn, next.hosted.board().rows]).toEqual([false, []]);
});

test("what the class does not have, and who may not, is refused and changes nothing", async () => {
  const room = await openClass(scratch());
  const { act, auth } = instructorOf(room);
  const ana = await memberOf(room, 1, "ana");
  await memberOf(room, 2, "ben");
  await (await memberOf(room, 3, "cid")).post("/v1/leave", { v: 1 });
  await ana.tell({ type: "open", ...at });
  const post = (body: string, headers: object = {}) =>
    ask(`${room.url}/v1/actions`, "POST", { ...auth, ...headers }, body);
  const say = { type: "announce", text: "x" };
  const cases: readonly [Promise<{ status: number; body: string }>, number, string][] = [
    [act({ type: "gate", step: "lesson-01#three" }), 404, "The course has no step `lesson-01#three`."],
    [act({ type: "ungate", step: "x#y" }), 404, "The course has no step `x#y`."],
    [act({ type: "catch-up", step: "x#y" }), 404, "The course has no step `x#y`."],
    [act({ type: "nudge", learner: 9, text: "x" }), 404, "Nobody in the class has the number 9."],
    [act({ type: "helped", learner: 3 }), 404, "Nobody in the class has the number 3."],
    [act({ type: "nudge", learner: 1, hint: 3 }), 409, "`lesson-01#one` has 2 hints, so none is number 3."],
    [
      act({ type: "nudge", learner: 2, hint: 1 }),
      409,
      "`ben` is at no step of the course, so there is no hint to show.",
    ],
    [act({ type: "nudge", learner: 1 }), 400, "message.action: expected either a `hint` or a `text`."],
    [act({ type: "shout" }), 400, "message.action.type: expected announce, nudge,"],
    [act({ type: "announce", text: "\u001b[2J" }), 400, "message.action.text: expected a text of 1 to 500 characters."],
    [act({ type: "announce", text: "x".repeat(10_000) }), 400, "message.action.text: expected a text of 1 to 500"],
    [act({ ...say, to: "all" }), 400, "message.action: expected no key but type, text."],
    [act(say, { authorization: "Bearer wrong" }), 401, "This key does not open the board."],
    [act(say, { authorization: `Bearer ${ana.token}` }), 401, "This key does not open the board."],
    [act(say, { origin: "http://evil.example" }), 403, "The request came from another page."],
    [act(say, { origin: "null" }), 403, "The request came from another page."],
    [act(say, { host: "evil.example" }), 403, "The class is not known under this name"],
    [act(say, { "content-type": "text/plain" }), 415, "Expected JSON"],
    [post(`"${"x".repeat(LIMITS.body)}"`), 413, "The message is longer than 65536 bytes."],
    [ask(`${room.url}/v1/debrief`, "GET"), 401, "Expected `Authorization: Bearer …`."],
  ];
  for (const [asked, status, message] of cases) {
    const found = await asked;
    expect([found.status, JSON.parse(found.body).message]).toEqual([status, expect.stringContaining(message)]);
  }
  expect(room.refused).toHaveLength(cases.length);
  expect(room.happenings.filter(({ type }) => type === "told")).toEqual([]);
  expect(room.hosted.board().state).toEqual({ gated: [], closed: false });
});

const own = Object.values(networkInterfaces()).flatMap((one) => (one ?? []).map(({ address }) => address));

test.each([
  ...["127.0.0.1", "::1", "::ffff:127.0.0.1", ...own, ...own.map((address) => `${address}%eth9`)].map(
    (address) => [address, true] as const,
  ),
  ...["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7", "fe80::7%eth0", "", undefined].map(
    (address) => [address, false] as const,
  ),
])("the board is answered to %s: %s", (remoteAddress, isAnswered) => {
  const check = () => requireThisMachine({ socket: { remoteAddress } } as IncomingMessage);
  if (isAnswered) expect(check).not.toThrow();
  else
    expect(check).toThrow("The board is for the machine of the class's host; `class host --board-in-room` opens it.");
});
