import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isActive } from "./availability.ts";
import { isTrue } from "./conditions.ts";
import { isDeleting } from "./owner.ts";
import { allStatuses } from "./pod-status.ts";
import { matchesCode } from "./restart-policy.ts";

const INDEX = "batch.kubernetes.io/job-completion-index";

/** How far a Job has come, counted from its pods. */
export interface Progress {
  readonly active: readonly KubeObject[];
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Failed pods that count, the last to fail at the end. */
  readonly failures: readonly KubeObject[];
  /** Of an indexed Job: the indexes that are done. */
  readonly doneIndexes: readonly number[];
}

/** Why a Job fails: the reason and the message of its condition. */
export interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** Counts a Job's pods. What was counted once stays counted, also when its pod is deleted. */
export function progressOf(job: KubeObject, pods: readonly KubeObject[]): Progress {
  const good = pods.filter((pod) => pod.status?.phase === "Succeeded");
  const bad = pods.filter((pod) => pod.status?.phase === "Failed");
  const failures = bad.filter((pod) => matchingRule(job, pod)?.action !== "Ignore").sort((a, b) => endOf(a) - endOf(b));
  const before = parseIndexes(job.status?.completedIndexes);
  const doneIndexes = [...new Set([...before, ...good.map(indexOf)])].filter((one) => one >= 0).sort((a, b) => a - b);
  const succeeded = isIndexed(job) ? doneIndexes.length : Math.max(good.length, Number(job.status?.succeeded ?? 0));
  return {
    active: pods.filter(isActive),
    terminating: pods.filter((pod) => isDeleting(pod) && !["Succeeded", "Failed"].includes(pod.status?.phase)).length,
    succeeded,
    failed: Math.max(failures.length, Number(job.status?.failed ?? 0)),
    failures,
    doneIndexes,
  };
}

/** Whether enough pods have succeeded. Without `completions`, the first success ends the work when nobody works any more. */
export function isComplete(job: KubeObject, { succeeded, active, terminating }: Progress): boolean {
  const { completions } = job.spec ?? {};
  if (completions === undefined) return succeeded > 0 && active.length + terminating === 0;
  return succeeded >= completions;
}

/** Why the Job fails now; undefined while it does not. `now` in epoch ms. */
export function failureOf(job: KubeObject, progress: Progress, now: number): Failure | undefined {
  const { backoffLimit = 6 } = job.spec ?? {};
  for (const pod of progress.failures) {
    const rule = matchingRule(job, pod);
    if (rule?.action === "FailJob") return { reason: "PodFailurePolicy", message: ruleMessage(job, pod, rule) };
  }
  if (progress.failed > backoffLimit || restartsOf(job, progress.active) > Math.max(0, backoffLimit - 1)) {
    return { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  }
  const deadline = deadlineOf(job);
  return deadline !== undefined && now >= deadline
    ? { reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" }
    : undefined;
}

/** When the Job has been active for too long, epoch ms; undefined without a limit. */
export function deadlineOf({ spec, status }: KubeObject): number | undefined {
  if (spec?.activeDeadlineSeconds === undefined || status?.startTime === undefined) return undefined;
  return Date.parse(status.startTime) + Number(spec.activeDeadlineSeconds) * 1000;
}

/** When a pod ended, epoch ms: the last of its containers. */
export function endOf(pod: KubeObject): number {
  const ends = allStatuses(pod).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ""));
  return Math.max(0, ...ends.filter((one) => !Number.isNaN(one)));
}

/** Whether each of the Job's pods has a number of its own. */
export function isIndexed(job: KubeObject): boolean {
  return job.spec?.completionMode === "Indexed";
}

/** The pod's number in an indexed Job; -1 without. */
export function indexOf(pod: KubeObject): number {
  return Number(pod.metadata.annotations?.[INDEX] ?? -1);
}

/** Whether a Job has come to its end, well or badly. */
export function isFinished(job: KubeObject): boolean {
  return isTrue(job.status?.conditions, "Complete") || isTrue(job.status?.conditions, "Failed");
}

/** `0-2,5` ↔ 0, 1, 2, 5 */
export function formatIndexes(indexes: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  // Two neighbours stand side by side; only three are worth a dash.
  return runs
    .map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`))
    .join(",");
}

function parseIndexes(text: unknown): readonly number[] {
  const parts = String(text ?? "")
    .split(",")
    .filter(Boolean);
  return parts.flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

/** Where pods restart their containers themselves, restarts count as failures do elsewhere. */
function restartsOf(job: KubeObject, active: readonly KubeObject[]): number {
  if (job.spec?.template?.spec?.restartPolicy !== "OnFailure") return 0;
  return active.flatMap(allStatuses).reduce((sum, status) => sum + Number(status.restartCount ?? 0), 0);
}

function matchingRule(job: KubeObject, pod: KubeObject): JsonObject | undefined {
  const rules: readonly JsonObject[] = job.spec?.podFailurePolicy?.rules ?? [];
  return rules.find((rule) => matchingContainer(rule, pod) !== undefined || matchesCondition(rule, pod));
}

function matchingContainer({ onExitCodes }: JsonObject, pod: KubeObject): JsonObject | undefined {
  if (onExitCodes === undefined) return undefined;
  return allStatuses(pod).find(({ name, state }) => {
    const code = Number(state?.terminated?.exitCode ?? 0);
    return code !== 0 && (onExitCodes.containerName ?? name) === name && matchesCode(onExitCodes, code);
  });
}

function matchesCondition({ onPodConditions = [] }: JsonObject, pod: KubeObject): boolean {
  const conditions: readonly JsonObject[] = pod.status?.conditions ?? [];
  return onPodConditions.some((wanted: JsonObject) =>
    conditions.some((one) => one.type === wanted.type && one.status === (wanted.status ?? "True")),
  );
}

function ruleMessage(job: KubeObject, pod: KubeObject, rule: JsonObject): string {
  const { namespace, name } = pod.metadata;
  const at = `matching ${rule.action} rule at index ${job.spec?.podFailurePolicy.rules.indexOf(rule)}`;
  const container = matchingContainer(rule, pod);
  if (container === undefined) return `Pod ${namespace}/${name} has condition ${at}`;
  return `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${container.state.terminated.exitCode} ${at}`;
}
