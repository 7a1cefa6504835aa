import type { ManualItem, Step } from "../lesson/index.ts";
import { tryCheck } from "./check-try.ts";
import { leftOut } from "./condition.ts";
import type { StepContext } from "./context.ts";
import type { StepVerdict } from "./verdict.ts";

/**
 * A step for a person's hands, where nobody is asked: it is done when its checks say so, looked at once; else skipped. That a
 * check could not be judged is told, and no failure: what the person is to do may bring the program that it asks.
 */
export async function byHand(context: StepContext, step: Step, item: ManualItem): Promise<StepVerdict> {
  const look = await lookAt(context, step);
  if (look.holds) return { kind: "already-true" };
  if (context.signal.aborted) return { kind: "interrupted", place: item.place };
  const unjudged = look.broken === undefined ? "" : `; not judged: ${look.broken}`;
  return { kind: "skipped", reason: `done by hand: ${firstSentence(item.markdown)}${unjudged}` };
}

/** Each check tried once, up to the first that does not hold; a check left out says nothing either way. */
async function lookAt(context: StepContext, { checks }: Step): Promise<{ holds: boolean; broken?: string }> {
  let held = 0;
  for (const check of checks) {
    if ((await leftOut(check.predicate, context.ports, context.session)) !== undefined) continue;
    const tried = await tryCheck(context, check);
    if (tried.kind === "broken") return { holds: false, broken: `${check.title}: ${tried.reason}` };
    if (tried.kind !== "pass") return { holds: false };
    held += 1;
  }
  return { holds: held > 0 };
}

/** The first sentence without its full stop; of a long paragraph the first line. */
function firstSentence(markdown: string): string {
  const [paragraph = ""] = markdown.trim().split(/\n\s*\n/);
  const text = paragraph.replaceAll(/\s+/g, " ");
  return (/^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text).replace(/\.$/, "");
}
