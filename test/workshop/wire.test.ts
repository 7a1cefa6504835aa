import { expect, test } from "vitest";
import { handleKey, refuseHandle } from "../../src/workshop/handle.ts";
import { makeJoinCode, readInvitation } from "../../src/workshop/join-code.ts";
import { type ClassEvent, classEvent, eventsRequest, joinRequest, LIMITS } from "../../src/workshop/wire.ts";

const at = 1_700_000_000_000;
const step = { at, lesson: "lesson-01", step: "one" };
const join = {
  v: 1,
  code: "ABCD-EFGH",
  learner: "0b0e4e0a-7d0c-4f7e-9d0a-1f2e3d4c5b6a",
  token: "0".repeat(64),
  course: "course",
};

test.each<[ClassEvent]>([
  [{ type: "open", ...step }],
  [{ type: "step-start", ...step }],
  [{ type: "check-end", ...step, check: "ready", verdict: "wrong" }],
  [{ type: "check-end", ...step, check: "ready", verdict: "wrong", diagnosis: 2 }],
  [{ type: "step-end", ...step, verdict: "check-failed", check: "ready", ms: 12 }],
  [{ type: "step-end", ...step, verdict: "pass", ms: 0 }],
  [{ type: "hint", ...step, tier: 2 }],
  [{ type: "hand", at, raised: true }],
  [{ type: "follow", ...step, agreed: false }],
  [{ type: "close", at }],
  [{ type: "gap", at }],
])("%j is an event, and comes out as it went in", (event) => {
  expect(classEvent(JSON.parse(JSON.stringify(event)), "event")).toEqual(event);
});

test.each<[unknown, string]>([
  [{ type: "shell", at }, "event.type: expected open, step-start, check-end, step-end, hint, hand, follow, close, gap"],
  [{ type: "toString", at }, "event.type: expected open"],
  [null, "event.type: expected open"],
  [{ type: "step-start", ...step, command: "rm -rf /" }, "event: expected no key but type, at, lesson, step"],
  [{ type: "step-start", ...step, step: "" }, "event.step: expected a text of 1 to 128 characters"],
  [{ type: "step-start", ...step, step: "x".repeat(129) }, "event.step: expected a text of 1 to 128"],
  [{ type: "step-start", ...step, step: "\u001b[2J" }, "event.step: expected a text"],
  [{ type: "step-start", at, lesson: "lesson-01" }, "event.step: expected a text"],
  [{ type: "step-end", ...step, verdict: "won", ms: 1 }, "event.verdict: expected pass, mismatch"],
  [{ type: "step-end", ...step, verdict: "pass", ms: -1 }, "event.ms: expected an integer from 0"],
  [{ type: "step-end", ...step, verdict: "pass", ms: 0.5 }, "event.ms: expected an integer"],
  [
    { type: "check-end", ...step, check: "c", verdict: "wrong", diagnosis: "no pod" },
    "event.diagnosis: expected an integer",
  ],
  [{ type: "hand", at: "now", raised: true }, "event.at: expected an integer"],
  [{ type: "hand", at, raised: 1 }, "event.raised: expected true or false"],
])("%j is refused", (event, reason) => {
  expect(() => classEvent(event, "event")).toThrow(reason);
});

test.each<[object, string]>([
  [{ v: 2 }, "message.v: expected 1"],
  [{ learner: "ana" }, "message.learner: expected a UUID"],
  [{ token: "secret" }, "message.token: expected a token of 22 to 64 signs"],
  [{ handle: "" }, "message.handle: expected a text"],
  [{ admin: true }, "message: expected no key but v, code, learner, token, course, handle"],
])("a request to join with %j is refused", (change, reason) => {
  expect(() => joinRequest({ ...join, ...change }, "message")).toThrow(reason);
  expect(joinRequest(join, "message")).toEqual(join);
});

test("a message holds from one event to as many as the limit says", () => {
  const of = (count: number) => ({ v: 1, from: 1, sent: at, events: Array(count).fill({ type: "close", at }) });
  expect(eventsRequest(of(LIMITS.events), "message").events).toHaveLength(LIMITS.events);
  expect(() => eventsRequest(of(0), "message")).toThrow("message.events: expected a list of 1 to 100");
  expect(() => eventsRequest(of(LIMITS.events + 1), "message")).toThrow("message.events: expected a list of 1 to 100");
});

test.each<[string, boolean]>([
  ["ana", true],
  ["Ana María", true],
  ["عنا", true],
  ["👩‍💻", true],
  ["<script>alert(1)</script>", true],
  ["a".repeat(32), true],
  ["a".repeat(33), false],
  ["", false],
  [" ana", false],
  ["\u200d", false],
  ["ana\u202e", false],
  ["a\u200bna", false],
  ["ana\n", false],
  ["\ud800", false],
])("%j as a handle: %s", (handle, taken) => {
  expect(refuseHandle(handle) === undefined).toBe(taken);
});

test("handles that look alike are the same one", () => {
  expect(new Set(["Ana", "ana", "ＡＮＡ", "a\u200dna"].map(handleKey)).size).toBe(1);
  expect(handleKey("ana")).not.toBe(handleKey("anna"));
});

test("a code has eight signs that are not taken for each other, and each of them comes up", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const codes = Array.from({ length: 30 }, (_, index) => makeJoinCode(bytes.subarray(index * 8)));
  expect(codes[0]).toBe("2345-6789");
  for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(codes.join("").replaceAll("-", "")).size).toBe(30);
});

test.each([
  ["http://10.0.0.5:7777/#ABCD-EFGH", { url: "http://10.0.0.5:7777", code: "ABCDEFGH" }],
  ["http://10.0.0.5:7777/#abcd%20efgh", { url: "http://10.0.0.5:7777", code: "ABCDEFGH" }],
  ["http://[::1]:7777/#ABCDEFGH", { url: "http://[::1]:7777", code: "ABCDEFGH" }],
  ["http://10.0.0.5:7777/", undefined],
  ["https://10.0.0.5:7777/#ABCDEFGH", undefined],
  ["http://me:pw@10.0.0.5/#ABCDEFGH", undefined],
  ["http://10.0.0.5/board#ABCDEFGH", undefined],
  ["http://10.0.0.5/#%", undefined],
  ["file:///etc/passwd#ABCDEFGH", undefined],
  ["10.0.0.5#ABCD", undefined],
])("the invitation %s", (given, expected) => {
  expect(readInvitation(given)).toEqual(expected);
});
