import type { Command, Lesson } from "../lesson/index.ts";
import { compare, mismatchOf } from "./compare.ts";
import { hostRefusal, leftOut } from "./condition.ts";
import type { StepContext } from "./context.ts";
import { excerpt } from "./excerpt.ts";
import { hiddenHead } from "./hidden-head.ts";
import { judgeEnd } from "./judge.ts";
import type { StepVerdict } from "./verdict.ts";

/**
 * The order in which a lesson's cleanups run. Blocks that stand beside what they undo: newest first. The `## Clean up`
 * section is followed by hand from top to bottom, so it runs in that order, and first, being the newest of all.
 */
export function inCleanupOrder({ cleanups, checkpoint }: Lesson): readonly Command[] {
  const end = checkpoint?.place.offset ?? Number.POSITIVE_INFINITY;
  const section = cleanups.filter(({ place }) => place.offset > end);
  const beside = cleanups.filter(({ place }) => place.offset <= end);
  return [...section, ...beside.toReversed()];
}

/** Run one cleanup and report it; true when it did what it should, or its condition says that it is not needed. */
export async function runCleanup(context: StepContext, cleanup: Command): Promise<boolean> {
  const { ports, session, signal } = context;
  const about = { type: "cleanup-end", lesson: context.lesson.id, place: cleanup.place } as const;
  const left = await leftOut(cleanup, ports, session);
  const out = left ?? (await hostRefusal(cleanup, ports));
  if (out !== undefined) {
    ports.emit({ ...about, at: ports.clock.now(), status: undefined, output: "", verdict: out });
    // A condition says that there is nothing to undo; a refusal leaves it there.
    return left?.kind === "skipped";
  }
  if (cleanup.hidden || cleanup.host) {
    const head = cleanup.hidden ? hiddenHead(cleanup.place) : "changes this machine:";
    const text = `${head} ${cleanup.source}`;
    ports.emit({ type: "note", at: ports.clock.now(), lesson: context.lesson.id, text });
  }
  const { source, timeoutMs, stream, expectations } = cleanup;
  const { end, output } = await session.run({ source, mode: "act", timeoutMs, stream, signal });
  const ended = judgeEnd(cleanup, end);
  const { unmet } = await compare(ended === undefined ? expectations : [], output, session);
  const verdict: StepVerdict = ended ?? (unmet === undefined ? { kind: "pass" } : mismatchOf(unmet));
  const status = end.kind === "exited" ? end.status : undefined;
  ports.emit({ ...about, at: ports.clock.now(), status, output: excerpt(output), verdict });
  return verdict.kind === "pass";
}
