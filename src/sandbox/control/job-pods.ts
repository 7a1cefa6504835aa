import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Change, Snapshot } from "./controller.ts";
import { endOf, indexOf, isIndexed, type Progress } from "./job-progress.ts";
import { nameOf } from "./owner.ts";
import { podFromTemplate } from "./pod-template.ts";

const INDEX = "batch.kubernetes.io/job-completion-index";
/** The wait before a failed pod is replaced, doubled with each failure. */
const FIRST_S = 10;
const LIMIT_S = 600;

/** How many pods shall be at work now. */
export function wantedPods({ spec = {} }: KubeObject, { succeeded, active }: Progress): number {
  const { parallelism = 1, completions } = spec;
  if (completions === undefined) return succeeded > 0 ? Math.min(active.length, parallelism) : parallelism;
  return Math.max(0, Math.min(parallelism, completions - succeeded));
}

/** When failed pods may be replaced, epoch ms; 0 for at once. `secondMs`: milliseconds that one of the controller's seconds takes. */
export function replacedAt({ failures }: Progress, secondMs: number): number {
  const last = failures.at(-1);
  if (last === undefined) return 0;
  return endOf(last) + Math.min(FIRST_S * 2 ** (failures.length - 1), LIMIT_S) * secondMs;
}

/** New pods; those of an indexed Job take the lowest numbers that are free. */
export function createdPods(snapshot: Snapshot, job: KubeObject, progress: Progress, count: number): readonly Change[] {
  const taken = new Set([...progress.doneIndexes, ...progress.active.map(indexOf)]);
  const free = Array.from({ length: Number(job.spec?.completions ?? 0) }, (_, at) => at).filter((at) => !taken.has(at));
  return Array.from({ length: count }, (_, at) => {
    const index = free[at];
    const pod = podFromTemplate(snapshot, job, job.spec?.template ?? {}, at);
    const object = isIndexed(job) && index !== undefined ? numbered(job, pod, index) : pod;
    return [{ kind: "create", resource: "/pods", object } as const, created(job, object)];
  }).flat();
}

/** Ends pods that are not wanted any more. */
export function deletedPods(job: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  return pods.flatMap((pod) => [
    { kind: "delete", resource: "/pods", ...nameOf(pod) } as const,
    say(job, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`),
  ]);
}

/** The controller's voice. */
export function say(about: KubeObject, type: "Normal" | "Warning", reason: string, message: string): Change {
  return { kind: "event", about, type, reason, message, component: "job-controller" };
}

function created(job: KubeObject, pod: KubeObject): Change {
  return say(job, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
}

function numbered(job: KubeObject, pod: KubeObject, index: number): KubeObject {
  const { name } = job.metadata;
  const valueFrom = { fieldRef: { apiVersion: "v1", fieldPath: `metadata.labels['${INDEX}']` } };
  const withNumber = (container: JsonObject): JsonObject => ({
    ...container,
    env: [...(container.env ?? []), { name: "JOB_COMPLETION_INDEX", valueFrom }],
  });
  const { initContainers, containers = [], ...spec } = pod.spec ?? {};
  const suffix = pod.metadata.name.slice(name.length + 1);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name: `${name}-${index}-${suffix}`,
      generateName: `${name}-${index}-`,
      labels: { ...pod.metadata.labels, [INDEX]: String(index) },
      annotations: { ...pod.metadata.annotations, [INDEX]: String(index) },
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      ...(initContainers && { initContainers: initContainers.map(withNumber) }),
      containers: containers.map(withNumber),
    },
  };
}
