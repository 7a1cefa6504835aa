import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { readInvitation } from "../../src/workshop/join-code.ts";
import { joinClass } from "../../src/workshop/learner/join.ts";
import { Queue } from "../../src/workshop/learner/queue.ts";
import { Sender } from "../../src/workshop/learner/sender.ts";
import { ask, scratch } from "../support/classes.ts";
import { lessonText } from "../support/lesson-text.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

const HOSTILE = `"},{"a":"<b>`;
/** More than is read at a time. */
const EVENTS = 1500;

let teacher: CliRoom;
beforeEach(() => {
  const files = { "lessons/course.yaml": "id: course\ntitle: Our course\n", "lessons/lesson-01-a.md": lessonText("A") };
  teacher = openCliRoom(files);
});
afterEach(() => teacher.remove());

const hostFile = (name: string) => path.join(teacher.env.XDG_STATE_HOME ?? "", "learn-istio/course/class-host", name);
const run = (...words: readonly string[]) => teacher.run(["class", ...words]);

async function hostClass() {
  const host = startCli(teacher, "class", "host");
  const head = await host.until("`?` tells what you can type here.\n");
  const invitation = readInvitation(/'(http:[^']*)'/.exec(head)?.[1] ?? "");
  if (invitation === undefined) throw new Error(`no invitation in ${head}`);
  const join = async (handle: string) => {
    const folder = scratch();
    const member = await joinClass(invitation, { folder, course: "course", handle });
    const queue = new Queue(folder);
    onTestFinished(() => queue.close());
    return { member, queue, sender: new Sender(queue, member, Date.now) };
  };
  const stop = async () => {
    host.interrupt();
    await host.ended;
  };
  return { ...host, invitation, join, stop };
}

const parse = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("a class is the same from its host as from its database, whole, and holds no secret", async () => {
  const host = await hostClass();
  const ana = await host.join(HOSTILE);
  const bo = await host.join("bo");
  for (let tier = 1; tier <= EVENTS; tier += 1)
    ana.queue.append({ type: "hint", at: 1, lesson: "lesson-01", step: "one", tier: 1 + (tier % 900) });
  bo.queue.append({ type: "hand", at: 1, raised: true });
  for (const { sender } of [ana, bo]) expect(await sender.flush()).toBe("done");
  expect((await run("announce", "Ten \u202e minutes")).code).toBe(0);
  expect((await run("nudge", "bo", "Look there")).code).toBe(0);
  const { url, key } = JSON.parse(readFileSync(hostFile("instructor.json"), "utf8"));

  const hosted = await run("export", "--names", "class.jsonl");
  expect([hosted.code, hosted.stdout]).toEqual([0, ""]);
  const file = path.join(teacher.folder, "class.jsonl");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const named = readFileSync(file, "utf8");
  const numbered = (await run("export")).stdout;
  const lines = parse(named);
  expect(lines[0]).toEqual({
    version: 1,
    type: "class",
    title: "Our course",
    course: "course",
    created: expect.any(Number),
    ended: null,
  });
  expect(lines.slice(1, 3)).toEqual([
    { type: "learner", number: 1, joined: expect.any(Number), left: null, handle: HOSTILE },
    { type: "learner", number: 2, joined: expect.any(Number), left: null, handle: "bo" },
  ]);
  const events = lines.slice(3, -2);
  expect(events.map(({ type, learner, seq }) => [type, learner, seq])).toEqual([
    ...Array.from({ length: EVENTS }, (_, index) => ["event", 1, index + 1]),
    ["event", 2, 1],
  ]);
  expect(events.at(-2)).toMatchObject({
    received: expect.any(Number),
    event: { type: "hint", tier: 1 + (EVENTS % 900) },
  });
  expect(lines.slice(-2)).toEqual([
    { type: "notice", number: 1, at: expect.any(Number), body: { type: "announce", text: "Ten \u202e minutes" } },
    {
      type: "notice",
      number: 2,
      at: expect.any(Number),
      learner: 2,
      body: expect.objectContaining({ type: "nudge", text: "Look there" }),
    },
  ]);
  expect(named).not.toContain("\u202e");
  expect(
    parse(numbered)
      .slice(1, 3)
      .map((one) => Object.keys(one)),
  ).toEqual([1, 2].map(() => ["type", "number", "joined", "left"]));

  for (const headers of [{}, { authorization: `Bearer ${bo.member.token}` }])
    expect((await ask(`${url}/v1/export`, "GET", headers)).status).toBe(401);
  await host.stop();
  expect(readFileSync(file, "utf8")).toBe(named);
  expect((await run("export", "--names", "class.jsonl")).stderr).toContain("`class.jsonl` is there already.");
  expect((await run("export", "--names", "class.jsonl", "--yes")).code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(named);
  expect((await run("export", "-")).stdout).toBe(numbered);
  expect(readdirSync(teacher.folder).sort()).toEqual(["class.jsonl", "lessons"]);

  const hash = (token: string) => createHash("sha256").update(token).digest("hex");
  const secrets = [ana, bo].flatMap(({ member }) => [member.learner, member.token, hash(member.token)]);
  for (const secret of [...secrets, host.invitation.code, key]) {
    expect(secret.length).toBeGreaterThan(5);
    expect(named.toLowerCase()).not.toContain(secret.toLowerCase());
  }
});

test("a class that ended is exported until it is forgotten; one that goes on needs `--all`", async () => {
  const first = await hostClass();
  await first.join("ana-of-the-first");
  expect((await run("close", "--yes")).code).toBe(0);
  expect(await first.ended).toBe(0);
  expect(parse((await run("export", "--names")).stdout)).toMatchObject([
    { type: "class", ended: expect.any(Number) },
    { type: "learner", handle: "ana-of-the-first" },
    { type: "notice", body: { type: "close" } },
  ]);

  const second = await hostClass();
  await second.join("bo-of-the-second");
  const refused = await run("forget", "--yes");
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("The class is hosted now")]);
  await second.stop();
  const asked = await run("forget");
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("1 class of this course would be deleted")]);
  const kept = () => readFileSync(hostFile("class.db"), "latin1");
  expect(kept()).toContain("ana-of-the-first");
  const forgot = await run("forget", "--yes", "--json");
  expect([forgot.code, JSON.parse(forgot.stdout)]).toEqual([0, { version: 1, deleted: 1, kept: 1 }]);
  expect(kept()).not.toContain("ana-of-the-first");
  expect(kept()).toContain("bo-of-the-second");
  expect(parse((await run("export", "--names")).stdout)[1]).toMatchObject({ handle: "bo-of-the-second" });
  expect((await run("forget", "--yes")).stderr).toContain("One goes on and stays; `--all` deletes it, too.");
  expect(existsSync(hostFile("debrief.json"))).toBe(true);

  expect((await run("forget", "--all", "--yes")).stderr).toBe("Deleted 1 class.\n");
  expect(kept()).not.toContain("bo-of-the-second");
  expect(existsSync(hostFile("debrief.json"))).toBe(false);
  const gone = await run("export");
  expect([gone.code, gone.stdout, gone.stderr]).toEqual([
    2,
    "",
    expect.stringContaining("No class of `course` is kept"),
  ]);
});

test("what cannot be exported or written is said, and leaves nothing behind", async () => {
  const none = await run("export", "x.jsonl");
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining("No class of `course` is kept on this machine"),
  ]);
  expect(existsSync(hostFile("."))).toBe(false);
  expect((await run("forget", "--yes")).stderr).toBe("No class of this course that ended is kept.\n");
  await (await hostClass()).stop();
  writeFileSync(path.join(teacher.folder, "plain"), "");
  const cases: readonly [string, number, string][] = [
    ["lessons", 2, "`lessons` is there and is no file."],
    ["nowhere/x", 4, "cannot be written (ENOENT)"],
    ["plain/x", 4, "cannot be written (ENOTDIR)"],
    ["a b", 2, "`b` is one name too many."],
  ];
  for (const [names, code, said] of cases) {
    const ran = await run("export", ...names.split(" "));
    expect([names, ran.code, ran.stdout, ran.stderr]).toEqual([names, code, "", expect.stringContaining(said)]);
  }
  expect(readdirSync(teacher.folder).sort()).toEqual(["lessons", "plain"]);
});
