import type { Lesson, Step } from "../../lesson/index.ts";
import { splitAtHeading } from "../screen/markdown.ts";
import type { View } from "./view.ts";

/** Where a step stands, for the line above it. */
export interface StepPlace {
  readonly number: number;
  readonly of: number;
  readonly target: string;
}

/**
 * What is read before a step's command: what is left to say of the section before, the line that says where one is, and
 * the prose. The heading that the line repeats is left out.
 */
export function showStep(view: View, lesson: Lesson, step: Step, place: StepPlace): void {
  view.expect(step.checks);
  const { before, heading, rest } = splitAtHeading(step.lead);
  if (before.trim() !== "") {
    view.line();
    view.prose(before);
  }
  view.stepHead(lesson, step, place);
  view.prose(heading === step.section || heading === "" ? rest : step.lead.slice(before.length));
  if (step.manual !== undefined) view.manual(step.manual.markdown);
}
