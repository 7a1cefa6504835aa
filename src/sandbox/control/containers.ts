import type { JsonObject, KubeObject } from "../objects/index.ts";
import { timestamp } from "./conditions.ts";
import type { Change, Snapshot } from "./controller.ts";
import { hex } from "./hash.ts";
import { fullImageName, imageId, imageSize, pullError } from "./images.ts";

/** What becomes of one container, and the events that the kubelet writes about it. */
export interface ContainerStep {
  readonly status: JsonObject;
  readonly events: readonly Change[];
}

/** Pull the image and start the container; a broken image leaves it waiting in ErrImagePull. */
export function startContainer(
  snapshot: Snapshot,
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
  return {
    status: runningStatus(snapshot.now, pod, container, status),
    events: [
      ...pulled(snapshot, container, say),
      say("Normal", "Created", "Container created"),
      say("Normal", "Started", "Container started"),
    ],
  };
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

/** The container ended by itself with exit code 0. */
export function completeContainer(now: number, status: JsonObject): JsonObject {
  const startedAt = status.state.running.startedAt;
  const terminated = {
    exitCode: 0,
    reason: "Completed",
    startedAt,
    finishedAt: timestamp(now),
    containerID: status.containerID,
  };
  return { ...status, state: { terminated }, ready: false, started: false };
}

export function killing(pod: KubeObject, container: JsonObject): Change {
  return kubelet(pod, container)("Normal", "Killing", `Stopping container ${container.name}`);
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
    .some((pod) =>
      [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].some(
        (status) => status.image === full && status.imageID !== "",
      ),
    );
}

function kubelet(pod: KubeObject, container: JsonObject): Say {
  const inits: readonly JsonObject[] = pod.spec?.initContainers ?? [];
  const list = inits.some((init) => init.name === container.name) ? "initContainers" : "containers";
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
