import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isTrue, timestamp } from "./conditions.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { nextTime } from "./cron-schedule.ts";
import { isFinished } from "./job-progress.ts";
import { controllerReference, isDeleting, nameOf, ownedBy, uidOf, wakeOwner } from "./owner.ts";

const CRON_JOBS = "batch/cronjobs";
const MINUTE_MS = 60_000;

/** Starts a CronJob's Jobs at their times (UTC), and forgets finished ones beyond its history limits. */
export const cronJobController: Controller = {
  name: "cronjob-controller",
  resource: CRON_JOBS,
  wakes: { "batch/jobs": wakeOwner("CronJob") },
  reconcile(snapshot, { namespace, name }) {
    const cron = snapshot.get(CRON_JOBS, namespace, name);
    if (cron === undefined || isDeleting(cron)) return NOTHING;
    const jobs = ownedBy(snapshot, "batch/jobs", cron);
    const due = dueTime(snapshot, cron);
    const { spec = {} } = cron;
    const again = spec.suspend === true ? undefined : nextTime(String(spec.schedule), snapshot.now);
    const active = jobs.filter((job) => !isFinished(job));
    const starts = due !== undefined && (active.length === 0 || spec.concurrencyPolicy !== "Forbid");
    const replaced = starts && spec.concurrencyPolicy === "Replace" ? active : [];
    const changes = [
      ...replaced.map(deleted),
      ...(starts ? started(cron, due) : []),
      ...noticed(cron, jobs),
      statusOf(cron, jobs, starts ? due : undefined),
      ...forgotten(cron, jobs),
    ];
    return { changes, ...(again === undefined ? {} : { again }) };
  },
};

/** The newest time that has come since the last start, or since the CronJob was made; times that were slept through are lost. */
function dueTime({ now }: Snapshot, { metadata, spec, status }: KubeObject): number | undefined {
  if (spec?.suspend === true) return undefined;
  const since = Date.parse(String(status?.lastScheduleTime ?? metadata.creationTimestamp));
  const from = Math.max(since, now - 2 * MINUTE_MS);
  let due: number | undefined;
  let next = nextTime(String(spec?.schedule), from);
  while (next !== undefined && next <= now) {
    due = next;
    next = nextTime(String(spec?.schedule), next);
  }
  return due;
}

function started(cron: KubeObject, due: number): readonly Change[] {
  const template: JsonObject = cron.spec?.jobTemplate ?? {};
  const { namespace } = cron.metadata;
  const name = `${cron.metadata.name}-${due / MINUTE_MS}`;
  const annotations = {
    ...template.metadata?.annotations,
    "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(due),
  };
  const metadata = {
    ...template.metadata,
    annotations,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ownerReferences: [controllerReference(cron)],
  };
  const object = { apiVersion: "batch/v1", kind: "Job", metadata, spec: template.spec };
  return [{ kind: "create", resource: "batch/jobs", object }, say(cron, "SuccessfulCreate", `Created job ${name}`)];
}

/** Jobs that the status still has as active, and that have ended. */
function noticed(cron: KubeObject, jobs: readonly KubeObject[]): readonly Change[] {
  return activeOf(cron).flatMap(({ uid }) => {
    const job = jobs.find(({ metadata }) => metadata.uid === uid);
    if (job === undefined || !isFinished(job)) return [];
    const condition = isTrue(job.status?.conditions, "Complete") ? "Complete" : "Failed";
    return [say(cron, "SawCompletedJob", `Saw completed job: ${job.metadata.name}, condition: ${condition}`)];
  });
}

function statusOf(cron: KubeObject, jobs: readonly KubeObject[], due: number | undefined): Change {
  const active = jobs.filter((job) => !isFinished(job) && !isDeleting(job)).map(reference);
  const ends = jobs.flatMap((job) => (job.status?.completionTime ? [String(job.status.completionTime)] : []));
  const scheduled = due === undefined ? cron.status?.lastScheduleTime : timestamp(due);
  const succeeded = [String(cron.status?.lastSuccessfulTime ?? ""), ...ends].sort().at(-1);
  const status = {
    ...(active.length === 0 ? {} : { active }),
    ...(scheduled === undefined ? {} : { lastScheduleTime: scheduled }),
    ...(succeeded ? { lastSuccessfulTime: succeeded } : {}),
  };
  return { kind: "update-status", resource: CRON_JOBS, ...nameOf(cron), status };
}

function reference(job: KubeObject): JsonObject {
  const { name, namespace, resourceVersion } = job.metadata;
  return { apiVersion: "batch/v1", kind: "Job", name, namespace, resourceVersion, uid: uidOf(job) };
}

function forgotten({ spec = {} }: KubeObject, jobs: readonly KubeObject[]): readonly Change[] {
  const ended = jobs.filter((job) => isFinished(job) && !isDeleting(job)).sort(oldestFirst);
  const good = ended.filter((job) => isTrue(job.status?.conditions, "Complete"));
  const bad = ended.filter((job) => !good.includes(job));
  const surplus = (list: readonly KubeObject[], limit: number) => list.slice(0, Math.max(0, list.length - limit));
  return [
    ...surplus(good, spec.successfulJobsHistoryLimit ?? 3),
    ...surplus(bad, spec.failedJobsHistoryLimit ?? 1),
  ].map(deleted);
}

function deleted(job: KubeObject): Change {
  const options = { propagationPolicy: "Background" };
  return { kind: "delete", resource: "batch/jobs", ...nameOf(job), options };
}

function oldestFirst(a: KubeObject, b: KubeObject): number {
  return String(a.status?.startTime ?? "") < String(b.status?.startTime ?? "") ? -1 : 1;
}

function activeOf(cron: KubeObject): readonly JsonObject[] {
  return cron.status?.active ?? [];
}

function say(about: KubeObject, reason: string, message: string): Change {
  return { kind: "event", about, type: "Normal", reason, message, component: "cronjob-controller" };
}
