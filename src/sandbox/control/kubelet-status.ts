import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Change, Snapshot } from "./controller.ts";
import { type Containers, podStatus } from "./pod-status.ts";

/** What a report of the kubelet looks at. */
type Seen = Pick<Snapshot, "now" | "get" | "list">;

/** The kubelet's report of a pod whose containers are now as given. */
export function withContainers(pod: KubeObject, snapshot: Seen, containers: Containers): Change {
  const begun = [...containers.init, ...containers.main].some((status) => status.imageID !== "");
  return statusOf(pod, podStatus(pod, containers, snapshot.now, addresses(pod, snapshot, begun)));
}

function addresses(pod: KubeObject, snapshot: Seen, begun: boolean): JsonObject {
  const node = snapshot.get("/nodes", undefined, pod.spec?.nodeName ?? "");
  const hostIP: string =
    node?.status?.addresses?.find((address: JsonObject) => address.type === "InternalIP")?.address ?? "";
  const host = { hostIP, hostIPs: [{ ip: hostIP }] };
  if (!begun) return host;
  const podIP = pod.status?.podIP ?? (pod.spec?.hostNetwork === true ? hostIP : freeAddress(snapshot, node));
  return { ...host, podIP, podIPs: [{ ip: podIP }] };
}

/** The next address of the node's range, a /24: one past the highest in use, else the lowest free one. */
function freeAddress(snapshot: Seen, node: KubeObject | undefined): string {
  const prefix = String(node?.spec?.podCIDR ?? "10.244.0.0/24").replace(/\d+\/\d+$/, "");
  const addresses = snapshot.list("/pods").map((pod) => String(pod.status?.podIP ?? ""));
  const used = new Set(addresses.filter((ip) => ip.startsWith(prefix)).map((ip) => Number(ip.split(".")[3])));
  let highest = 1;
  for (const last of used) if (last > highest && last <= 254) highest = last;
  for (let step = 0; step < 253; step += 1) {
    const last = ((highest - 1 + step) % 253) + 2;
    if (!used.has(last)) return `${prefix}${last}`;
  }
  return `${prefix}254`;
}

/** A new status for a pod, as a change. */
export function statusOf(pod: KubeObject, status: JsonObject): Change {
  return {
    kind: "update-status",
    resource: "/pods",
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    status,
  };
}
