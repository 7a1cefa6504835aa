import { readMembership } from "./membership.ts";
import { Queue } from "./queue.ts";
import { type Delivery, Sender } from "./sender.ts";

/** Raise or lower the learner's hand. Returns how far the news came; undefined where there is no class to see it. */
export async function raiseHand(folder: string, raised: boolean, now: () => number): Promise<Delivery | undefined> {
  const member = readMembership(folder);
  if (member === undefined) return undefined;
  const queue = new Queue(folder);
  queue.append({ type: "hand", at: now(), raised });
  const sender = new Sender(queue, member, now);
  const end = await sender.flush();
  sender.end();
  queue.close();
  return end;
}
