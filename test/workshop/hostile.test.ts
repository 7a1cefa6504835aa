import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { joinClass } from "../../src/workshop/index.ts";
import { pack } from "../../src/workshop/packed.ts";
import { CLASS_LIMITS, LIMITS } from "../../src/workshop/wire.ts";
import { ask, type OpenClass, openClass, scratch } from "../support/classes.ts";
import { memberOf } from "../support/members.ts";

const AT = 5000;
const JSON_TYPE = "application/json";
const hint = (tier: number) => ({ type: "hint", at: 1000, lesson: "lesson-01", step: "one", tier });
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const token = (n: number): string => n.toString(16).padStart(64, "0");

/** A class with one learner in it, who has told one thing; its clock stands still, so that the board does. */
async function openRoom(now: () => number = () => AT) {
  const opened = await openClass(scratch(), now);
  const ana = await memberOf(opened, 1, "ana");
  await ana.tell(hint(1));
  opened.refused.length = 0;
  return { ...opened, ana, before: JSON.stringify(opened.hosted.board()) };
}

const join = ({ url, code }: OpenClass, n: number, change: object) =>
  post(url, "/v1/join", { v: 1, code, learner: uuid(n), token: token(n), course: "course", ...change });
const post = (url: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ask(`${url}${path}`, "POST", { "content-type": "application/json", ...headers }, JSON.stringify(body));

test.each<[string, string, string | undefined]>([
  ["HTML", "<img src=x onerror=alert(1)>", undefined],
  ["an entity", "&lt;b&gt;", undefined],
  ["quotes", `"><svg/onload='1'>`, undefined],
  ["SQL", "'; DROP TABLE learner; --", undefined],
  ["emoji, joined", "👩🏽‍💻 Bea", undefined],
  ["an emoji with its variant", "❤️", undefined],
  ["a script from the right", "عائشة", undefined],
  ["marks of a language", "Nguyễn", undefined],
  ["a colour", "\u001b[31mred", "message.handle: expected a text"],
  ["a link (OSC 8)", "\u001b]8;;http://x\u0007bea\u001b]8;;\u0007", "message.handle: expected a text"],
  ["the clipboard (OSC 52)", "\u001b]52;c;cm0=\u0007", "message.handle: expected a text"],
  ["a control sequence of one byte", "\u009b2J", "message.handle: expected a text"],
  ["NUL", "be\u0000a", "message.handle: expected a text"],
  ["10 kB", "x".repeat(10_240), "message.handle: expected a text"],
  ["33 signs", "x".repeat(33), "it has 33 characters, expected 1 to 32"],
  ["an override of the direction", "bea\u202eana", "characters that cannot be seen"],
  ["an isolate", "\u2067bea", "characters that cannot be seen"],
  ["half of a pair", "be\ud800a", "characters that cannot be seen"],
  ["a soft hyphen", "be\u00ada", "characters that cannot be seen"],
  ["a filler that counts as a letter", "\u3164", "characters that cannot be seen"],
  ["a blank of Braille", "\u2800", "characters that cannot be seen"],
  ["tags", "bea\u{e0061}\u{e0062}", "characters that cannot be seen"],
  ["a private sign", "\ue000", "characters that cannot be seen"],
  ["many marks on one letter", `z${"\u0300\u0316".repeat(8)}`, "it stacks too many marks on one letter"],
  ["another's, great", "ANA", "Somebody in the class has this handle already"],
  ["another's, wide", "ａｎａ", "Somebody in the class has this handle already"],
  ["another's, in Cyrillic", "аnа", "Somebody in the class has this handle already"],
  ["another's, with a joiner", "an\u200da", "Somebody in the class has this handle already"],
  ["another's, in bold", "𝐚𝐧𝐚", "Somebody in the class has this handle already"],
])("a handle of %s is refused with a reason, or the board has it as it is", async (_, handle, reason) => {
  const room = await openRoom();
  const { status, body } = await join(room, 2, { handle });
  const names = room.hosted.board().rows.map((row) => row.handle);
  if (reason === undefined) expect([status, names]).toEqual([200, ["ana", handle]]);
  else {
    expect([status < 500, JSON.parse(body).message]).toEqual([true, expect.stringContaining(reason)]);
    expect(JSON.stringify(room.hosted.board())).toBe(room.before);
    expect(room.refused).toEqual([expect.stringContaining(reason)]);
  }
});

const forged: [string, (room: Awaited<ReturnType<typeof openRoom>>) => Promise<{ status: number }>, number][] = [
  ["an event again, with other content", ({ ana }) => sendAs(ana, 1, [hint(9)]), 200],
  ["an event after one that is missing", ({ ana }) => sendAs(ana, 3, [hint(3)]), 409],
  ["an event far ahead", ({ ana }) => sendAs(ana, 40_000, [hint(3)]), 409],
  ["an event of a number that no class has", ({ ana }) => sendAs(ana, 2 ** 52, [hint(3)]), 403],
  ["number 0", ({ ana }) => sendAs(ana, 0, [hint(1)]), 400],
  ["a number below 0", ({ ana }) => sendAs(ana, -1, [hint(1)]), 400],
  ["a number between two", ({ ana }) => sendAs(ana, 1.5, [hint(1)]), 400],
  ["a number that is none", ({ ana }) => sendAs(ana, 1e308, [hint(1)]), 400],
  ["a number in quotes", ({ ana }) => sendAs(ana, "2", [hint(2)]), 400],
  ["no events", ({ ana }) => sendAs(ana, 2, []), 400],
  ["101 events", ({ ana }) => sendAs(ana, 2, Array(101).fill(hint(2))), 400],
  ["a key of every object", ({ ana }) => sendAs(ana, 2, [JSON.parse('{"__proto__":{"type":"hand"}}')]), 400],
  ["events in a list of lists", ({ ana }) => sendAs(ana, 2, [[hint(2)]]), 400],
  [
    "JSON, nested deep",
    ({ ana, url }) => raw(url, ana.token, `${"[".repeat(30_000)}${"]".repeat(30_000)}`, JSON_TYPE),
    400,
  ],
  [
    "a name of somebody else's",
    ({ ana }) => ana.post("/v1/events", { ...message(2, [hint(2)]), learner: uuid(2) }),
    400,
  ],
  ["nobody's token", ({ url }) => send(url, token(7), 1, [hint(1)]), 401],
  ["the board's key for a token", ({ url, hosted }) => send(url, hosted.boardKey, 1, [hint(1)]), 401],
  ["a token for the board's key", ({ ana }) => ana.get("/v1/board"), 401],
  ["an action of a learner's", ({ ana }) => ana.post("/v1/actions", { v: 1, action: { type: "close" } }), 401],
  ["another's id, to come back as them", (room) => join(room, 1, { token: token(2) }), 409],
  ["another's token, with an id of one's own", (room) => join(room, 2, { token: token(1) }), 409],
  ["a packed bomb", ({ ana, url }) => raw(url, ana.token, pack({ a: "x".repeat(50_000_000) }), undefined), 400],
  ["packed noise", ({ ana, url }) => raw(url, ana.token, "noise", undefined), 400],
  [
    "a body of gzip",
    ({ ana, url }) => raw(url, ana.token, gzipSync(JSON.stringify(message(2, [hint(2)]))), JSON_TYPE),
    400,
  ],
  [
    "a form, as pages may send it",
    ({ ana, url }) => raw(url, ana.token, "a=b", "application/x-www-form-urlencoded"),
    415,
  ],
  ["a message that is too long", ({ ana, url }) => raw(url, ana.token, `"${"x".repeat(LIMITS.body)}"`, JSON_TYPE), 413],
];

test.each(forged)("%s changes nothing", async (_, attack, status) => {
  const room = await openRoom();
  expect((await attack(room)).status).toBe(status);
  expect(JSON.stringify(room.hosted.board())).toBe(room.before);
  // What only comes late or twice is a network's doing, and nobody's fault.
  expect(room.refused.length).toBe(status === 200 || (status === 409 && room.refused.length === 0) ? 0 : 1);
  const secrets = [room.ana.token, token(2), room.code, room.hosted.boardKey];
  for (const secret of secrets) expect(room.refused.join()).not.toContain(secret);
  expect((await room.ana.tell(hint(2))).status).toBe(200);
});

type Member = Awaited<ReturnType<typeof memberOf>>;
const message = (from: unknown, events: readonly unknown[]) => ({ v: 1, from, sent: 1000, events });
const sendAs = (member: Member, from: unknown, events: readonly unknown[]) =>
  member.post("/v1/events", message(from, events));
const send = (url: string, as: string, from: number, events: readonly unknown[]) =>
  post(url, "/v1/events", message(from, events), { authorization: `Bearer ${as}` });

/** A request of bytes that no client of ours sends. */
function raw(url: string, as: string, body: string | Buffer, type: string | undefined) {
  const head = [
    "POST /v1/events HTTP/1.1",
    "Host: 127.0.0.1",
    `Authorization: Bearer ${as}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return talk(url, [Buffer.from(`${head.join("\r\n")}\r\n\r\n`), Buffer.from(body)]).then((text) => ({
    status: Number(text.split(" ")[1]),
  }));
}

/** All that a connection is answered until the host ends it. */
function talk(url: string, parts: readonly (Buffer | string)[]): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.setEncoding("latin1").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", () => {}).on("close", () => resolve(text));
    for (const part of parts) socket.write(part);
  });
}

const BEAR = `Authorization: Bearer ${token(1)}`;
const asEvents = (...lines: readonly string[]) =>
  `POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${BEAR}\r\n${lines.join("\r\n")}`;
const two = JSON.stringify({ v: 1, from: 2, sent: 1000, events: [{ type: "shell" }] });

test.each<[string, string, RegExp]>([
  ["TLS", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", /^HTTP\/1.1 400 /],
  ["HTTP/0.9", "GET /\r\n\r\n", /^HTTP\/1.1 40[03] /],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^(?:HTTP\/1.1 400 |$)/],
  ["SSH", "SSH-2.0-OpenSSH_9.7\r\n\r\n", /^HTTP\/1.1 400 /],
  ["a head of 10 kB", `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(10_000)}\r\n\r\n`, /^HTTP\/1.1 431 /],
  ["two lengths", asEvents("Content-Length: 1", "Content-Length: 2", "", "{}"), /^HTTP\/1.1 400 /],
  [
    "a length and chunks",
    asEvents("Content-Length: 3", "Transfer-Encoding: chunked", "", "0\r\n\r\n"),
    /^HTTP\/1.1 400 /,
  ],
  ["a length below zero", asEvents("Content-Length: -1", "", ""), /^HTTP\/1.1 400 /],
  ["a chunk of no size", asEvents("Transfer-Encoding: chunked", "", "zz\r\n"), /^(?:HTTP\/1.1 400 |$)/],
  [
    "chunks without an end",
    asEvents("Transfer-Encoding: chunked", "", `10000\r\n${"x".repeat(65_536)}\r\n1\r\nx\r\n`),
    /^HTTP\/1.1 413 /,
  ],
  ["no name of a host", "GET / HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400 /],
  [
    "a name that leads here",
    "GET /v1/board HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    /^HTTP\/1.1 403 /,
  ],
  [
    "a page of somebody else's",
    asEvents("Origin: http://evil.example", "Content-Length: 2", "", "{}"),
    /^HTTP\/1.1 403 /,
  ],
  ["a page without an origin", asEvents("Origin: null", "Content-Length: 2", "", "{}"), /^HTTP\/1.1 403 /],
  ["another method", "DELETE /v1/board HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^HTTP\/1.1 404 /],
  ["a way out of a proxy", "CONNECT 10.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^(?:HTTP\/1.1 4|$)/],
  [
    "another protocol",
    "GET /v1/board HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    /^HTTP\/1.1 40/,
  ],
  ["a path upwards", "GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^HTTP\/1.1 404 /],
  ["a whole address", "GET http://127.0.0.1/v1/board HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^HTTP\/1.1 40/],
  ["several at once", `${asEvents(`Content-Length: ${two.length}`, "", two)}`.repeat(20), /^HTTP\/1.1 400 /],
])("%s gets no further than a refusal", async (_, bytes, answered) => {
  const room = await openRoom();
  expect(await talk(room.url, [Buffer.from(bytes, "latin1")])).toMatch(answered);
  expect(JSON.stringify(room.hosted.board())).toBe(room.before);
  expect(room.refused.join()).not.toContain(token(1));
  expect(room.refused.filter((one) => one.startsWith("fault"))).toEqual([]);
  expect((await room.ana.tell(hint(2))).status).toBe(200);
});

test("an event of the end of time is kept as of now, and the class can be hosted again", async () => {
  const folder = scratch();
  const first = await openClass(folder, () => AT);
  const ana = await memberOf(first, 1, "ana", 0);
  for (const at of [8.64e15, 0]) expect((await ana.tell({ ...hint(1), at })).status).toBe(200);
  const told = first.happenings.flatMap((one) => (one.type === "event" ? [one.event.at] : []));
  expect(told).toEqual([AT, AT]);
  await first.hosted.close();
  expect((await openClass(folder, () => AT)).hosted.board().rows).toMatchObject([{ handle: "ana" }]);
});

test("names that every object has are names like others", async () => {
  const room = await openRoom();
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const place = { at: 1000, lesson: name, step: name };
    const events = [
      { type: "open", ...place },
      { type: "check-end", ...place, check: name, verdict: "wrong" },
      { type: "step-end", ...place, verdict: "pass", ms: 1 },
    ];
    expect((await room.ana.tell(...events)).status).toBe(200);
  }
  expect(room.happenings.filter(({ type }) => type === "event")).toHaveLength(13);
  // They are no steps of the course.
  expect(room.hosted.board().rows).toMatchObject([{ handle: "ana", done: 0 }]);
  expect(room.hosted.board().steps.map(({ done }) => done)).toEqual([0, 0, 0, 0]);
  expect(room.refused).toEqual([]);
});

test("one learner cannot fill the disk with events, nor one guest the class with learners", async () => {
  const room = await openRoom();
  const { learners, eventsOfLearner } = CLASS_LIMITS;
  const hundred = Array(100).fill(hint(1));
  for (let from = 2; from + 99 <= eventsOfLearner; from += 100) await sendAs(room.ana, from, hundred);
  expect((await sendAs(room.ana, eventsOfLearner - 98, hundred.slice(1))).status).toBe(200);
  expect((await sendAs(room.ana, eventsOfLearner + 1, [hint(1)])).status).toBe(403);
  const others = Array.from({ length: learners - 1 }, (_, index) => index + 2);
  const joined = await Promise.all(others.map((n) => join(room, n, {})));
  expect(new Set(joined.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await join(room, learners + 1, {})).status).toBe(403);
  expect(room.hosted.board().rows).toHaveLength(learners);
});

test("who guesses codes waits in line with all who come from there, and nobody is shut out", async () => {
  const room = await openRoom(Date.now);
  const guess = () => join(room, 3, { code: "AAAA-AAAA" }).then(({ status }) => status);
  expect(new Set(await Promise.all(Array.from({ length: 40 }, guess)))).toEqual(new Set([403]));
  // As a script does it: the next guess with the answer to the one before.
  let going = true;
  const guessing = (async () => {
    while (going) await guess();
  })();
  const { url, code } = room;
  const bea = await joinClass({ url, code }, { folder: scratch(), course: "course", handle: "bea" });
  going = false;
  await guessing;
  expect(bea.handle).toBe("bea");
});
