// A process of simulated learners: the client library of `start`, over real sockets, as fast as people are.
// argv: the library, the first learner's number, how many, the folder; the invitation, the steps and the pace come as a
// message. Each `{ hurry }` makes everybody do something at once; `{ stop }` ends it.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [, , library, first, count, folder] = process.argv;
const { joinClass, linkToClass, Queue, raiseHand, readMembership, Sender, UsageError } = await import(
  pathToFileURL(library)
);

let stopping = false;
let hurry = new AbortController();
const stop = new AbortController();
const random = (from, to) => from + Math.random() * (to - from);

/** Wait as long as a person does, or until everybody is called to something. */
async function think(ms) {
  await sleep(ms, undefined, { signal: AbortSignal.any([hurry.signal, stop.signal]) }).catch(() => {});
}

class Learner {
  constructor(number, { invitation, steps, pace }) {
    this.folder = path.join(folder, String(number));
    this.invitation = invitation;
    this.steps = steps;
    this.pace = pace;
    this.handle = `learner ${number}`;
    this.notices = [];
    this.complaints = [];
  }

  async run() {
    await this.#join();
    let link;
    let lesson;
    for (const name of this.steps) {
      if (stopping) break;
      const [now, step] = name.split("#");
      if (now !== lesson) {
        await link?.close();
        link = this.#open();
        link.opened(now, step);
        lesson = now;
      }
      await think(random(...this.pace));
      if (stopping) break;
      await this.#take(link, lesson, step);
    }
    while (!stopping) await think(1000);
    await link?.close();
  }

  async #join() {
    for (;;) {
      try {
        const { token, handle } = await joinClass(this.invitation, {
          folder: this.folder,
          course: this.invitation.course,
          handle: this.handle,
        });
        this.token = token;
        this.handle = handle;
        return;
      } catch (error) {
        // Nobody answers for now; who answers and says no means it.
        if (stopping || error instanceof UsageError) throw error;
        await sleep(random(500, 2000));
      }
    }
  }

  #open() {
    return linkToClass(this.folder, Date.now, (sentence) => this.complaints.push(sentence));
  }

  /** A step: mostly at once, sometimes after wrong tries, hints and a raised hand. */
  async #take(link, lesson, step) {
    const tell = (type, more) => link.accept({ type, at: Date.now(), lesson, step, ...more });
    tell("step-start", {});
    const tries = Math.random() < 0.7 ? 0 : Math.ceil(random(0, 4));
    for (let number = 1; number <= tries && !stopping; number += 1) {
      await think(random(2_000, 8_000));
      const check = "ready";
      tell("check-end", { check, verdict: { kind: "wrong" } });
      tell("step-end", { verdict: { kind: "check-failed", checkId: check }, durationMs: random(1_000, 9_000) });
      if (Math.random() < 0.5) link.hinted(lesson, step, number);
      if (number === 3) await raiseHand(this.folder, true, Date.now);
      tell("step-start", {});
    }
    await think(random(200, 8_000));
    tell("step-end", { verdict: { kind: "pass" }, durationMs: random(200, 30_000) });
    if (tries >= 3) await raiseHand(this.folder, false, Date.now);
  }

  /** Everything that is queued is with the host, or the reason why not. */
  async finish(untilMs) {
    const queue = new Queue(this.folder);
    const sender = new Sender(queue, readMembership(this.folder), Date.now);
    let end = await sender.flush();
    while (end !== "done" && end !== "refused" && Date.now() < untilMs) {
      await sleep(200);
      end = await sender.flush();
    }
    sender.end();
    queue.close();
    const { token, handle, notices, complaints } = this;
    return { folder: this.folder, token, handle, end, notices, complaints };
  }
}

process.on("message", async (message) => {
  if (message.hurry) {
    hurry.abort();
    hurry = new AbortController();
  }
  if (message.stop) {
    stopping = true;
    stop.abort();
  }
  if (message.begin) {
    const numbers = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
    const learners = numbers.map((number) => new Learner(number, message.begin));
    const ends = learners.map(async (learner) => {
      await sleep(random(0, message.begin.joinWithinMs));
      await learner.run();
      return learner.finish(Date.now() + 60_000);
    });
    process.send({ learners: await Promise.all(ends) });
    process.disconnect();
  }
});
process.send({ ready: true });
