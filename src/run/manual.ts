import type { ManualItem, Step } from "../lesson/index.ts";
import { allHold } from "./check-run.ts";
import type { StepContext } from "./context.ts";
import type { StepVerdict } from "./verdict.ts";

/** A step for a person's hands, where nobody is asked: it is done when its checks say so, looked at once; else skipped. */
export async function byHand(context: StepContext, step: Step, item: ManualItem): Promise<StepVerdict> {
  if (step.checks.length > 0 && (await allHold(context, step.checks))) return { kind: "already-true" };
  if (context.signal.aborted) return { kind: "interrupted", place: item.place };
  return { kind: "skipped", reason: `done by hand: ${firstSentence(item.markdown)}` };
}

/** The first sentence without its full stop; of a long paragraph the first line. */
function firstSentence(markdown: string): string {
  const [paragraph = ""] = markdown.trim().split(/\n\s*\n/);
  const text = paragraph.replaceAll(/\s+/g, " ");
  return (/^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text).replace(/\.$/, "");
}
