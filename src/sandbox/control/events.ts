import type { KubeObject } from "../objects/index.ts";
import { timestamp } from "./conditions.ts";
import type { Change } from "./controller.ts";

type EventChange = Extract<Change, { kind: "event" }>;

/** Events that say the same about the same object are one, counted. */
export function eventKey(change: EventChange): string {
  const { about, type, reason, message, component, fieldPath } = change;
  return [about.metadata.uid ?? about.metadata.name, type, reason, message, component, fieldPath ?? ""].join("\n");
}

/**
 * The Event object for a change: a new one, or `before` counted once more. `now` in epoch ms; `sequence` grows with each
 * event, and stands in the name as upstream's nanoseconds do: events of one second list in the order in which they came.
 */
export function eventObject(
  change: EventChange,
  before: KubeObject | undefined,
  now: number,
  sequence: number,
): KubeObject {
  if (before !== undefined) {
    const { resourceVersion: _, ...metadata } = before.metadata;
    return { ...before, metadata, count: Number(before.count ?? 1) + 1, lastTimestamp: timestamp(now) };
  }
  const { about, type, reason, message, component, fieldPath } = change;
  const namespace = about.metadata.namespace ?? "default";
  const host = component === "kubelet" ? nodeOf(about) : undefined;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${about.metadata.name}.${nanoseconds(now, sequence)}`, namespace },
    involvedObject: {
      kind: about.kind,
      ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
      name: about.metadata.name,
      uid: about.metadata.uid,
      apiVersion: about.apiVersion,
      resourceVersion: about.metadata.resourceVersion,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    reason,
    message,
    source: { component, ...(host === undefined ? {} : { host }) },
    firstTimestamp: timestamp(now),
    lastTimestamp: timestamp(now),
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: host ?? "",
  };
}

function nodeOf(about: KubeObject): string | undefined {
  return about.kind === "Node" ? about.metadata.name : about.spec?.nodeName;
}

function nanoseconds(now: number, sequence: number): string {
  return (BigInt(now) * 1_000_000n + BigInt(sequence % 1_000_000)).toString(16);
}
