import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { Action } from "../../src/workshop/action.ts";
import { type OpenClass, openClass, scratch } from "../support/classes.ts";
import { type Member, memberOf } from "../support/members.ts";

/** A learner's stream, message by message; a heartbeat is a message without an event. */
async function listen({ url }: OpenClass, { token }: Member, last?: number) {
  const headers = { authorization: `Bearer ${token}`, ...(last !== undefined && { "last-event-id": String(last) }) };
  const sent = request(`${url}/v1/notices`, { headers, agent: false });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  onTestFinished(() => void response.destroy());
  const reader = response.setEncoding("utf8")[Symbol.asyncIterator]();
  let text = "";
  const next = async (): Promise<{ event?: string; id?: string; data?: unknown }> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end !== -1) {
        const lines = text.slice(0, end).split("\n");
        text = text.slice(end + 2);
        const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
        return { ...fields, ...(fields.data !== undefined && { data: JSON.parse(fields.data) }) };
      }
      const { value, done } = await reader.next();
      if (done === true) return { event: "end" };
      text += String(value);
    }
  };
  return { response, next };
}

const announce = (text: string): Action => ({ type: "announce", text });

test("a learner hears how the class stands first, then each notice that is for them, then what changed", async () => {
  const room = await openClass(scratch(), () => 7000);
  const [ana, ben] = [await memberOf(room, 1, "ana"), await memberOf(room, 2, "ben")];
  const [forAna, forBen] = [await listen(room, ana), await listen(room, ben)];
  for (const one of [forAna, forBen])
    expect(await one.next()).toEqual({ event: "state", data: { gated: [], closed: false } });
  await room.hosted.act(announce("Hello <b>all</b>\u202e 👩‍💻"));
  await room.hosted.act({ type: "nudge", learner: 2, text: "Look at the labels" });
  await room.hosted.act({ type: "gate", step: "lesson-01#two" });
  const said = { type: "announce", number: 1, at: 7000, text: "Hello <b>all</b>\u202e 👩‍💻" };
  const gate = { type: "gate", number: 3, at: 7000, step: "lesson-01#two" };
  const gated = { event: "state", data: { gated: ["lesson-01#two"], closed: false } };
  expect([await forAna.next(), await forAna.next(), await forAna.next()]).toEqual([
    { event: "notice", id: "1", data: said },
    { event: "notice", id: "3", data: gate },
    gated,
  ]);
  const nudge = { type: "nudge", number: 2, at: 7000, text: "Look at the labels" };
  expect([await forBen.next(), await forBen.next(), await forBen.next(), await forBen.next()]).toEqual([
    { event: "notice", id: "1", data: said },
    { event: "notice", id: "2", data: nudge },
    { event: "notice", id: "3", data: gate },
    gated,
  ]);
});

test("what was missed comes first, once; who joins later is not told what was said before", async () => {
  const room = await openClass(scratch(), () => 7000);
  const ana = await memberOf(room, 1, "ana");
  for (const text of ["one", "two", "three"]) await room.hosted.act(announce(text));
  const ben = await memberOf(room, 2, "ben");
  expect([ana.notice, ben.notice]).toEqual([0, 3]);
  await room.hosted.act(announce("four"));
  const idsAfter = async (member: Member, last: number | undefined, count: number) => {
    const { next } = await listen(room, member, last);
    const all = [];
    for (let index = 0; index <= count; index += 1) all.push(await next());
    return all.map(({ event, id }) => id ?? event);
  };
  expect(await idsAfter(ana, 1, 3)).toEqual(["state", "2", "3", "4"]);
  expect(await idsAfter(ana, undefined, 4)).toEqual(["state", "1", "2", "3", "4"]);
  expect(await idsAfter(ben, ben.notice, 1)).toEqual(["state", "4"]);
  const again = await memberOf(room, 1, "ana");
  expect(again.notice).toBe(4);
});

test("what was kept and not sent is sent by the next host", async () => {
  const folder = scratch();
  const first = await openClass(folder);
  const ana = await memberOf(first, 1, "ana");
  await first.hosted.act({ type: "gate", step: "lesson-02#one" });
  await first.hosted.act({ type: "catch-up", step: "lesson-01#two" });
  await first.hosted.close();
  const second = await openClass(folder);
  const { next } = await listen(second, ana, 1);
  expect(await next()).toEqual({
    event: "state",
    data: { gated: ["lesson-02#one"], step: "lesson-01#two", closed: false },
  });
  expect(await next()).toMatchObject({ event: "notice", id: "2", data: { type: "catch-up" } });
  await second.hosted.act(announce("on we go"));
  expect(await next()).toMatchObject({ event: "notice", id: "3" });
});

test("who leaves is told nothing more; a learner has a few streams, the oldest ends", async () => {
  const room = await openClass(scratch());
  const ana = await memberOf(room, 1, "ana");
  const streams = [];
  for (let index = 0; index < 5; index += 1) streams.push(await listen(room, ana));
  for (const { next } of streams) expect(await next()).toMatchObject({ event: "state" });
  expect(await streams[0]?.next()).toEqual({ event: "end" });
  await room.hosted.act(announce("hello"));
  expect(await streams[4]?.next()).toMatchObject({ event: "notice" });
  await ana.post("/v1/leave", { v: 1 });
  expect(await streams[4]?.next()).toEqual({ event: "end" });
  const after = await ana.get("/v1/notices");
  expect([after.status, after.body]).toEqual([401, expect.stringContaining("You have left the class.")]);
});

test("a stream is for a learner's token, from a number on", async () => {
  const room = await openClass(scratch());
  const ana = await memberOf(room, 1, "ana");
  const cases: readonly [Readonly<Record<string, string>>, number, string][] = [
    [{ authorization: "" }, 401, "Expected `Authorization: Bearer …`."],
    [{ authorization: `Bearer ${room.hosted.boardKey}` }, 401, "Nobody in the class has this token."],
    [{ "last-event-id": "-1" }, 400, "last-event-id: expected a number."],
    [{ "last-event-id": "1e3" }, 400, "last-event-id: expected a number."],
    [{ origin: "http://evil.example" }, 403, "The request came from another page."],
  ];
  for (const [headers, status, message] of cases) {
    const found = await ana.get("/v1/notices", headers);
    expect([found.status, JSON.parse(found.body).message]).toEqual([status, message]);
  }
  expect(room.refused).toEqual(cases.map(([, , message]) => message));
});
