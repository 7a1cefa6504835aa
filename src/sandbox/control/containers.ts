import type { JsonObject, KubeObject } from "../objects/index.ts";
import { timestamp } from "./conditions.ts";
import { configError } from "./config-errors.ts";
import type { Change, Snapshot } from "./controller.ts";
import { hex } from "./hash.ts";
import { fullImageName, imageId, imageSize, pullError } from "./images.ts";
import { allStatuses } from "./pod-status.ts";
import { restarts } from "./restart-policy.ts";
import type { Runtime } from "./runtime.ts";

/** What becomes of one container, and the events that the kubelet writes about it. */
export interface ContainerStep {
  readonly status: JsonObject;
  readonly events: readonly Change[];
}

/** What the steps of a container look at. */
export type View = Snapshot & { readonly runtime: Runtime };

/**
 * Pull the image and start the container. A broken image leaves it waiting in ErrImagePull, an environment that cannot be
 * made in CreateContainerConfigError, a command that is not there in RunContainerError.
 */
export function startContainer(
  snapshot: View,
  pod: KubeObject,
  container: JsonObject,
  status: JsonObject,
): ContainerStep {
  const image: string = container.image;
  const say = kubelet(pod, container);
  const problem = pullError(image);
  if (problem !== undefined) {
    return {
      status: { ...status, image, state: { waiting: { reason: "ErrImagePull", message: problem } } },
      events: [
        say("Normal", "Pulling", `Pulling image "${image}"`),
        say("Warning", "Failed", `Failed to pull image "${image}": ${problem}`),
        say("Warning", "Failed", "Error: ErrImagePull"),
      ],
    };
  }
  const before = pulled(snapshot, container, say);
  const missing = configError(pod, container, snapshot);
  if (missing !== undefined) {
    return {
      status: { ...status, state: { waiting: { reason: "CreateContainerConfigError", message: missing } } },
      events: [...before, say("Warning", "Failed", `Error: ${missing}`)],
    };
  }
  const running = runningStatus(snapshot.now, pod, container, status);
  const why = snapshot.runtime.startError(pod, container);
  const created = [...before, say("Normal", "Created", "Container created")];
  if (why === undefined)
    return { status: running, events: [...created, say("Normal", "Started", "Container started")] };
  return {
    status: notStarted(snapshot.now, pod, container, running, why),
    events: [...created, say("Warning", "Failed", `Error: ${why}`)],
  };
}

/** The runtime refused to start it: 128, as containerd says of a container that was made and never ran. */
function notStarted(now: number, pod: KubeObject, container: JsonObject, status: JsonObject, why: string): JsonObject {
  const terminated = {
    exitCode: 128,
    reason: "StartError",
    message: why,
    startedAt: "1970-01-01T00:00:00Z",
    finishedAt: timestamp(now),
    containerID: status.containerID,
  };
  const over = { ...status, ready: false, started: false };
  if (!restarts(pod, container, 128)) return { ...over, state: { terminated } };
  return { ...over, state: { waiting: { reason: "RunContainerError", message: why } }, lastState: { terminated } };
}

/** ErrImagePull becomes ImagePullBackOff. */
export function backOff(pod: KubeObject, container: JsonObject, status: JsonObject): ContainerStep {
  const say = kubelet(pod, container);
  const image: string = container.image;
  const message = `Back-off pulling image "${image}": ErrImagePull: ${status.state.waiting.message}`;
  return {
    status: { ...status, state: { waiting: { reason: "ImagePullBackOff", message } } },
    events: [
      say("Normal", "BackOff", `Back-off pulling image "${image}"`),
      say("Warning", "Failed", "Error: ImagePullBackOff"),
    ],
  };
}

/** How a container's process ended. `reason` is the runtime's, where it is not told by the code. */
export interface Ending {
  readonly exitCode: number;
  readonly reason?: string;
}

/** The container's process has ended. */
export function endedContainer(now: number, status: JsonObject, { exitCode, reason }: Ending): JsonObject {
  const startedAt = status.state.running.startedAt;
  const terminated = {
    exitCode,
    reason: reason ?? (exitCode === 0 ? "Completed" : "Error"),
    startedAt,
    finishedAt: timestamp(now),
    containerID: status.containerID,
  };
  return { ...status, state: { terminated }, ready: false, started: false };
}

/** The kubelet ends a container; `message` says why, where it is not that the pod goes. */
export function killing(pod: KubeObject, container: JsonObject, message?: string): Change {
  return kubelet(pod, container)("Normal", "Killing", message ?? `Stopping container ${container.name}`);
}

/** How a container ends that is told to: servers say goodbye, a command without a handler for the signal has to be killed. */
export function toldToEnd(container: JsonObject): Ending {
  return { exitCode: container.command === undefined ? 0 : 137 };
}

function runningStatus(now: number, pod: KubeObject, container: JsonObject, status: JsonObject): JsonObject {
  const requests = container.resources?.requests;
  return {
    ...status,
    state: { running: { startedAt: timestamp(now) } },
    ready: container.readinessProbe === undefined && container.startupProbe === undefined,
    started: container.startupProbe === undefined,
    image: fullImageName(container.image),
    imageID: imageId(container.image),
    containerID: `containerd://${hex(`${pod.metadata.uid}/${container.name}/${status.restartCount}`, 64)}`,
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: container.resources ?? {},
    ...(container.volumeMounts === undefined ? {} : { volumeMounts: container.volumeMounts.map(mountStatus) }),
  };
}

function mountStatus(mount: JsonObject): JsonObject {
  const readOnly = mount.readOnly === true ? { readOnly: true, recursiveReadOnly: "Disabled" } : {};
  return { name: mount.name, mountPath: mount.mountPath, ...readOnly };
}

type Say = (type: "Normal" | "Warning", reason: string, message: string) => Change;

function pulled(snapshot: Snapshot, container: JsonObject, say: Say): readonly Change[] {
  const image: string = container.image;
  if (container.imagePullPolicy !== "Always" && isPresent(snapshot, image)) {
    return [
      say("Normal", "Pulled", `Container image "${image}" already present on machine and can be accessed by the pod`),
    ];
  }
  const size = imageSize(image);
  const took = `${(0.4 + size / 150_000_000).toFixed(3)}s`;
  return [
    say("Normal", "Pulling", `Pulling image "${image}"`),
    say(
      "Normal",
      "Pulled",
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`,
    ),
  ];
}

/** kind's node image brings the system's images along; any other is there once a container has run it. */
function isPresent(snapshot: Snapshot, image: string): boolean {
  if (/^(registry\.k8s\.io|docker\.io\/kindest)\//.test(image)) return true;
  const full = fullImageName(image);
  return snapshot
    .list("/pods")
    .some((pod) => allStatuses(pod).some((status) => status.image === full && status.imageID !== ""));
}

/** The kubelet's voice about one container. */
export function kubelet(pod: KubeObject, container: JsonObject): Say {
  const isIn = (list: string): boolean =>
    ((pod.spec?.[list] ?? []) as JsonObject[]).some((one) => one.name === container.name);
  const list = ["initContainers", "ephemeralContainers"].find(isIn) ?? "containers";
  return (type, reason, message) => ({
    kind: "event",
    about: pod,
    type,
    reason,
    message,
    component: "kubelet",
    fieldPath: `spec.${list}{${container.name}}`,
  });
}
