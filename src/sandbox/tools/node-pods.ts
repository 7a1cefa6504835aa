import { createHash } from "node:crypto";
import type { NodeInfo, ToolContext } from "./tool.ts";

/** A pod as the API gives it: the fields that a look at its node needs. */
export interface NodePod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly creationTimestamp: string;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly startTime?: string;
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface Ended {
  readonly startedAt: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly state?: { readonly running?: Ended; readonly terminated?: Ended };
  readonly lastState?: { readonly terminated?: Ended };
}

/** A container of a node: one that has run. */
export interface NodeContainer {
  readonly pod: NodePod;
  readonly name: string;
  readonly id: string;
  readonly image: string;
  /** The first 13 digits of its image's digest, as crictl shows it. */
  readonly imageId: string;
  readonly isRunning: boolean;
  readonly startedAt: string;
  readonly attempt: number;
  /** Whether the run before this one has left a log. */
  readonly hasPrevious: boolean;
}

/** The pods of a node, from the API: the newest first. */
export async function podsOf(context: ToolContext, { name }: NodeInfo): Promise<readonly NodePod[]> {
  const query = new URLSearchParams({ fieldSelector: `spec.nodeName=${name}` });
  const { items } = JSON.parse(await context.get(`/api/v1/pods?${query}`)) as { items: readonly NodePod[] };
  return [...items].sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp));
}

/** What has run in pods: the present run of each container, or its last one. */
export function containersOf(pods: readonly NodePod[]): readonly NodeContainer[] {
  return pods.flatMap((pod) => {
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
    return [...containerStatuses, ...initContainerStatuses].flatMap((status) => {
      const run = status.state?.running ?? status.state?.terminated ?? status.lastState?.terminated;
      if (run === undefined || status.containerID === undefined) return [];
      return {
        pod,
        name: status.name,
        id: status.containerID.replace(/^.*:\/\//, ""),
        image: status.image,
        imageId: /sha256:([0-9a-f]{13})/.exec(status.imageID)?.[1] ?? "",
        isRunning: status.state?.running !== undefined,
        startedAt: run.startedAt,
        attempt: status.restartCount,
        hasPrevious: status.restartCount > 0 && status.lastState?.terminated !== undefined,
      };
    });
  });
}

/** 64 digits that follow from the pod: the id of its sandbox, which the API does not tell. */
export function sandboxId({ metadata }: NodePod): string {
  return createHash("sha256").update(`sandbox of ${metadata.uid}`).digest("hex");
}

/** A container's log as text: of its present run, or the one before. `timestamps` as the API writes them. */
export function logOf(
  context: ToolContext,
  { pod, name }: NodeContainer,
  options: { readonly previous?: boolean; readonly timestamps?: boolean; readonly tailLines?: number },
): Promise<string> {
  const query = new URLSearchParams({ container: name });
  for (const [key, value] of Object.entries(options)) query.set(key, String(value));
  const { namespace, name: podName } = pod.metadata;
  return context.get(`/api/v1/namespaces/${namespace}/pods/${podName}/log?${query}`);
}
