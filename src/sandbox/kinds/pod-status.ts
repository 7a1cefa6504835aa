import { ageOf, type JsonObject, type KubeObject } from "../objects/index.ts";

/** What `kubectl get pods` says of one pod. */
export interface PodStatus {
  readonly ready: number;
  readonly total: number;
  /** The STATUS column: a phase, or the most telling reason. */
  readonly status: string;
  /** The RESTARTS column, such as `3 (2m ago)`. */
  readonly restarts: string;
}

/** The state of the init containers: how far the pod has come in its initialisation. */
interface Initialisation {
  /** What holds the pod up, such as `Init:0/2`; undefined when all are done. */
  readonly reason: string | undefined;
  readonly ready: number;
}

/** READY, STATUS and RESTARTS of a pod; `now` in epoch ms. */
export function podStatus(pod: KubeObject, now: number): PodStatus {
  const init = initialisation(pod);
  const initialised = init.reason === undefined || hasCondition(pod, "Initialized");
  const containers = containerStatuses(pod);
  const ready = init.ready + (initialised ? containers.filter(isReadyAndRunning).length : 0);
  const before = init.reason ?? phaseReason(pod);
  return {
    ready,
    total: listOf(pod.spec?.containers).length + listOf(pod.spec?.initContainers).filter(isSidecar).length,
    status: lastWord(pod, initialised ? containerReason(pod, before) : before),
    restarts: restarts(countedForRestarts(pod, initialised), now),
  };
}

/** Whether an init container runs along with the pod (a native sidecar). */
function isSidecar(container: JsonObject): boolean {
  return container.restartPolicy === "Always";
}

export function hasCondition(object: KubeObject, type: string): boolean {
  return listOf(object.status?.conditions).some((one) => one.type === type && one.status === "True");
}

/** A list of objects, or none. */
export function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value : [];
}

function phaseReason(pod: KubeObject): string {
  const gated = listOf(pod.status?.conditions).some(
    (one) => one.type === "PodScheduled" && one.reason === "SchedulingGated",
  );
  return gated ? "SchedulingGated" : pod.status?.reason || pod.status?.phase || "";
}

/** The first init container that is not done decides, and ends the walk. */
function initialisation(pod: KubeObject): Initialisation {
  const specs = listOf(pod.spec?.initContainers);
  let ready = 0;
  for (const [index, status] of listOf(pod.status?.initContainerStatuses).entries()) {
    if (status.state?.terminated?.exitCode === 0) continue;
    if (isStartedSidecar(specs, status)) {
      if (status.ready) ready++;
      continue;
    }
    return { reason: `Init:${initReason(status) ?? `${index}/${specs.length}`}`, ready };
  }
  return { reason: undefined, ready };
}

function isStartedSidecar(specs: readonly JsonObject[], status: JsonObject): boolean {
  return status.started === true && specs.some((spec) => spec.name === status.name && isSidecar(spec));
}

function initReason({ state }: JsonObject): string | undefined {
  if (state?.terminated) return terminatedReason(state.terminated);
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== "PodInitializing" ? waiting : undefined;
}

function terminatedReason({ reason, signal, exitCode }: JsonObject): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`);
}

/** From the last container to the first, each one that waits or has ended overwrites what was said before. */
function containerReason(pod: KubeObject, before: string): string {
  const statuses = containerStatuses(pod);
  const reasons = statuses.map(
    ({ state }) => state?.waiting?.reason || (state?.terminated && terminatedReason(state.terminated)),
  );
  const said = reasons.find(Boolean) ?? before;
  if (said !== "Completed") return said;
  const isRunning = statuses.some(isReadyAndRunning);
  if (isRunning && hasCondition(pod, "Ready")) return "Running";
  const failed = statuses.find(({ state }) => state?.terminated && state.terminated.exitCode !== 0);
  if (failed) return terminatedReason(failed.state.terminated);
  return isRunning ? "NotReady" : said;
}

function lastWord(pod: KubeObject, said: string): string {
  if (pod.metadata.deletionTimestamp === undefined) return said;
  if (pod.status?.reason === "NodeLost") return "Unknown";
  return isFinished(pod) ? said : "Terminating";
}

/** Whether a pod has come to its end, well or badly. */
export function isFinished(pod: KubeObject): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

function containerStatuses(pod: KubeObject): JsonObject[] {
  return listOf(pod.status?.containerStatuses);
}

function isReadyAndRunning({ ready, state }: JsonObject): boolean {
  return ready === true && state?.running !== undefined;
}

/** All init containers while the pod initialises; then the sidecars and the containers. */
function countedForRestarts(pod: KubeObject, initialised: boolean): JsonObject[] {
  const init = listOf(pod.status?.initContainerStatuses);
  if (!initialised) return init;
  const sidecars = new Set(
    listOf(pod.spec?.initContainers)
      .filter(isSidecar)
      .map(({ name }) => name),
  );
  return [...init.filter(({ name }) => sidecars.has(name)), ...containerStatuses(pod)];
}

function restarts(statuses: readonly JsonObject[], now: number): string {
  const count = statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
  const ends = statuses.map((status) => status.lastState?.terminated?.finishedAt).filter(Boolean);
  if (count === 0 || ends.length === 0) return String(count);
  return `${count} (${ageOf(ends.toSorted().at(-1), now)} ago)`;
}
