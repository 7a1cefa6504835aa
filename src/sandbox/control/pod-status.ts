import type { JsonObject, KubeObject } from "../objects/index.ts";
import { type Condition, conditionOf, timestamp } from "./conditions.ts";

/** The containers of a pod's status, as a stage leaves them. */
export interface Containers {
  readonly init: readonly JsonObject[];
  readonly main: readonly JsonObject[];
}

/** The containers of a pod's status as they are; freshly waiting ones where the status has none. */
export function containersOf(pod: KubeObject): Containers {
  const initial = (pod.spec?.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
  return {
    init: pod.status?.initContainerStatuses ?? (pod.spec?.initContainers ?? []).map(waitingIn("PodInitializing")),
    main: pod.status?.containerStatuses ?? (pod.spec?.containers ?? []).map(waitingIn(initial)),
  };
}

/** True for an init container that stays beside the others (`restartPolicy: Always`): a native sidecar. */
export function isSidecar(pod: KubeObject, name: string): boolean {
  const container = (pod.spec?.initContainers ?? []).find((init: JsonObject) => init.name === name);
  return container?.restartPolicy === "Always";
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
  };
}

function phaseOf(pod: KubeObject, { init, main }: Containers): string {
  if (!init.every((status) => isPassed(pod, status))) return "Pending";
  const codes = main.map((status) => status.state?.terminated?.exitCode as number | undefined);
  if (codes.every((code) => code !== undefined)) return codes.every((code) => code === 0) ? "Succeeded" : "Failed";
  return main.some((status) => status.state?.waiting !== undefined) ? "Pending" : "Running";
}

function conditionsOf(pod: KubeObject, containers: Containers, phase: string): readonly Condition[] {
  const started = [...containers.init, ...containers.main].some((status) => status.state?.waiting === undefined);
  const incomplete = containers.init.filter((status) => !isPassed(pod, status)).map((status) => status.name);
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
