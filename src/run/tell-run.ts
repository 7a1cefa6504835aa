import type { Lesson } from "../lesson/index.ts";
import { RUN_EVENT_VERSION, type RunEvent } from "./events.ts";
import { stepsOf } from "./lesson-run.ts";
import type { Plan } from "./plan.ts";
import type { RunPorts } from "./ports.ts";
import { addToSummary, EMPTY_SUMMARY, type RunSummary } from "./summary.ts";

/** What the telling of a run needs of the world. */
type TellingPorts = Pick<RunPorts, "runId" | "target" | "variants" | "clock" | "signal" | "emit">;

interface Told {
  /** The values that this run of several has. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** Do the work of a run, and tell it from its start to its end, whatever becomes of it. Gives what it comes to. */
export async function tellRun<Ports extends TellingPorts>(
  plan: Plan,
  outer: Ports,
  { note, ...more }: Told,
  work: (ports: Ports) => Promise<void>,
): Promise<RunSummary> {
  let summary = EMPTY_SUMMARY;
  const emit = (event: RunEvent): void => {
    summary = addToSummary(summary, event);
    outer.emit(event);
  };
  const ports: Ports = { ...outer, emit };
  const began = ports.clock.now();
  emit({ ...startOf(plan, ports, began), ...more });
  if (note !== undefined) emit({ type: "note", at: began, lesson: undefined, text: note });
  try {
    await work(ports);
  } finally {
    const at = ports.clock.now();
    emit({ type: "run-end", at, durationMs: at - began, interrupted: ports.signal.aborted });
  }
  return summary;
}

function startOf({ lessons }: Plan, { runId, target, variants }: TellingPorts, at: number): RunEvent {
  const countOf = (lesson: Lesson): number => stepsOf(lesson).length + (variants?.of(lesson).length ?? 0);
  const listed = lessons.map(({ lesson }) => ({ id: lesson.id, path: lesson.path, steps: countOf(lesson) }));
  return { type: "run-start", version: RUN_EVENT_VERSION, runId, at, target, lessons: listed };
}
