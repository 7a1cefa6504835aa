import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { BackOffs } from "./back-offs.ts";
import { configError } from "./config-errors.ts";
import {
  backOff,
  type ContainerStep,
  endedContainer,
  killing,
  startContainer,
  toldToEnd,
  type View,
} from "./containers.ts";
import type { Change } from "./controller.ts";
import { pullError } from "./images.ts";
import { withContainers } from "./kubelet-status.ts";
import { controllerOf, isDeleting } from "./owner.ts";
import type { Pace } from "./pace.ts";
import { schedule } from "./pod-scheduling.ts";
import { containersOf, isInitialised, isPassed, replaced, specOf } from "./pod-status.ts";
import { isResized, resized } from "./resize.ts";
import { isSidecar } from "./restart-policy.ts";
import { endedToRestart, heldBack, holdOn, isMainOver, nextWordAt, restartOrHold } from "./restarts.ts";
import { missingVolume } from "./volumes.ts";

/** What the kubelet sees of the cluster and keeps in mind of its containers. */
export type KubeletView = View & { readonly backOffs: BackOffs };

/** One stage of a pod's life: when it applies, how long the pod has been as it is before it happens, what happens. */
export interface Stage {
  readonly name: string;
  readonly applies: (pod: KubeObject, view: KubeletView) => boolean;
  readonly delay: keyof Pace | undefined;
  /** For a stage with times of its own: when it happens next, epoch ms. */
  readonly dueAt?: (pod: KubeObject, view: KubeletView) => number;
  readonly next: (pod: KubeObject, view: KubeletView) => readonly Change[];
}

/** A pod's life as data. The first stage that applies is the next one; none applies to a pod at rest. */
export const POD_STAGES: readonly Stage[] = [
  { name: "pre-stop", applies: hasPreStop, delay: undefined, dueAt: graceEnd, next: remove },
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
  { name: "restart", applies: (pod) => endedToRestart(pod).length > 0, delay: "start", next: restartEnded },
  { name: "init", applies: (pod, at) => nextInit(pod, at) !== undefined, delay: "init", next: initialise },
  { name: "start", applies: (pod, at) => startable(pod, at).length > 0, delay: "start", next: start },
  { name: "back-off", applies: (pod) => pullFailed(pod).length > 0, delay: "backOff", next: giveUp },
  { name: "resize", applies: isResized, delay: undefined, next: resized },
  { name: "ready", applies: (pod, at) => unready(pod, at).length > 0, delay: "ready", next: becomeReady },
  { name: "complete", applies: (pod, at) => ending(pod, at).length > 0, delay: "complete", next: complete },
  { name: "dismiss", applies: (pod) => left(pod).length > 0, delay: "stop", next: dismiss },
  {
    name: "hold",
    applies: (pod) => heldBack(pod).length > 0,
    delay: undefined,
    dueAt: (pod, { backOffs }) => nextWordAt(pod, backOffs),
    next: hold,
  },
];

function isTerminal(pod: KubeObject): boolean {
  return ["Succeeded", "Failed"].includes(pod.status?.phase);
}

/** Whether a hook still runs before the pod may go: it ends its container, or the grace period does. */
function hasPreStop(pod: KubeObject): boolean {
  if (!isDeleting(pod)) return false;
  return running(pod).some((status) => specOf(pod, status.name)?.lifecycle?.preStop !== undefined);
}

function graceEnd(pod: KubeObject): number {
  return Date.parse(pod.metadata.deletionTimestamp ?? "");
}

function remove(pod: KubeObject): readonly Change[] {
  const containers: readonly JsonObject[] = pod.spec?.containers ?? [];
  const alive = running(pod);
  return [
    ...containers
      .filter((one) => one.lifecycle?.preStop === undefined && alive.some((status) => status.name === one.name))
      .map((one) => killing(pod, one)),
    {
      kind: "delete",
      resource: "/pods",
      namespace: pod.metadata.namespace,
      name: pod.metadata.name,
      options: { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } },
    },
  ];
}

/** The kubelet has seen the pod: containers wait, the node's address is known. */
function admit(pod: KubeObject, view: KubeletView): readonly Change[] {
  return [withContainers(pod, view, containersOf(pod))];
}

function complain(pod: KubeObject, view: KubeletView): readonly Change[] {
  const missing = missingVolume(pod, view);
  if (missing === undefined) return [];
  const message = `MountVolume.SetUp failed for volume "${missing.volume}" : ${missing.kind} "${missing.name}" not found`;
  return [{ kind: "event", about: pod, type: "Warning", reason: "FailedMount", message, component: "kubelet" }];
}

/** Whether any container has left the waiting room: volumes are mounted before that, once. */
function hasBegun(pod: KubeObject): boolean {
  const { init, main } = containersOf(pod);
  return [...init, ...main].some((status) => status.imageID !== "");
}

function restartEnded(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, endedToRestart(pod), (_, status) => restartOrHold(view, pod, status, view.backOffs));
}

function hold(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, heldBack(pod), (_, status) => holdOn(view, pod, status, view.backOffs));
}

/** The init container whose turn it is, when there is something to do about it. */
function nextInit(pod: KubeObject, view: KubeletView): JsonObject | undefined {
  const containers = containersOf(pod);
  if (isInitialised(pod, containers)) return undefined;
  const next = containers.init.find((status) => !isPassed(pod, status));
  return next !== undefined && (isPullError(next) || canStart(pod, next, view)) ? next : undefined;
}

/** One step of the next init container: it starts; one that nothing stands behind has done its work at once. */
function initialise(pod: KubeObject, view: KubeletView): readonly Change[] {
  const turn = nextInit(pod, view);
  if (turn === undefined) return [];
  return stepAll(pod, view, [turn], (container, status) => {
    if (isPullError(status)) return backOff(pod, container, status);
    const { status: next, events } = startContainer(view, pod, container, status);
    const ends =
      next.state.running !== undefined && !isSidecar(pod, status.name) && view.runtime.isAssumed(pod, container);
    return { status: ends ? { ...endedContainer(view.now, next, { exitCode: 0 }), ready: true } : next, events };
  });
}

function startable(pod: KubeObject, view: KubeletView): readonly JsonObject[] {
  const containers = containersOf(pod);
  if (!isInitialised(pod, containers)) return [];
  return [...containers.main, ...containers.ephemeral].filter((status) => canStart(pod, status, view));
}

function start(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, startable(pod, view), (container, status) => startContainer(view, pod, container, status));
}

function pullFailed(pod: KubeObject): readonly JsonObject[] {
  const { main, ephemeral } = containersOf(pod);
  return [...main, ...ephemeral].filter(isPullError);
}

function giveUp(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, pullFailed(pod), (container, status) => backOff(pod, container, status));
}

/** Containers whose probes pass because nothing stands behind them: all others are probed. */
function unready(pod: KubeObject, view: KubeletView): readonly JsonObject[] {
  const sidecars = containersOf(pod).init.filter((status) => isSidecar(pod, status.name));
  return [...sidecars, ...containersOf(pod).main].filter(
    (status) =>
      status.state?.running !== undefined &&
      status.ready !== true &&
      view.runtime.isAssumed(pod, specOf(pod, status.name) ?? {}),
  );
}

function becomeReady(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, unready(pod, view), (_, status) => ({
    status: { ...status, ready: true, started: true },
    events: [],
  }));
}

/** Containers that come to an end although nothing stands behind them: those of Jobs, and commands in pods that are not restarted. */
function ending(pod: KubeObject, view: KubeletView): readonly JsonObject[] {
  if (pod.spec?.restartPolicy === "Always" || pod.spec?.restartPolicy === undefined) return [];
  const isJob = controllerOf(pod)?.kind === "Job";
  return containersOf(pod).main.filter((status) => {
    const container = specOf(pod, status.name) ?? {};
    if (status.state?.running === undefined || !view.runtime.isAssumed(pod, container)) return false;
    return isJob || endsByItself(container);
  });
}

/** A server runs on (no command of its own), and so does whatever sleeps or follows; any other command ends. */
function endsByItself(container: JsonObject): boolean {
  const words: readonly string[] = [...(container.command ?? []), ...(container.args ?? [])];
  // Somebody types into it: it ends when it is told to.
  if (container.stdin === true) return false;
  return words.length > 0 && !/\b(sleep|tail -f|while|top|serve|server)\b/.test(words.join(" "));
}

function complete(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, ending(pod, view), (_, status) => ({
    status: endedContainer(view.now, status, { exitCode: 0 }),
    events: [],
  }));
}

/** Sidecars and debuggers that still run when the pod's containers have ended for good. */
function left(pod: KubeObject): readonly JsonObject[] {
  return isMainOver(pod) ? running(pod) : [];
}

function dismiss(pod: KubeObject, view: KubeletView): readonly Change[] {
  return stepAll(pod, view, left(pod), (container, status) => ({
    status: endedContainer(view.now, status, toldToEnd(container)),
    events: [killing(pod, container)],
  }));
}

function stepAll(
  pod: KubeObject,
  view: KubeletView,
  statuses: readonly JsonObject[],
  step: (container: JsonObject, status: JsonObject) => ContainerStep,
): readonly Change[] {
  const steps = statuses.flatMap((status) => {
    const container = specOf(pod, status.name);
    return container === undefined ? [] : [step(container, status)];
  });
  const next = steps.map((one) => one.status);
  const events = steps.flatMap((one) => one.events);
  const isSame = steps.every((one, index) => one.status === statuses[index]);
  return isSame ? events : [...events, withContainers(pod, view, replaced(containersOf(pod), next))];
}

function running(pod: KubeObject): readonly JsonObject[] {
  const { init, main, ephemeral } = containersOf(pod);
  return [...init, ...main, ...ephemeral].filter((status) => status.state?.running !== undefined);
}

/** Not yet tried, or tried with what has been mended since. */
function canStart(pod: KubeObject, status: JsonObject, view: KubeletView): boolean {
  const container = specOf(pod, status.name);
  if (status.state?.waiting === undefined || container === undefined) return false;
  switch (status.state.waiting.reason) {
    case "ErrImagePull":
    case "ImagePullBackOff":
      return pullError(container.image) === undefined;
    case "CreateContainerConfigError":
      return configError(pod, container, view) === undefined;
    case "CrashLoopBackOff":
    case "RunContainerError":
    case "PostStartHookError":
      return false;
    default:
      return true;
  }
}

function isPullError(status: JsonObject): boolean {
  return status.state?.waiting?.reason === "ErrImagePull";
}
