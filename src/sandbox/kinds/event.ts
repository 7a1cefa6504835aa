import { ageOf, type JsonObject, type KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { column, NAME, numberColumn, wide } from "./column.ts";
import type { Strategy } from "./kind.ts";

/** Events have two faces: core/v1 names the object `involvedObject`, events.k8s.io/v1 `regarding`. */
const aboutOf = (event: KubeObject): JsonObject => (event.involvedObject ?? event.regarding ?? {}) as JsonObject;

const ABOUT_FIELDS = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

export const event: Behaviour = {
  columns: [
    column("Last Seen", lastSeen),
    column("Type", ({ type }) => String(type ?? "")),
    column("Reason", ({ reason }) => String(reason ?? "")),
    column("Object", about),
    wide(column("Subobject", (object) => aboutOf(object).fieldPath ?? "")),
    wide(column("Source", source)),
    column("Message", (object) => String(object.message ?? object.note ?? "").trim()),
    wide(column("First Seen", firstSeen)),
    wide(numberColumn("Count", count)),
    wide(NAME),
  ],
  strategy: {
    fieldLabels: {
      ...aboutLabels("involvedObject"),
      ...aboutLabels("regarding"),
      reason: ({ reason }) => String(reason ?? ""),
      reportingComponent: (object) => componentOf(object),
      source: (object) => sourceOf(object).component || componentOf(object),
      type: ({ type }) => String(type ?? ""),
    },
  },
};

function aboutLabels(prefix: string): NonNullable<Strategy["fieldLabels"]> {
  return Object.fromEntries(
    ABOUT_FIELDS.map((field) => [`${prefix}.${field}`, (object: KubeObject) => aboutOf(object)[field] ?? ""]),
  );
}

function sourceOf(object: KubeObject): JsonObject {
  return (object.source ?? object.deprecatedSource ?? {}) as JsonObject;
}

function componentOf(object: KubeObject): string {
  return String(object.reportingComponent ?? object.reportingController ?? "");
}

function source(object: KubeObject): string {
  const { component, host } = sourceOf(object);
  const [first, second] = component ? [component, host] : [componentOf(object), object.reportingInstance];
  return [first, second].filter(Boolean).join(", ");
}

function about(object: KubeObject): string {
  const { kind = "", name = "" } = aboutOf(object);
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

type Times = { readonly first: string | undefined; readonly last: string | undefined };

function timesOf(object: KubeObject): Times {
  const series = (object.series ?? {}) as JsonObject;
  const eventTime = object.eventTime as string | undefined;
  const first = (object.firstTimestamp ?? object.deprecatedFirstTimestamp ?? eventTime) as string | undefined;
  const last = (object.lastTimestamp ?? object.deprecatedLastTimestamp) as string | undefined;
  return { first, last: series.lastObservedTime ?? last ?? first };
}

function lastSeen(object: KubeObject, now: number): string {
  return ageOf(timesOf(object).last, now);
}

function firstSeen(object: KubeObject, now: number): string {
  return ageOf(timesOf(object).first, now);
}

function count(object: KubeObject): number {
  const series = (object.series ?? {}) as JsonObject;
  return Number(series.count ?? object.count ?? object.deprecatedCount ?? 1) || 1;
}
