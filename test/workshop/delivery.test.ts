import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/workshop/host/open-kept.ts";
import { Store } from "../../src/workshop/host/store.ts";
import { type Invitation, readInvitation } from "../../src/workshop/join-code.ts";
import { joinClass } from "../../src/workshop/learner/join.ts";
import { Queue } from "../../src/workshop/learner/queue.ts";
import { Sender } from "../../src/workshop/learner/sender.ts";
import { scratch } from "../support/classes.ts";
import { lessonText } from "../support/lesson-text.ts";
import { openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

const LEARNERS = 12;
const EVENTS = 60;
const KILLS = [10, 25, 40];

test("with a host that is killed three times, every event arrives, in order, once", async () => {
  const room = openCliRoom({ "lessons/lesson-01-a.md": lessonText("A"), "lessons/course.yaml": "id: course\n" });
  onTestFinished(room.remove);
  let host = startCli(room, "class", "host");
  const invitation = await invitationOf(host);
  const learners = await Promise.all(
    Array.from({ length: LEARNERS }, async (_, index) => {
      const folder = scratch();
      const member = await joinClass(invitation, { folder, course: "course", handle: `l${index}` });
      const queue = new Queue(folder);
      onTestFinished(() => queue.close());
      return { queue, sender: new Sender(queue, member, Date.now) };
    }),
  );
  for (let tier = 1; tier <= EVENTS; tier += 1) {
    for (const { queue } of learners) queue.append({ type: "hint", at: tier, lesson: "lesson-01", step: "one", tier });
    const flushes = learners.map(({ sender }) => sender.flush());
    if (KILLS.includes(tier)) {
      // While the messages of this round are under way.
      host.kill();
      await host.ended;
      const ends = await Promise.all(flushes);
      expect(ends).toContain("offline");
      host = startCli(room, "class", "host");
      expect((await invitationOf(host)).url).toBe(invitation.url);
    } else expect(new Set(await Promise.all(flushes))).toEqual(new Set(["done"]));
  }
  host.kill();
  await host.ended;
  const folder = path.join(room.env.XDG_STATE_HOME ?? "", "learn-istio/course/class-host");
  const { db, host: from } = await openDatabase({ folder, database: undefined, now: Date.now });
  onTestFinished(() => db.close());
  const store = new Store(db);
  const { id = "" } = (await store.open({ course: "course", host: from })) ?? {};
  const kept = new Map(
    (await store.learners(id)).map(({ number, handle }) => [number, { handle, tiers: [] as number[] }]),
  );
  for await (const { learner, event } of store.events(id))
    if (event.type === "hint") kept.get(learner)?.tiers.push(event.tier);
  const all = Array.from({ length: EVENTS }, (_, index) => index + 1);
  expect([...kept.values()].map(({ handle }) => handle).sort()).toEqual(learners.map((_, index) => `l${index}`).sort());
  for (const { tiers } of kept.values()) expect(tiers).toEqual(all);
});

async function invitationOf(host: ReturnType<typeof startCli>): Promise<Invitation> {
  const said = await host.until("board:");
  const found = readInvitation(/'(http:[^']*)'/.exec(said)?.[1] ?? "");
  if (found === undefined) throw new Error(`no invitation in ${said}`);
  return found;
}
