import type { Script } from "./commands.ts";
import type { CheckDraft } from "./details.ts";
import type { Command, Hint, ManualItem } from "./lesson.ts";
import type { Range } from "./source.ts";

/** A step while the file is read: what follows may still add to it, and its id is settled at the end. */
export interface StepDraft {
  id: string | undefined;
  readonly section: string;
  /** The fence or the task item, or for a goal without a command the heading. */
  readonly range: Range;
  lead: string;
  readonly tail: string[];
  readonly scripts: Script[];
  readonly checks: CheckDraft[];
  readonly hints: Hint[];
  solution: Command | undefined;
  readonly manual: ManualItem | undefined;
  readonly solutionText: string[];
}

/** All that a file holds, before ids. */
export interface Outline {
  readonly opening: string[];
  readonly steps: StepDraft[];
  readonly checkpoint: { readonly range: Range; readonly lead: string[]; readonly checks: CheckDraft[] } | undefined;
  readonly cleanups: Command[];
  readonly closing: string[];
}
