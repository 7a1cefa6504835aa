import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/workshop/host/open-kept.ts";
import { Store } from "../../src/workshop/host/store.ts";
import { joinClass } from "../../src/workshop/learner/join.ts";
import { NoticeClient } from "../../src/workshop/learner/notices.ts";
import { Queue } from "../../src/workshop/learner/queue.ts";
import { readSeen } from "../../src/workshop/learner/seen.ts";
import { Sender } from "../../src/workshop/learner/sender.ts";
import { scratch } from "../support/classes.ts";
import { type HostedRoom, hostRoom } from "../support/host-room.ts";
import { openNetwork } from "../support/network.ts";

const LEARNERS = 20;
const ROUNDS = 40;
const KILLS = [8, 20, 33];
/** From one to the other the network loses all, up to the third it refuses all. */
const [CUT, RESET, MENDED] = [14, 18, 24];

/** Of the client, in milliseconds; a silent network is one that is cut, long before the host says that it is there. */
const PACE = { gather: 5, patience: 5, retry: [10, 50], timeout: 500 } as const;
const PATIENCE = { retry: [10, 50], answer: 300, silence: 1000 } as const;

/** A learner of the room: queue, sender and what was heard. */
async function enter(invitation: { readonly url: string; readonly code: string }, handle: string) {
  const folder = scratch();
  const member = await joinClass(invitation, { folder, course: "course", handle });
  const queue = new Queue(folder);
  const sender = new Sender(queue, member, Date.now, PACE);
  const heard: number[] = [];
  let look = (): void => {};
  const client = new NoticeClient(
    member,
    readSeen(folder).notice,
    {
      onNotice: ({ number }) => {
        heard.push(number);
        look();
      },
      onState: () => {},
      onReach: () => {},
      onOver: (over) => heard.push(over === "closed" ? -1 : -2),
    },
    Date.now,
    PATIENCE,
  );
  client.start();
  onTestFinished(() => {
    client.end();
    sender.end();
    queue.close();
  });
  const heardOf = (number: number): Promise<void> =>
    new Promise((resolve) => {
      look = () => void (heard.includes(number) && resolve());
      look();
    });
  return { handle, queue, sender, heard, heardOf };
}

/** Until the host has all of it. */
async function deliver(sender: Sender): Promise<void> {
  for (;;) {
    const end = await sender.flush();
    if (end === "done") return;
    expect(end).toBe("offline");
  }
}

/** As the instructor's page does it, on the host's own machine. */
async function act(room: HostedRoom, action: object): Promise<void> {
  const answer = await room.act(action);
  expect([answer.status, answer.body]).toEqual([200, "{}"]);
}

test("with a host that is killed three times and a network that is cut, all that is told arrives, in order, once", async () => {
  const room = await hostRoom();
  const network = await openNetwork(room.url);
  const invitation = { url: network.url, code: room.code };
  const learners = await Promise.all(Array.from({ length: LEARNERS }, (_, index) => enter(invitation, `l${index}`)));
  const numbers = new Map((await room.rows()).map(({ handle, number }) => [handle, number]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (round === CUT) network.swallow();
    if (round === RESET) network.reset();
    if (round === MENDED) network.mend();
    const isCut = round >= CUT && round < MENDED;
    const event = { type: "hint", at: round, lesson: "lesson-01", step: "one", tier: round } as const;
    for (const { queue } of learners) queue.append(event);
    const flushes = Promise.all(learners.map(({ sender }) => sender.flush()));
    if (KILLS.includes(round)) {
      // While the messages of this round are under way.
      await room.kill();
      await room.again();
    }
    const ends = await flushes;
    if (isCut) expect(new Set(ends)).toEqual(new Set(["offline"]));
    else await Promise.all(learners.map(({ sender }) => deliver(sender)));
    await act(room, { type: "announce", text: `round ${round}` });
    const learner = numbers.get(`l${round % LEARNERS}`);
    await act(room, { type: "nudge", learner, text: "look again" });
  }
  await act(room, { type: "gate", step: "lesson-01#two" });
  const last = 2 * ROUNDS + 1;
  await Promise.all(learners.map(({ heardOf }) => heardOf(last)));
  await room.kill();
  const folder = path.join(room.cli.env.XDG_STATE_HOME ?? "", "learn-istio/course/class-host");
  const { db, host } = await openDatabase({ folder, database: undefined, now: Date.now });
  onTestFinished(() => db.close());
  const store = new Store(db);
  const { id = "" } = (await store.open({ course: "course", host })) ?? {};
  const kept = new Map([...numbers].map(([handle, number]) => [number, { handle, tiers: [] as number[] }]));
  for await (const { learner, event } of store.events(id))
    if (event.type === "hint") kept.get(learner)?.tiers.push(event.tier);
  const rounds = Array.from({ length: ROUNDS }, (_, index) => index + 1);
  expect([...kept.values()]).toEqual(learners.map(() => ({ handle: expect.stringMatching(/^l\d+$/), tiers: rounds })));
  for (const [index, { heard }] of learners.entries()) {
    // Number 2n - 1 told all of round n, number 2n one of them.
    const own = rounds.flatMap((round) => (round % LEARNERS === index ? [2 * round - 1, 2 * round] : [2 * round - 1]));
    expect(heard).toEqual([...own, last]);
  }
});
