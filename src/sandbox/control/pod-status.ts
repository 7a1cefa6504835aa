import type { JsonObject, KubeObject } from "../objects/index.ts";
import { type Condition, conditionOf, timestamp } from "./conditions.ts";
import { isSidecar, restarts } from "./restart-policy.ts";

/** The containers of a pod's status, as a stage leaves them. */
export interface Containers {
  readonly init: readonly JsonObject[];
  readonly main: readonly JsonObject[];
  readonly ephemeral: readonly JsonObject[];
}

/** The containers of a pod's status as they are; freshly waiting ones where the status has none. */
export function containersOf(pod: KubeObject): Containers {
  const initial = (pod.spec?.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
  return {
    init: pod.status?.initContainerStatuses ?? (pod.spec?.initContainers ?? []).map(waitingIn("PodInitializing")),
    main: pod.status?.containerStatuses ?? (pod.spec?.containers ?? []).map(waitingIn(initial)),
    ephemeral: ephemeralOf(pod),
  };
}

/** Ephemeral containers come while the pod runs: each has a status as soon as it is seen. */
function ephemeralOf(pod: KubeObject): readonly JsonObject[] {
  const known: readonly JsonObject[] = pod.status?.ephemeralContainerStatuses ?? [];
  return (pod.spec?.ephemeralContainers ?? []).map(
    (container: JsonObject) =>
      known.find((status) => status.name === container.name) ?? waitingIn("ContainerCreating")(container),
  );
}

/** Every container's status as the pod's status holds it. */
export function allStatuses(pod: KubeObject): readonly JsonObject[] {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
}

/** The container of the pod's spec that a status is about, in whichever list it stands. */
export function specOf(pod: KubeObject, name: string | undefined): JsonObject | undefined {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const all: readonly JsonObject[] = [...initContainers, ...containers, ...ephemeralContainers];
  return all.find((container) => container.name === name);
}

/** The containers with some statuses replaced, found by their names. */
export function replaced(containers: Containers, next: readonly JsonObject[]): Containers {
  const swap = (status: JsonObject): JsonObject => next.find((one) => one.name === status.name) ?? status;
  const { init, main, ephemeral } = containers;
  return { init: init.map(swap), main: main.map(swap), ephemeral: ephemeral.map(swap) };
}

/** Whether an init container lets the next one begin. */
export function isPassed(pod: KubeObject, status: JsonObject): boolean {
  if (isSidecar(pod, status.name)) return status.started === true;
  return status.state?.terminated?.exitCode === 0;
}

/** A pod's whole status, made from its containers: phase, the five conditions in upstream's order, addresses. */
export function podStatus(pod: KubeObject, containers: Containers, now: number, addresses: JsonObject): JsonObject {
  const old = pod.status ?? {};
  const phase = phaseOf(pod, containers);
  const conditions = conditionsOf(pod, containers, phase);
  return {
    ...old,
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    conditions: conditions.map((condition) => settled(old.conditions, condition, pod, now)),
    ...addresses,
    startTime: old.startTime ?? timestamp(now),
    ...(containers.init.length === 0 ? {} : { initContainerStatuses: containers.init }),
    containerStatuses: containers.main,
    ...(containers.ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: containers.ephemeral }),
  };
}

/** Whether the init containers are behind the pod: once a container has begun, whatever a sidecar does later. */
export function isInitialised(pod: KubeObject, { init, main }: Containers): boolean {
  return main.some((status) => status.imageID !== "") || init.every((status) => isPassed(pod, status));
}

/** Whether an init container has failed for good: so has the pod. */
function hasFailedInit(pod: KubeObject, init: readonly JsonObject[]): boolean {
  return init.some((status) => isOver(pod, status) && status.state.terminated.exitCode !== 0);
}

/** Whether a container has ended and is not started again. */
export function isOver(pod: KubeObject, { name, state }: JsonObject): boolean {
  const code = state?.terminated?.exitCode;
  return code !== undefined && !restarts(pod, specOf(pod, name) ?? {}, code);
}

/** Upstream's getPhase: a container that waits to be started again has run, and keeps the pod Running. */
function phaseOf(pod: KubeObject, containers: Containers): string {
  const { init, main } = containers;
  const sidecars = init.filter((status) => isSidecar(pod, status.name));
  const isRunning = [...main, ...sidecars].some((status) => status.state?.running !== undefined);
  if (!isInitialised(pod, containers)) return hasFailedInit(pod, init) && !isRunning ? "Failed" : "Pending";
  if (main.every((status) => isOver(pod, status)) && !isRunning) {
    return main.every((status) => status.state.terminated.exitCode === 0) ? "Succeeded" : "Failed";
  }
  const isNew = (status: JsonObject): boolean =>
    status.state?.waiting !== undefined && status.lastState?.terminated === undefined;
  return main.some(isNew) ? "Pending" : "Running";
}

function conditionsOf(pod: KubeObject, containers: Containers, phase: string): readonly Condition[] {
  // The pod's sandbox is there from the first container's start to the pod's end.
  const started = [...containers.init, ...containers.main].some((status) => status.imageID !== "");
  const isBehind = isInitialised(pod, containers);
  const incomplete = isBehind
    ? []
    : containers.init.filter((status) => !isPassed(pod, status)).map((status) => status.name);
  const done = phase === "Succeeded";
  const counted = [...containers.init.filter((status) => isSidecar(pod, status.name)), ...containers.main];
  const unready = counted.filter((status) => status.ready !== true).map((status) => status.name);
  const readiness = (type: string): Condition => {
    if (done) return { type, status: "False", reason: "PodCompleted" };
    if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
    if (unready.length === 0) return { type, status: "True" };
    const message = `containers with unready status: [${unready.join(" ")}]`;
    return { type, status: "False", reason: "ContainersNotReady", message };
  };
  return [
    { type: "PodReadyToStartContainers", status: started && !done && phase !== "Failed" ? "True" : "False" },
    initialized(incomplete, done),
    readiness("Ready"),
    readiness("ContainersReady"),
    { type: "PodScheduled", status: "True" },
  ];
}

function initialized(incomplete: readonly string[], done: boolean): Condition {
  if (done) return { type: "Initialized", status: "True", reason: "PodCompleted" };
  if (incomplete.length === 0) return { type: "Initialized", status: "True" };
  const message = `containers with incomplete status: [${incomplete.join(" ")}]`;
  return { type: "Initialized", status: "False", reason: "ContainersNotInitialized", message };
}

/** The condition with its times: a transition is a change of `status`, nothing less. */
function settled(old: readonly JsonObject[] | undefined, next: Condition, pod: KubeObject, now: number): JsonObject {
  const before = conditionOf(old, next.type);
  const same = before?.status === next.status;
  return {
    ...next,
    observedGeneration: pod.metadata.generation ?? 1,
    lastProbeTime: null,
    lastTransitionTime: same ? before?.lastTransitionTime : timestamp(now),
  };
}

function waitingIn(reason: string): (container: JsonObject) => JsonObject {
  return (container) => ({
    name: container.name,
    state: { waiting: { reason } },
    lastState: {},
    ready: false,
    restartCount: 0,
    image: container.image,
    imageID: "",
    started: false,
  });
}
