import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { BackOffs } from "./back-offs.ts";
import { type ContainerStep, kubelet, startContainer, type View } from "./containers.ts";
import { allStatuses, containersOf, isInitialised, specOf } from "./pod-status.ts";
import { isSidecar, restarts } from "./restart-policy.ts";

/** The containers that have ended and are to start again, and have not yet been told whether at once. */
export function endedToRestart(pod: KubeObject): readonly JsonObject[] {
  const isBehind = isInitialised(pod, containersOf(pod));
  return allStatuses(pod).filter((status) => {
    const terminated = endOf(status);
    const container = specOf(pod, status.name);
    if (terminated === undefined || container === undefined || isEphemeral(pod, status)) return false;
    if (isSidecar(pod, status.name)) return !isMainOver(pod);
    if (isBehind && isInit(pod, status)) return false;
    return restarts(pod, container, terminated.exitCode);
  });
}

/** The containers that the kubelet holds back. */
export function heldBack(pod: KubeObject): readonly JsonObject[] {
  return allStatuses(pod).filter((status) => status.state?.waiting?.reason === "CrashLoopBackOff");
}

/** Whether the pod's containers have ended for good: what only accompanies them ends too. */
export function isMainOver(pod: KubeObject): boolean {
  return containersOf(pod).main.every((status) => {
    const code = status.state?.terminated?.exitCode;
    return code !== undefined && !restarts(pod, specOf(pod, status.name) ?? {}, code);
  });
}

/** Starts a container anew, or holds it back for as long as its back-off says. */
export function restartOrHold(view: View, pod: KubeObject, status: JsonObject, backOffs: BackOffs): ContainerStep {
  const held = backOffs.hold(keyOf(pod, status), view.now);
  if (held === undefined) return restart(view, pod, status, backOffs);
  const where = `container=${status.name} pod=${podWords(pod)}`;
  const message = `back-off ${held.delay} restarting failed ${where}`;
  const state = { waiting: { reason: "CrashLoopBackOff", message } };
  return {
    status: { ...status, state, lastState: { terminated: endOf(status) }, ready: false, started: false },
    events: [word(pod, status)],
  };
}

/** When the kubelet next has something to do about the containers that it holds back, epoch ms. */
export function nextWordAt(pod: KubeObject, backOffs: BackOffs): number {
  const times = heldBack(pod).map((status) => {
    const key = keyOf(pod, status);
    return Math.min(backOffs.until(key), backOffs.nextWord(key));
  });
  return Math.min(...times);
}

/** A container that is held back: started again when its time has come, spoken of until then. */
export function holdOn(view: View, pod: KubeObject, status: JsonObject, backOffs: BackOffs): ContainerStep {
  const key = keyOf(pod, status);
  if (backOffs.until(key) <= view.now) return restart(view, pod, status, backOffs);
  if (backOffs.nextWord(key) > view.now) return { status, events: [] };
  backOffs.said(key, view.now);
  return { status, events: [word(pod, status)] };
}

function restart(view: View, pod: KubeObject, status: JsonObject, backOffs: BackOffs): ContainerStep {
  const container = specOf(pod, status.name) ?? {};
  backOffs.started(keyOf(pod, status), view.now);
  const lastState = { terminated: endOf(status) ?? status.lastState?.terminated };
  const next = { ...status, lastState, restartCount: Number(status.restartCount ?? 0) + 1 };
  return startContainer(view, pod, container, next);
}

function word(pod: KubeObject, { name }: JsonObject): ContainerStep["events"][number] {
  const say = kubelet(pod, specOf(pod, name) ?? { name });
  return say("Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${podWords(pod)}`);
}

/** How the last run ended, for one that shall be looked at: also one that could not begin. */
function endOf({ state, lastState }: JsonObject): JsonObject | undefined {
  const isNew = ["RunContainerError", "PostStartHookError"].includes(state?.waiting?.reason);
  return state?.terminated ?? (isNew ? lastState?.terminated : undefined);
}

function keyOf(pod: KubeObject, { name }: JsonObject): string {
  const { namespace, name: podName, uid } = pod.metadata;
  return `${namespace}/${podName}/${uid}/${name}`;
}

function podWords({ metadata: { name, namespace, uid } }: KubeObject): string {
  return `${name}_${namespace}(${uid})`;
}

function isEphemeral(pod: KubeObject, { name }: JsonObject): boolean {
  return ((pod.spec?.ephemeralContainers ?? []) as JsonObject[]).some((one) => one.name === name);
}

function isInit(pod: KubeObject, { name }: JsonObject): boolean {
  return ((pod.spec?.initContainers ?? []) as JsonObject[]).some((one) => one.name === name);
}
