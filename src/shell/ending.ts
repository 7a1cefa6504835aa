import { setTimeout as sleep } from "node:timers/promises";
import type { Block } from "./block.ts";
import type { Driver } from "./driver.ts";
import { olderThan, signalAll } from "./processes.ts";

/** How long processes have between TERM and KILL, and bash to answer after the end of its block, in milliseconds. */
const GRACE_MS = 500;
export const ANSWER_MS = 2000;
const POLL_MS = 25;
/** How long a pid stays with whom it was seen: to come round to it again, a machine needs far longer. */
const OLDER_IS_GOOD_MS = 100;

/** TERM, then KILL, to a block's processes until bash has left the block; then to bash itself when it does not answer. */
export async function endBlock(block: Block, driver: Driver | undefined, list: () => readonly number[]): Promise<void> {
  const start = performance.now();
  for (let passed = 0; !block.isOver; passed = performance.now() - start) {
    if (passed > ANSWER_MS) {
      driver?.signal("SIGKILL");
      return;
    }
    // First bash, so that it leaves the block as soon as the command that it waits for is gone.
    driver?.signal("SIGUSR2");
    signalAll(list(), passed < GRACE_MS ? "SIGTERM" : "SIGKILL");
    await sleep(POLL_MS);
  }
}

/** TERM, then KILL, until none is left. */
export async function endAll(list: () => readonly number[]): Promise<void> {
  const start = performance.now();
  for (let left = list(); left.length > 0 && performance.now() - start < 5000; left = list()) {
    signalAll(left, performance.now() - start < GRACE_MS ? "SIGTERM" : "SIGKILL");
    await sleep(5);
  }
}

/**
 * Wait for a bash that was asked to exit, so that a lesson's EXIT trap runs; within a limit, then it is killed. Gives those
 * who are not of this session (they are older than `since`), found while bash exits; undefined when that took so long that
 * they may be others now.
 */
export async function awaitExit(driver: Driver, since: number): Promise<ReadonlySet<string> | undefined> {
  const began = performance.now();
  const older = olderThan(since);
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, ANSWER_MS);
    void driver.ended.then(() => {
      clearTimeout(limit);
      resolve();
    });
  });
  driver.signal("SIGKILL");
  return performance.now() - began < OLDER_IS_GOOD_MS ? older : undefined;
}
