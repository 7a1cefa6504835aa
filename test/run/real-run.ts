import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { createFilePort } from "../../src/cli/file-port.ts";
import type { Lesson } from "../../src/lesson/index.ts";
import { createReporter } from "../../src/report/index.ts";
import { execute, plan, type RunEvent, type RunPorts } from "../../src/run/index.ts";
import { BashSession } from "../../src/shell/index.ts";
import { stepsIn } from "./fakes.ts";

/** Ports over real sessions in a folder that goes when the test ends, and the report on what happened. */
export function realRun(changes: Partial<RunPorts> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const events: RunEvent[] = [];
  const reporter = createReporter("pretty", { colour: false, width: 80 });
  let report = "";
  const write = createFilePort();
  const openSession = () =>
    BashSession.start({
      env: { PATH: process.env.PATH ?? "", LANG: "C.UTF-8" },
      cwd: folder,
      spillDir: path.join(folder, "spill"),
    });
  const ports: RunPorts = {
    openSession,
    writeFile: async (_, file, text) => write(folder, file, text),
    emit: (event) => {
      events.push(event);
      report += reporter.accept(event);
    },
    clock: { now: () => 0, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))) },
    signal: new AbortController().signal,
    target: "none",
    os: "linux",
    runId: "r",
    ...changes,
  };
  return { ports, events, folder, report: () => report };
}

/** A lesson from its first step to its last, past failures. */
export async function runLesson(one: Lesson, changes: Partial<RunPorts> = {}) {
  const run = realRun(changes);
  const summary = await execute(plan([one], { target: "none", onFailure: "keep-going" }), run.ports);
  return { summary, steps: stepsIn(run.events), report: run.report(), events: run.events };
}
