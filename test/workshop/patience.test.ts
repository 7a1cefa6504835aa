import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { RunEvent } from "../../src/run/index.ts";
import { linkToClass } from "../../src/workshop/learner/link.ts";
import { writeMembership } from "../../src/workshop/learner/membership.ts";
import { readQueue } from "../../src/workshop/learner/queue.ts";
import { unpack } from "../../src/workshop/packed.ts";
import { scratch } from "../support/classes.ts";

/** A host that takes all, and says which messages came. */
async function openHost() {
  const messages: string[] = [];
  let look = (): void => {};
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { events } = JSON.parse(unpack(Buffer.concat(parts), 1e6));
      messages.push(events.map(({ type, step }: { type: string; step: string }) => `${type} ${step}`).join(", "));
      response.writeHead(204, { connection: "close" }).end();
      look();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const got = (message: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => void (messages.includes(message) && resolve());
      look();
    });
  /** A learner's link; what can wait waits for days. */
  const link = () => {
    const folder = scratch();
    writeMembership(folder, { url, learner: "l", token: "t".repeat(22), class: "c", title: "t", handle: "h" });
    const pace = { gather: 1, patience: 1e9, retry: [10, 10], timeout: 5000 } as const;
    const opened = linkToClass(
      folder,
      () => 1000,
      () => {},
      pace,
    );
    if (opened === undefined) throw new Error("no link");
    onTestFinished(() => opened.close());
    const run = (type: "step-start" | "step-end", step: string) =>
      opened.accept({
        type,
        at: 1,
        lesson: "l",
        step,
        verdict: { kind: "pass" },
        durationMs: 1,
      } as unknown as RunEvent);
    /** All is confirmed, and the sender is at rest. */
    const rest = async (): Promise<void> => {
      while (!readQueue(folder).every(({ sent }) => sent)) await new Promise(setImmediate);
    };
    return {
      run,
      rest,
      hinted: opened.hinted.bind(opened),
      opened: opened.opened.bind(opened),
      followed: opened.followed.bind(opened),
    };
  };
  return { messages, got, link };
}

test("a step that begins where the one before ended waits for news, and leaves with them", async () => {
  const { messages, got, link } = await openHost();
  const [one, other] = [link(), link()];
  one.run("step-end", "first");
  await got("step-end first");
  await one.rest();
  one.run("step-start", "second");
  // It was in less of a hurry than this, which came later.
  other.run("step-start", "jumped");
  await got("step-start jumped");
  expect(messages).toEqual(["step-end first", "step-start jumped"]);
  one.hinted("l", "second", 1);
  await got("step-start second, hint second");
  expect(messages).toHaveLength(3);
});

test("a step that begins where the lesson was opened waits; where somebody said that they would follow, it does not", async () => {
  const { messages, got, link } = await openHost();
  const [one, other] = [link(), link()];
  one.opened("l", "first");
  await got("open first");
  await one.rest();
  one.run("step-start", "first");
  other.followed("l", "second", true);
  await got("follow second");
  await other.rest();
  // It came later than what waits.
  other.run("step-start", "second");
  await got("step-start second");
  expect(messages).toEqual(["open first", "follow second", "step-start second"]);
  one.run("step-end", "first");
  await got("step-start first, step-end first");
});
