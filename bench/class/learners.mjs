// A process of simulated learners: the client library of `start`, over real sockets, as fast as people are.
// argv: the library, the first learner's number, how many, the folder; the invitation, the steps and the pace come as a
// message. `{ stop }` ends it, for each learner when the class has said LAST.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [, , library, first, count, folder] = process.argv;
const { joinClass, linkToClass, Queue, raiseHand, readMembership, readSeen, Sender, UsageError } = await import(
  pathToFileURL(library)
);

/** What the instructor says last. */
const LAST = "That is all.";

let stopping = false;
const stop = new AbortController();
const random = (from, to) => from + Math.random() * (to - from);

class Learner {
  constructor(number, { invitation, steps, pace }) {
    this.folder = path.join(folder, String(number));
    this.invitation = invitation;
    this.steps = steps;
    this.pace = pace;
    this.handle = `learner ${number}`;
    this.notices = [];
    this.complaints = [];
    this.hurry = new AbortController();
  }

  /** Wait as long as a person does, or until the class is told something. */
  async #think(ms) {
    const signal = AbortSignal.any([this.hurry.signal, stop.signal]);
    await sleep(ms, undefined, { signal }).catch(() => {});
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
      await this.#think(random(...this.pace));
      if (stopping) break;
      await this.#take(link, lesson, step);
    }
    while (!stopping) await this.#think(1000);
    const until = Date.now() + 60_000;
    while (!this.notices.some(({ text }) => text === LAST) && Date.now() < until) await sleep(100);
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
        this.before = readSeen(this.folder).notice;
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
    const link = linkToClass(this.folder, Date.now, (sentence) => this.complaints.push(sentence));
    link.listen({
      onNotice: ({ number, type, text, at }) => {
        this.notices.push({ number, type, text, at, heard: Date.now() });
        link.seen(number);
        if (type !== "announce") return;
        this.hurry.abort();
        this.hurry = new AbortController();
      },
      onState: () => {},
      onReach: () => {},
      onOver: (over) => this.complaints.push(`it is over: ${over}`),
    });
    return link;
  }

  /** A step: mostly at once, sometimes after wrong tries, hints and a raised hand. */
  async #take(link, lesson, step) {
    const tell = (type, more) => link.accept({ type, at: Date.now(), lesson, step, ...more });
    tell("step-start", {});
    const tries = Math.random() < 0.7 ? 0 : Math.ceil(random(0, 4));
    for (let number = 1; number <= tries && !stopping; number += 1) {
      await this.#think(random(2_000, 8_000));
      const check = "ready";
      tell("check-end", { check, verdict: { kind: "wrong" } });
      tell("step-end", { verdict: { kind: "check-failed", checkId: check }, durationMs: random(1_000, 9_000) });
      if (Math.random() < 0.5) link.hinted(lesson, step, number);
      if (number === 3) await raiseHand(this.folder, true, Date.now);
      tell("step-start", {});
    }
    await this.#think(random(200, 8_000));
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
    const { token, handle, before, notices, complaints } = this;
    return { folder: this.folder, token, handle, end, before, notices, complaints };
  }
}

process.on("message", async (message) => {
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
