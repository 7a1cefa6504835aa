import type { JsonObject, KubeObject } from "../objects/index.ts";
import { completeContainer } from "./containers.ts";
import { containersOf, podStatus } from "./pod-status.ts";

/** A pod's status once one of its containers has ended with a code; undefined when that container does not run. */
export function endContainer(pod: KubeObject, name: string, exitCode: number, now: number): JsonObject | undefined {
  const { init, main } = containersOf(pod);
  if (!main.some((status) => status.name === name && status.state?.running !== undefined)) return undefined;
  const end = (status: JsonObject): JsonObject => {
    if (status.name !== name) return status;
    const ended = completeContainer(now, status);
    const reason = exitCode === 0 ? "Completed" : "Error";
    return { ...ended, state: { terminated: { ...ended.state.terminated, exitCode, reason } } };
  };
  const { hostIP, hostIPs, podIP, podIPs } = pod.status ?? {};
  return podStatus(pod, { init, main: main.map(end) }, now, { hostIP, hostIPs, podIP, podIPs });
}
