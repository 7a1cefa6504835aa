import type { JsonObject, KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import { backOff, completeContainer, killing, startContainer } from "./containers.ts";
import type { Change, Snapshot } from "./controller.ts";
import { pullError } from "./images.ts";
import { controllerOf, isDeleting } from "./owner.ts";
import type { Pace } from "./pace.ts";
import { type Containers, containersOf, isPassed, isSidecar, podStatus } from "./pod-status.ts";
import { placePod } from "./scheduling.ts";
import { missingVolume } from "./volumes.ts";

/** One stage of a pod's life: when it applies, how long the pod has been as it is before it happens, what happens. */
export interface Stage {
  readonly name: string;
  readonly applies: (pod: KubeObject, snapshot: Snapshot) => boolean;
  readonly delay: keyof Pace | undefined;
  readonly next: (pod: KubeObject, snapshot: Snapshot) => readonly Change[];
}

/** A pod's life as data. The first stage that applies is the next one; none applies to a pod at rest. */
export const POD_STAGES: readonly Stage[] = [
  { name: "remove", applies: isDeleting, delay: "stop", next: remove },
  { name: "rest", applies: isTerminal, delay: undefined, next: () => [] },
  { name: "schedule", applies: (pod) => pod.spec?.nodeName === undefined, delay: "schedule", next: schedule },
  { name: "admit", applies: (pod) => pod.status?.containerStatuses === undefined, delay: undefined, next: admit },
  {
    name: "mount",
    applies: (pod, at) => !hasBegun(pod) && missingVolume(pod, at) !== undefined,
    delay: "start",
    next: complain,
  },
  { name: "init", applies: (pod) => nextInit(pod) !== undefined, delay: "init", next: initialise },
  {
    name: "start",
    applies: (pod) => isInitialised(pod) && waiting(pod, canStart).length > 0,
    delay: "start",
    next: start,
  },
  { name: "back-off", applies: (pod) => waiting(pod, isPullError).length > 0, delay: "backOff", next: giveUp },
  { name: "ready", applies: (pod) => unready(pod).length > 0, delay: "ready", next: becomeReady },
  { name: "complete", applies: hasEnd, delay: "complete", next: complete },
];

function isTerminal(pod: KubeObject): boolean {
  return ["Succeeded", "Failed"].includes(pod.status?.phase);
}

function remove(pod: KubeObject): readonly Change[] {
  const containers: readonly JsonObject[] = pod.spec?.containers ?? [];
  const running = containersOf(pod).main.filter((status) => status.state?.running !== undefined);
  return [
    ...containers.filter((one) => running.some((status) => status.name === one.name)).map((one) => killing(pod, one)),
    {
      kind: "delete",
      resource: "/pods",
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      options: { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } },
    },
  ];
}

function schedule(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const placement = placePod(snapshot, pod);
  const say = { kind: "event", about: pod, component: pod.spec?.schedulerName ?? "default-scheduler" } as const;
  if ("node" in placement) {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    return [
      { kind: "bind", namespace: pod.metadata.namespace, name: pod.metadata.name, node: placement.node },
      { ...say, type: "Normal", reason: "Scheduled", message: `Successfully assigned ${name} to ${placement.node}` },
    ];
  }
  const before = conditionOf(pod.status?.conditions, "PodScheduled");
  if (before?.message === placement.unschedulable) return [];
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message: placement.unschedulable,
    observedGeneration: pod.metadata.generation ?? 1,
    lastProbeTime: null,
    lastTransitionTime: timestamp(snapshot.now),
  };
  return [
    statusOf(pod, { ...pod.status, phase: "Pending", conditions: [condition] }),
    { ...say, type: "Warning", reason: "FailedScheduling", message: placement.unschedulable },
  ];
}

/** The kubelet has seen the pod: containers wait, the node's address is known. */
function admit(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  return [withContainers(pod, snapshot, containersOf(pod))];
}

function complain(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const missing = missingVolume(pod, snapshot);
  if (missing === undefined) return [];
  const message = `MountVolume.SetUp failed for volume "${missing.volume}" : ${missing.kind} "${missing.name}" not found`;
  return [{ kind: "event", about: pod, type: "Warning", reason: "FailedMount", message, component: "kubelet" }];
}

/** Whether any container has left the waiting room: volumes are mounted before that, once. */
function hasBegun(pod: KubeObject): boolean {
  const { init, main } = containersOf(pod);
  return [...init, ...main].some((status) => status.imageID !== "");
}

function isInitialised(pod: KubeObject): boolean {
  return containersOf(pod).init.every((status) => isPassed(pod, status));
}

function nextInit(pod: KubeObject): JsonObject | undefined {
  const next = containersOf(pod).init.find((status) => !isPassed(pod, status));
  return next?.state?.waiting?.reason === "ImagePullBackOff" && !canStart(pod, next) ? undefined : next;
}

/** One step of the next init container: it starts, and ends at once unless it is a sidecar. */
function initialise(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const status = nextInit(pod);
  const container = specOf(pod, status);
  if (status === undefined || container === undefined) return [];
  const step = isPullError(pod, status)
    ? backOff(pod, container, status)
    : startContainer(snapshot, pod, container, status);
  const ended = step.status.state.running !== undefined && !isSidecar(pod, status.name);
  const next = ended
    ? { ...completeContainer(snapshot.now, step.status), ready: true }
    : {
        ...step.status,
        started: step.status.state.running !== undefined,
        ready: step.status.state.running !== undefined,
      };
  return [...step.events, withContainers(pod, snapshot, replaced(containersOf(pod), [next]))];
}

function start(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  return stepAll(pod, snapshot, waiting(pod, canStart), (container, status) =>
    startContainer(snapshot, pod, container, status),
  );
}

function giveUp(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  return stepAll(pod, snapshot, waiting(pod, isPullError), (container, status) => backOff(pod, container, status));
}

function becomeReady(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const next = unready(pod).map((status) => ({ ...status, ready: true, started: true }));
  return [withContainers(pod, snapshot, replaced(containersOf(pod), next))];
}

/** Whether the pod's containers end by themselves: those of Jobs, and commands in pods that are not restarted. */
function hasEnd(pod: KubeObject): boolean {
  if (pod.spec?.restartPolicy === "Always" || pod.spec?.restartPolicy === undefined) return false;
  if (pod.status?.phase !== "Running") return false;
  const isJob = controllerOf(pod)?.kind === "Job";
  return isJob || (pod.spec.containers as readonly JsonObject[]).every(endsByItself);
}

/** A server runs on (no command of its own), and so does whatever sleeps or follows; any other command ends. */
function endsByItself(container: JsonObject): boolean {
  const words: readonly string[] = [...(container.command ?? []), ...(container.args ?? [])];
  // Somebody types into it: it ends when it is told to.
  if (container.stdin === true) return false;
  return words.length > 0 && !/\b(sleep|tail -f|while|top|serve|server)\b/.test(words.join(" "));
}

function complete(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const { init, main } = containersOf(pod);
  const end = (status: JsonObject): JsonObject =>
    status.state?.running === undefined ? status : completeContainer(snapshot.now, status);
  return [withContainers(pod, snapshot, { init: init.map(end), main: main.map(end) })];
}

function stepAll(
  pod: KubeObject,
  snapshot: Snapshot,
  statuses: readonly JsonObject[],
  step: (container: JsonObject, status: JsonObject) => { status: JsonObject; events: readonly Change[] },
): readonly Change[] {
  const steps = statuses.flatMap((status) => {
    const container = specOf(pod, status);
    return container === undefined ? [] : [step(container, status)];
  });
  const next = steps.map((one) => one.status);
  return [...steps.flatMap((one) => one.events), withContainers(pod, snapshot, replaced(containersOf(pod), next))];
}

function waiting(pod: KubeObject, which: (pod: KubeObject, status: JsonObject) => boolean): readonly JsonObject[] {
  return containersOf(pod).main.filter((status) => status.state?.waiting !== undefined && which(pod, status));
}

function unready(pod: KubeObject): readonly JsonObject[] {
  return containersOf(pod).main.filter((status) => status.state?.running !== undefined && status.ready !== true);
}

/** Not yet tried, or tried with an image that has been replaced by a good one. */
function canStart(pod: KubeObject, status: JsonObject): boolean {
  const reason = status.state.waiting.reason;
  if (!["ErrImagePull", "ImagePullBackOff"].includes(reason)) return true;
  return pullError(specOf(pod, status)?.image ?? "") === undefined;
}

function isPullError(_pod: KubeObject, status: JsonObject): boolean {
  return status.state.waiting?.reason === "ErrImagePull";
}

function specOf(pod: KubeObject, status: JsonObject | undefined): JsonObject | undefined {
  const all: readonly JsonObject[] = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  return all.find((container) => container.name === status?.name);
}

function replaced(containers: Containers, next: readonly JsonObject[]): Containers {
  const swap = (status: JsonObject): JsonObject => next.find((one) => one.name === status.name) ?? status;
  return { init: containers.init.map(swap), main: containers.main.map(swap) };
}

function withContainers(pod: KubeObject, snapshot: Snapshot, containers: Containers): Change {
  const begun = [...containers.init, ...containers.main].some((status) => status.imageID !== "");
  return statusOf(pod, podStatus(pod, containers, snapshot.now, addresses(pod, snapshot, begun)));
}

function addresses(pod: KubeObject, snapshot: Snapshot, begun: boolean): JsonObject {
  const node = snapshot.get("/nodes", undefined, pod.spec?.nodeName ?? "");
  const hostIP: string =
    node?.status?.addresses?.find((address: JsonObject) => address.type === "InternalIP")?.address ?? "";
  const host = { hostIP, hostIPs: [{ ip: hostIP }] };
  if (!begun) return host;
  const podIP = pod.status?.podIP ?? (pod.spec?.hostNetwork === true ? hostIP : freeAddress(snapshot));
  return { ...host, podIP, podIPs: [{ ip: podIP }] };
}

/** The next address of the node's 10.244.0.0/24: one past the highest in use, else the lowest free one. */
function freeAddress(snapshot: Snapshot): string {
  const addresses = snapshot.list("/pods").map((pod) => String(pod.status?.podIP ?? ""));
  const used = new Set(addresses.filter((ip) => ip.startsWith("10.244.0.")).map((ip) => Number(ip.split(".")[3])));
  let highest = 1;
  for (const last of used) if (last > highest && last <= 254) highest = last;
  for (let step = 0; step < 253; step += 1) {
    const last = ((highest - 1 + step) % 253) + 2;
    if (!used.has(last)) return `10.244.0.${last}`;
  }
  return "10.244.0.254";
}

function statusOf(pod: KubeObject, status: JsonObject): Change {
  return {
    kind: "update-status",
    resource: "/pods",
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    status,
  };
}
