import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isReady } from "./availability.ts";
import { conditionOf, isTrue, timestamp } from "./conditions.ts";
import type { Change, Controller, Reconciled, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { createdPods, deletedPods, replacedAt, say, wantedPods } from "./job-pods.ts";
import {
  deadlineOf,
  type Failure,
  failureOf,
  formatIndexes,
  isComplete,
  isFinished,
  isIndexed,
  type Progress,
  progressOf,
} from "./job-progress.ts";
import { isDeleting, nameOf, ownedBy, wakeOwner } from "./owner.ts";
import type { Pace } from "./pace.ts";

/** Runs a Job's pods to their end, as many at a time as `parallelism` says. The pace says how long a second of its back-off takes. */
export function jobController(pace: Pick<Pace, "second">): Controller {
  return {
    name: "job-controller",
    resource: "batch/jobs",
    wakes: { "/pods": wakeOwner("Job") },
    reconcile(snapshot, { namespace, name }) {
      const job = snapshot.get("batch/jobs", namespace, name);
      if (job === undefined || isDeleting(job)) return NOTHING;
      if (isFinished(job)) return forgotten(job, snapshot.now);
      const progress = progressOf(job, ownedBy(snapshot, "/pods", job));
      const failure = failing(job) ?? (isComplete(job, progress) ? undefined : failureOf(job, progress, snapshot.now));
      if (failure !== undefined) return failed(snapshot, job, progress, failure);
      if (isComplete(job, progress)) return completed(snapshot, job, progress);
      if (job.spec?.suspend === true) return suspended(snapshot, job, progress);
      return working(snapshot, job, progress, pace.second);
    },
  };
}

/** After its end, a Job stays for `ttlSecondsAfterFinished`. */
function forgotten(job: KubeObject, now: number): Reconciled {
  const { ttlSecondsAfterFinished: ttl } = job.spec ?? {};
  if (ttl === undefined) return NOTHING;
  const ended = ["Complete", "Failed"].map((type) => conditionOf(job.status?.conditions, type)?.lastTransitionTime);
  const due = Date.parse(ended.find((one) => one !== undefined)) + Number(ttl) * 1000;
  if (due > now) return { changes: [], again: due };
  const options = { propagationPolicy: "Background" };
  return { changes: [{ kind: "delete", resource: "batch/jobs", ...nameOf(job), options }] };
}

function working(snapshot: Snapshot, job: KubeObject, progress: Progress, secondMs: number): Reconciled {
  const missing = wantedPods(job, progress) - progress.active.length;
  const due = replacedAt(progress, secondMs);
  const isHeld = missing > 0 && due > snapshot.now;
  const pods =
    missing < 0
      ? deletedPods(job, progress.active.slice(missing))
      : createdPods(snapshot, job, progress, isHeld ? 0 : missing);
  const wasSuspended = isTrue(job.status?.conditions, "Suspended");
  const conditions = wasSuspended
    ? withCondition(job, snapshot, "Suspended", "JobResumed", "Job resumed", "False")
    : undefined;
  const at = timestamp(snapshot.now);
  const status = statusOf(job, progress, { startTime: wasSuspended ? at : (job.status?.startTime ?? at), conditions });
  const events = wasSuspended ? [say(job, "Normal", "Resumed", "Job resumed")] : [];
  const started = { ...job, status: status.status };
  const times = [deadlineOf(started) ?? Number.POSITIVE_INFINITY, isHeld ? due : Number.POSITIVE_INFINITY];
  const again = Math.min(...times);
  return { changes: [...pods, status, ...events], ...(Number.isFinite(again) ? { again } : {}) };
}

function suspended(snapshot: Snapshot, job: KubeObject, progress: Progress): Reconciled {
  const isNew = !isTrue(job.status?.conditions, "Suspended");
  const conditions = isNew ? withCondition(job, snapshot, "Suspended", "JobSuspended", "Job suspended") : undefined;
  const status = statusOf(job, progress, { startTime: undefined, conditions });
  const events = isNew ? [say(job, "Normal", "Suspended", "Job suspended")] : [];
  return { changes: [...deletedPods(job, progress.active), status, ...events] };
}

function completed(snapshot: Snapshot, job: KubeObject, progress: Progress): Reconciled {
  const reason = "CompletionsReached";
  const message = "Reached expected number of succeeded pods";
  const met = {
    ...job,
    status: { ...job.status, conditions: withCondition(job, snapshot, "SuccessCriteriaMet", reason, message) },
  };
  const isOver = progress.active.length + progress.terminating === 0;
  const conditions = isOver ? withCondition(met, snapshot, "Complete", reason, message) : met.status.conditions;
  const startTime = job.status?.startTime ?? timestamp(snapshot.now);
  const completionTime = isOver ? timestamp(snapshot.now) : undefined;
  return {
    changes: [
      ...deletedPods(job, progress.active),
      statusOf(job, progress, { startTime, conditions, completionTime }),
      ...(isOver ? [say(job, "Normal", "Completed", "Job completed")] : []),
    ],
    ...(isOver && job.spec?.ttlSecondsAfterFinished !== undefined ? { again: snapshot.now + 1 } : {}),
  };
}

/** The failure that was decided upon before, while pods still end. */
function failing({ status }: KubeObject): Failure | undefined {
  const target = conditionOf(status?.conditions, "FailureTarget");
  return target?.status === "True" ? { reason: target.reason, message: target.message } : undefined;
}

/** The decision comes first, then the pods' end, then the Job's. */
function failed(snapshot: Snapshot, job: KubeObject, progress: Progress, { reason, message }: Failure): Reconciled {
  const target = {
    ...job,
    status: { ...job.status, conditions: withCondition(job, snapshot, "FailureTarget", reason, message) },
  };
  const isOver = progress.active.length + progress.terminating === 0;
  const conditions = isOver ? withCondition(target, snapshot, "Failed", reason, message) : target.status.conditions;
  return {
    changes: [
      ...deletedPods(job, progress.active),
      statusOf(job, progress, { startTime: job.status?.startTime, conditions }),
      ...(isOver ? [say(job, "Warning", reason, message)] : []),
    ],
  };
}

function withCondition(
  job: KubeObject,
  { now }: Snapshot,
  type: string,
  reason: string,
  message: string,
  status: "True" | "False" = "True",
): readonly JsonObject[] {
  const known: readonly JsonObject[] = job.status?.conditions ?? [];
  if (conditionOf(known, type)?.status === status) return known;
  const at = timestamp(now);
  const next = { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message };
  return [...known.filter((one) => one.type !== type), next];
}

interface Times {
  readonly startTime: string | undefined;
  readonly completionTime?: string | undefined;
  /** The conditions of before, when there are no others. */
  readonly conditions: readonly JsonObject[] | undefined;
}

function statusOf(
  job: KubeObject,
  progress: Progress,
  { startTime, completionTime, conditions = job.status?.conditions }: Times,
): Extract<Change, { kind: "update-status" }> {
  const { active, succeeded, failed: lost, terminating, doneIndexes } = progress;
  const status = {
    ...(active.length === 0 ? {} : { active: active.length }),
    ...(succeeded === 0 ? {} : { succeeded }),
    ...(lost === 0 ? {} : { failed: lost }),
    ...(isIndexed(job) && doneIndexes.length > 0 ? { completedIndexes: formatIndexes(doneIndexes) } : {}),
    ...(startTime === undefined ? {} : { startTime }),
    ready: active.filter(isReady).length,
    terminating,
    uncountedTerminatedPods: {},
    ...(conditions === undefined ? {} : { conditions }),
    ...(completionTime === undefined ? {} : { completionTime }),
  };
  return { kind: "update-status", resource: "batch/jobs", ...nameOf(job), status };
}
