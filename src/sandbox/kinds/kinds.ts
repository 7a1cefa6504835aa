import { BEHAVIOURS } from "./behaviours.ts";
import { AGE, NAME } from "./column.ts";
import type { Kind } from "./kind.ts";
import { RESOURCES, type Resource } from "./resources.ts";
import { commonStrategy } from "./strategy.ts";

/** Every kind that is served, by group, version and plural. */
export const KINDS: readonly Kind[] = RESOURCES.map(withBehaviour);

const byPlural = new Map(KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));
const byKind = new Map(KINDS.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]));

/** The kind behind a resource path; undefined when it is not served. */
export function findKind(group: string, version: string, plural: string): Kind | undefined {
  return byPlural.get(`${group}/${version}/${plural}`);
}

/** The kind that an object names by its `apiVersion` and `kind`; undefined when it is not served. */
export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  return byKind.get(`${apiVersion}/${kind}`);
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<Kind, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

function withBehaviour(resource: Resource): Kind {
  const { group, version, plural } = resource;
  const behaviour = BEHAVIOURS[`${group}/${version}/${plural}`] ?? BEHAVIOURS[`${group}/${plural}`] ?? {};
  return {
    ...resource,
    columns: behaviour.columns ?? [NAME, AGE],
    strategy: commonStrategy(resource, behaviour.strategy),
  };
}
