import type { Step } from "../../lesson/index.ts";
import { CHECKPOINT_STEP, type LessonRun, type RunEvent, type StepOptions, tallyOf } from "../../run/index.ts";
import type { Interrupts } from "../start/interrupts.ts";
import type { Settling } from "../start/settling.ts";

/** What a step came to on this stage. */
export interface Performed {
  readonly tally: "passed" | "failed" | "interrupted" | "skipped";
  /** What its commands printed. */
  readonly output: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Its solution ran, and not its own commands. */
  readonly solved: boolean;
}

/** What runs a step here, and what its outputs are gathered from. */
export interface Performance {
  readonly run: LessonRun;
  readonly stop: Interrupts;
  readonly settle: Settling;
  /** The events of one run reach `hear`, until the returned function is called. */
  listen(hear: (event: RunEvent) => void): () => void;
}

/** Run a step, its solution, or only its checks. */
export async function perform(
  { run, stop, settle, listen }: Performance,
  step: Step,
  how: NonNullable<StepOptions["how"]>,
): Promise<Performed> {
  const outputs: string[] = [];
  const stopListening = listen((event) => {
    if (event.type === "command-end") outputs.push(event.output.trimEnd());
  });
  try {
    await settle.refresh();
    const options = { how, signal: stop.nextStep() } as const;
    const verdict = step.id === CHECKPOINT_STEP ? await run.runCheckpoint(options) : await run.runStep(step, options);
    if (!stop.all.aborted) await settle.settle();
    const output = outputs.filter((one) => one !== "").join("\n");
    return { tally: tallyOf(verdict), output, at: Date.now(), solved: how === "solve" };
  } finally {
    stopListening();
    stop.idle();
  }
}
