import type { ClassEvent } from "../wire.ts";
import { readMembership } from "./membership.ts";
import { openQueue } from "./open-queue.ts";
import type { Delivery } from "./sender.ts";
import { PACE, type Pace, Sender } from "./sender.ts";
import { within } from "./within.ts";

/**
 * Tell the class one thing, beside whatever else is open. Returns how far the news came within `patienceMs`; undefined
 * where there is no class to hear it. What did not come through leaves with the next lesson.
 */
export async function tellOnce(
  folder: string,
  event: ClassEvent,
  now: () => number,
  patienceMs: number,
  pace: Pace = PACE,
): Promise<Delivery | undefined> {
  const member = readMembership(folder);
  if (member === undefined) return undefined;
  const { queue } = openQueue(folder);
  queue.append(event);
  const sender = new Sender(queue, member, now, pace);
  const end = await within(patienceMs, sender.flush());
  sender.end();
  queue.close();
  return end ?? "offline";
}
