import type { JsonObject, KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting, nameOf, ownedBy, wakeOwner } from "./owner.ts";
import { podFromTemplate } from "./pod-template.ts";

/** Runs a Job's pods to their end, as many at a time as `parallelism` says. */
export const jobController: Controller = {
  name: "job-controller",
  resource: "batch/jobs",
  wakes: { "/pods": wakeOwner("Job") },
  reconcile(snapshot, { namespace, name }) {
    const job = snapshot.get("batch/jobs", namespace, name);
    if (job === undefined || isDeleting(job) || isDone(job)) return NOTHING;
    const pods = ownedBy(snapshot, "/pods", job);
    const succeeded = pods.filter((pod) => pod.status?.phase === "Succeeded").length;
    const failed = pods.filter((pod) => pod.status?.phase === "Failed").length;
    const active = pods.filter((pod) => !isDeleting(pod) && !["Succeeded", "Failed"].includes(pod.status?.phase));
    const wanted: number = job.spec?.completions ?? job.spec?.parallelism ?? 1;
    const missing = Math.min((job.spec?.parallelism ?? 1) - active.length, wanted - succeeded - active.length);
    const changes = job.spec?.suspend === true ? [] : created(snapshot, job, Math.max(0, missing));
    return { changes: [...changes, ...status(snapshot, job, { wanted, succeeded, failed, active })] };
  },
};

interface Progress {
  readonly wanted: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly active: readonly KubeObject[];
}

function isDone(job: KubeObject): boolean {
  return conditionOf(job.status?.conditions, "Complete")?.status === "True";
}

function created(snapshot: Snapshot, job: KubeObject, count: number): readonly Change[] {
  return Array.from({ length: count }, (_, index) => {
    const pod = podFromTemplate(snapshot, job, job.spec?.template ?? {}, index);
    return [
      { kind: "create", resource: "/pods", object: pod } as const,
      say(job, "SuccessfulCreate", `Created pod: ${pod.metadata.name}`),
    ];
  }).flat();
}

function status(snapshot: Snapshot, job: KubeObject, progress: Progress): readonly Change[] {
  const { wanted, succeeded, failed, active } = progress;
  const at = timestamp(snapshot.now);
  const startTime = job.status?.startTime ?? at;
  const ready = active.filter((pod) => pod.status?.phase === "Running").length;
  const counts = {
    ...(active.length === 0 ? {} : { active: active.length }),
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(failed === 0 ? {} : { failed }),
  };
  const done = succeeded >= wanted;
  const conditions = done ? completed(at) : job.status?.conditions;
  const next: JsonObject = {
    ...counts,
    startTime,
    ready,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(conditions === undefined ? {} : { conditions }),
    ...(done ? { completionTime: at } : {}),
  };
  const change: Change = { kind: "update-status", resource: "batch/jobs", ...nameOf(job), status: next };
  return done ? [change, say(job, "Completed", "Job completed")] : [change];
}

function completed(at: string): readonly JsonObject[] {
  const reason = "CompletionsReached";
  const message = "Reached expected number of succeeded pods";
  return ["SuccessCriteriaMet", "Complete"].map((type) => ({
    type,
    status: "True",
    lastProbeTime: at,
    lastTransitionTime: at,
    reason,
    message,
  }));
}

function say(about: KubeObject, reason: string, message: string): Change {
  return { kind: "event", about, type: "Normal", reason, message, component: "job-controller" };
}
