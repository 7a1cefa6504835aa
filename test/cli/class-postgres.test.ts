import { copyFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Invitation, readInvitation } from "../../src/workshop/join-code.ts";
import { joinClass } from "../../src/workshop/learner/join.ts";
import { Queue } from "../../src/workshop/learner/queue.ts";
import { Sender } from "../../src/workshop/learner/sender.ts";
import { ask, scratch } from "../support/classes.ts";
import { lessonText } from "../support/lesson-text.ts";
import { NO_POSTGRES, openPostgresServer, PASSWORD, type Postgres } from "../support/postgres.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

const LEARNERS = 12;
const ROUNDS = 30;
/** Rounds in which the server crashes while messages are under way, and the one from which on it is away for longer. */
const CRASHES = [8, 14];
const AWAY = 20;

function openRoom(): CliRoom {
  const room = openCliRoom({ "lessons/lesson-01-a.md": lessonText("A"), "lessons/course.yaml": "id: course\n" });
  onTestFinished(room.remove);
  return room;
}

async function startHost(room: CliRoom, url: string) {
  const host = startCli({ ...room, env: { ...room.env, LEARN_ISTIO_DATABASE: url } }, "class", "host");
  const head = await host.until("board:");
  const invitation = readInvitation(/'(http:[^']*)'/.exec(head)?.[1] ?? "");
  if (invitation === undefined) throw new Error(`no invitation in ${head}`);
  return { ...host, head, invitation };
}

async function joinRoom(invitation: Invitation, handle: string) {
  const folder = scratch();
  const member = await joinClass(invitation, { folder, course: "course", handle });
  const queue = new Queue(folder);
  onTestFinished(() => queue.close());
  return { queue, member, sender: new Sender(queue, member, Date.now) };
}

if (NO_POSTGRES !== undefined) test.skip(`cannot be tested: ${NO_POSTGRES}`, () => {});
else {
  let server: Postgres;
  beforeAll(async () => {
    server = await openPostgresServer();
  }, 60_000);
  afterAll(() => server.remove());

  test("with a PostgreSQL that crashes and is away for a while, every event arrives, in order, once", async () => {
    const url = await server.database();
    const host = await startHost(openRoom(), url);
    const learners = await Promise.all(
      Array.from({ length: LEARNERS }, (_, index) => joinRoom(host.invitation, `l${index}`)),
    );
    for (let tier = 1; tier <= ROUNDS; tier += 1) {
      for (const { queue } of learners)
        queue.append({ type: "hint", at: tier, lesson: "lesson-01", step: "one", tier });
      const flushes = learners.map(({ sender }) => sender.flush());
      if (CRASHES.includes(tier)) {
        await server.stop("immediate");
        await server.start();
      }
      if (tier === AWAY) {
        await Promise.all(flushes);
        await server.stop("immediate");
        const [one] = learners;
        const body = { v: 1, from: tier + 1, sent: 1, events: [{ type: "close", at: 1 }] };
        const headers = { "content-type": "application/json", authorization: `Bearer ${one?.member.token}` };
        const answer = await ask(`${host.invitation.url}/v1/events`, "POST", headers, JSON.stringify(body));
        expect([answer.status, JSON.parse(answer.body).message]).toEqual([503, expect.stringContaining("Try again")]);
        const said = await host.until("cannot be reached");
        expect(said).not.toContain(PASSWORD);
        await server.start();
      }
      await Promise.all(flushes);
    }
    for (const { sender } of learners) await expect.poll(() => sender.flush(), { timeout: 15_000 }).toBe("done");
    const { url: origin } = host.invitation;
    const board = await ask(`${origin}/v1/board`, "GET", { authorization: `Bearer ${await boardKey(url)}` });
    // The board has heard of each event, once: the last hint of everybody.
    expect(JSON.parse(board.body).rows.map(({ hints }: { hints: number }) => hints)).toEqual(
      learners.map(() => ROUNDS),
    );
    const database = new URL(url).pathname.slice(1);
    const kept = "SELECT learner, string_agg(body::json->>'tier', ' ' ORDER BY seq) FROM learn_istio.event GROUP BY 1";
    const wanted = Array.from({ length: ROUNDS }, (_, index) => index + 1).join(" ");
    const rows = (await server.sql(kept, database)).split("\n").map((row) => row.split("|")[1]);
    expect(rows).toEqual(learners.map(() => wanted));
  }, 60_000);

  test("rooms that share a database have classes of their own, and each goes on with its own", async () => {
    const url = await server.database();
    const [first, second] = [openRoom(), openRoom()];
    const both = await Promise.all([startHost(first, url), startHost(second, url)]);
    await joinRoom(both[0].invitation, "ana");
    expect(both[0].invitation.code).not.toBe(both[1].invitation.code);
    for (const host of both) {
      host.kill();
      await host.ended;
    }
    const again = await Promise.all([startHost(first, url), startHost(second, url)]);
    expect(again.map(({ invitation }) => invitation)).toEqual(both.map(({ invitation }) => invitation));
    expect(again.map(({ head }) => /with \d+ learners?/.exec(head)?.[0])).toEqual([
      "with 1 learner",
      "with 0 learners",
    ]);
    // A copy of a host's folder is the same host: it does not get the class while that is hosted.
    const copy = openRoom();
    const hostId = (room: CliRoom): string =>
      path.join(room.env.XDG_STATE_HOME ?? "", "learn-istio/course/class-host/host-id");
    expect((await copy.run(["class", "host", "--new", "--listen", "203.0.113.1"])).code).toBe(4);
    copyFileSync(hostId(first), hostId(copy));
    const refused = await copy.run(["class", "host", "--database", url]);
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining("is hosted already, by another process"),
    ]);
  });

  test("a class is exported and forgotten by its own host alone, with a shared database", async () => {
    const url = await server.database();
    const [first, second] = [openRoom(), openRoom()];
    const both = await Promise.all([startHost(first, url), startHost(second, url)]);
    const { queue, sender } = await joinRoom(both[0].invitation, "ana");
    queue.append({ type: "hand", at: 1, raised: true });
    expect(await sender.flush()).toBe("done");
    await joinRoom(both[1].invitation, "bo");
    const hosted = await first.run(["class", "export", "--names"]);
    for (const host of both) {
      host.interrupt();
      await host.ended;
    }
    const kept = await first.run(["class", "export", "--names", "--database", url]);
    expect([kept.code, kept.stdout]).toEqual([0, hosted.stdout]);
    const lines = kept.stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { type: "class", created: expect.any(Number), ended: null },
      { type: "learner", number: 1, handle: "ana" },
      { type: "event", learner: 1, seq: 1, received: expect.any(Number), event: { type: "hand", raised: true } },
    ]);
    expect((await first.run(["class", "forget", "--all", "--yes", "--database", url])).stderr).toBe(
      "Deleted 1 class.\n",
    );
    expect((await first.run(["class", "export", "--database", url])).stderr).toContain("in this database");
    expect((await second.run(["class", "export", "--names", "--database", url])).stdout).toContain('"handle":"bo"');
  });

  test.each([
    ["a wrong password", (url: string) => url.replace(PASSWORD, `${PASSWORD}-wrong`), "password authentication failed"],
    ["no such database", (url: string) => `${url}-none`, "does not exist"],
    ["nobody there", (url: string) => url.replace(/:\d+\//, ":1/"), "ECONNREFUSED"],
    ["another scheme", (url: string) => url.replace("postgres:", "mysql:"), "is no address of a PostgreSQL"],
    ["a broken URL", (url: string) => url.replace(/:\d+\//, ":no-port/"), "is no address of a PostgreSQL"],
  ])("%s: a clear error, without the password", async (_, change, reason) => {
    const url = change(await server.database());
    const { code, stderr, stdout } = await openRoom().run(["class", "host", "--database", url]);
    expect([code, stderr]).toEqual([4, expect.stringContaining(reason)]);
    expect(`${stdout}${stderr}`).not.toContain(PASSWORD);
  });

  async function boardKey(url: string): Promise<string> {
    return server.sql("SELECT board_key FROM learn_istio.class", new URL(url).pathname.slice(1));
  }
}
