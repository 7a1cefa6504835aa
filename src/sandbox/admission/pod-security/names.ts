import type { JsonObject } from "../../objects/index.ts";

/** A container of any list of a pod, which all have their say. */
export function allContainers(spec: JsonObject): readonly JsonObject[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
}

/** `container "a"`, `containers "a", "b"`. */
export function named(word: string, items: readonly JsonObject[]): string {
  return `${word}${items.length === 1 ? "" : "s"} ${quoted(items.map(({ name }) => String(name)))}`;
}

export function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

/** The pod itself, where it does so, and the containers that do. */
export function setters(pod: boolean, containers: readonly JsonObject[]): readonly string[] {
  return [...(pod ? ["pod"] : []), ...(containers.length > 0 ? [named("container", containers)] : [])];
}
