import type { CheckDraft } from "./details.ts";
import type { Outline, StepDraft } from "./drafts.ts";
import type { Findings } from "./findings.ts";
import { slugOf } from "./heading.ts";
import type { Range } from "./source.ts";

export interface Ids {
  readonly ofStep: (step: StepDraft) => string;
  readonly ofCheck: (check: CheckDraft) => string;
}

/** The checkpoint is reported as a step of this id. */
const RESERVED = "checkpoint";

/** Written ids first, so that generated ones (`heading-slug-1`, a check's slug) never take their place. */
export function settleIds(outline: Outline, findings: Findings): Ids {
  const taken = new Set<string>([RESERVED]);
  const checks = [...outline.steps.flatMap((step) => step.checks), ...(outline.checkpoint?.checks ?? [])];
  const steps = new Map<StepDraft, string>();
  const checkIds = new Map<CheckDraft, string>();
  for (const step of outline.steps) claim(step, step.id, step.range, { taken, ids: steps, findings });
  for (const check of checks) claim(check, check.id, check.idRange, { taken, ids: checkIds, findings });
  const counts = new Map<string, number>();
  for (const step of outline.steps) {
    const slug = slugOf(step.section) || "step";
    const ordinal = (counts.get(slug) ?? 0) + 1;
    counts.set(slug, ordinal);
    if (!steps.has(step)) steps.set(step, free(slug, ordinal, taken));
  }
  for (const check of checks) {
    const slug = slugOf(check.check.title) || "check";
    if (!checkIds.has(check))
      checkIds.set(check, taken.has(slug) ? freeCounted(slug, counts, taken) : add(slug, taken));
  }
  return { ofStep: (step) => steps.get(step) ?? "", ofCheck: (check) => checkIds.get(check) ?? "" };
}

interface Claims<T> {
  readonly taken: Set<string>;
  readonly ids: Map<T, string>;
  readonly findings: Findings;
}

function claim<T>(owner: T, id: string | undefined, range: Range, { taken, ids, findings }: Claims<T>): void {
  if (id === undefined) return;
  if (taken.has(id)) {
    const why = id === RESERVED ? "is reserved for the checkpoint" : "is used twice";
    findings.add("LI012", range, `\`#${id}\` ${why}, expected an id of its own`, "choose another id");
  }
  taken.add(id);
  ids.set(owner, id);
}

function free(slug: string, first: number, taken: Set<string>): string {
  let ordinal = first;
  while (taken.has(`${slug}-${ordinal}`)) ordinal++;
  return add(`${slug}-${ordinal}`, taken);
}

/** Counts on from the last number that this slug took, so that a thousand equal titles stay linear. */
function freeCounted(slug: string, counts: Map<string, number>, taken: Set<string>): string {
  const key = `check ${slug}`;
  let ordinal = counts.get(key) ?? 2;
  while (taken.has(`${slug}-${ordinal}`)) ordinal++;
  counts.set(key, ordinal + 1);
  return add(`${slug}-${ordinal}`, taken);
}

function add(id: string, taken: Set<string>): string {
  taken.add(id);
  return id;
}
