import type { JsonObject, KubeObject } from "../objects/index.ts";
import { type Ending, endedContainer, killing, kubelet, toldToEnd } from "./containers.ts";
import type { Change, Snapshot } from "./controller.ts";
import { withContainers } from "./kubelet-status.ts";
import { allStatuses, containersOf, replaced, specOf } from "./pod-status.ts";
import { restarts } from "./restart-policy.ts";

/** What happens to a container that runs, as the runtime and the probes tell the kubelet. */
export type Happening =
  | ({ readonly kind: "exited" } & Ending)
  /** The hook before its end is over, and so is the container. */
  | { readonly kind: "stopped"; readonly hookFailed: boolean }
  | { readonly kind: "post-start-failed" }
  | {
      readonly kind: "probed";
      readonly probe: "startup" | "liveness" | "readiness";
      readonly result: "success" | "failure" | "unknown";
      readonly output: string;
      /** Whether its threshold is reached: the kubelet acts on it. */
      readonly isDecisive: boolean;
    };

/** Which run of which container of a pod. */
export interface RunRef {
  readonly container: string;
  readonly restartCount: number;
}

/** What the kubelet makes of it; nothing when that run is over already. */
export function happened(
  snapshot: Snapshot,
  pod: KubeObject,
  { container, restartCount }: RunRef,
  happening: Happening,
): readonly Change[] {
  const status = allStatuses(pod).find((one) => one.name === container);
  const spec = specOf(pod, container);
  if (spec === undefined || status?.state?.running === undefined || status.restartCount !== restartCount) return [];
  const { status: next, events } = outcome(snapshot.now, pod, spec, status, happening);
  if (next === status) return events;
  return [...events, withContainers(pod, snapshot, replaced(containersOf(pod), [next]))];
}

interface Outcome {
  readonly status: JsonObject;
  readonly events: readonly Change[];
}

function outcome(now: number, pod: KubeObject, spec: JsonObject, status: JsonObject, happening: Happening): Outcome {
  const say = kubelet(pod, spec);
  switch (happening.kind) {
    case "exited": {
      const ended = endedContainer(now, status, happening);
      // An init container that has done its work counts as ready.
      return { status: isInit(pod, spec) ? { ...ended, ready: happening.exitCode === 0 } : ended, events: [] };
    }
    case "stopped": {
      const failed = happening.hookFailed ? [say("Warning", "FailedPreStopHook", "PreStopHook failed")] : [];
      return { status: endedContainer(now, status, toldToEnd(spec)), events: [killing(pod, spec), ...failed] };
    }
    case "post-start-failed": {
      const { state, ...ended } = endedContainer(now, status, toldToEnd(spec));
      const isFinal = !restarts(pod, spec, state.terminated.exitCode);
      const waiting = { reason: "PostStartHookError", message: "PostStartHook failed" };
      return {
        status: isFinal ? { ...ended, state } : { ...ended, state: { waiting }, lastState: state },
        events: [
          say("Warning", "FailedPostStartHook", "PostStartHook failed"),
          killing(pod, spec, "FailedPostStartHook"),
        ],
      };
    }
    case "probed":
      return probed(now, pod, spec, status, happening);
  }
}

type Probed = Extract<Happening, { kind: "probed" }>;

function probed(now: number, pod: KubeObject, spec: JsonObject, status: JsonObject, happening: Probed): Outcome {
  const { probe, result, output, isDecisive } = happening;
  const say = kubelet(pod, spec);
  if (result === "success") {
    if (!isDecisive || probe === "liveness") return { status, events: [] };
    const ready = probe === "readiness" || spec.readinessProbe === undefined;
    return { status: { ...status, ready, started: true }, events: [] };
  }
  const word = `${probe[0]?.toUpperCase()}${probe.slice(1)} probe`;
  const message =
    result === "failure" ? `${word} failed: ${output}` : `${word} errored and resulted in unknown state: ${output}`;
  const unhealthy = say("Warning", "Unhealthy", message);
  if (!isDecisive) return { status, events: [unhealthy] };
  if (probe === "readiness") return { status: { ...status, ready: false }, events: [unhealthy] };
  const end = killing(pod, spec, `Container ${spec.name} failed ${probe} probe, will be restarted`);
  return { status: endedContainer(now, status, toldToEnd(spec)), events: [unhealthy, end] };
}

function isInit(pod: KubeObject, spec: JsonObject): boolean {
  return ((pod.spec?.initContainers ?? []) as JsonObject[]).some((one) => one.name === spec.name);
}
