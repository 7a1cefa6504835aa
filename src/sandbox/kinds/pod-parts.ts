import { deepCopy, deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import { duplicate, forbiddenField, invalidValue, notFoundValue, required } from "./field-errors.ts";
import type { FieldError, PartStrategy } from "./kind.ts";
import { qosClass } from "./pod-admission.ts";
import { containerErrors, duplicateNames } from "./pod-spec-errors.ts";
import { listOf } from "./pod-status.ts";

/** What an ephemeral container cannot have, in upstream's order: it is there to look, nothing depends on it. */
const NOT_EPHEMERAL = ["ports", "resources", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const;
const MIRROR = "kubernetes.io/config.mirror";
const RESIZABLE = new Set(["cpu", "memory"]);

/** `kubectl debug`: containers that are added to a running pod, and stay as long as it does. */
export const ephemeralContainers: PartStrategy = {
  take: (next, from) => {
    const list = from.spec?.ephemeralContainers;
    const { ephemeralContainers: _, ...spec } = next.spec ?? {};
    next.spec = { ...spec, ...(list && { ephemeralContainers: deepCopy(list) }) };
  },
  validate: (next, old) => {
    const path = "spec.ephemeralContainers";
    if (next.metadata.annotations?.[MIRROR] !== undefined) {
      return [forbiddenField("", "static pods do not support ephemeral containers")];
    }
    const list = listOf(next.spec?.ephemeralContainers);
    return [...ephemeralErrors(next.spec ?? {}, list, path), ...keptErrors(list, old, path)];
  },
};

function ephemeralErrors(spec: JsonObject, list: readonly JsonObject[], path: string): FieldError[] {
  const names = [...listOf(spec.initContainers), ...listOf(spec.containers)].map(({ name }) => name);
  return [
    ...containerErrors(list, path, new Set(listOf(spec.volumes).map(({ name }) => name))),
    ...list.flatMap(({ name }, index) => (names.includes(name) ? [duplicate(`${path}[${index}].name`, name)] : [])),
    ...duplicateNames(list, path),
    ...list.flatMap((container, index) => {
      const { targetContainerName: target } = container;
      const extra = NOT_EPHEMERAL.filter((field) => Object.keys(container[field] ?? {}).length > 0);
      return [
        ...(target && !names.includes(target) ? [notFoundValue(`${path}[${index}].targetContainerName`, target)] : []),
        ...extra.map((field) =>
          forbiddenField(`${path}[${index}].${field}`, "cannot be set for an Ephemeral Container"),
        ),
      ];
    }),
  ];
}

/** Those that are there stay as they are. */
function keptErrors(list: readonly JsonObject[], old: KubeObject, path: string): FieldError[] {
  return listOf(old.spec?.ephemeralContainers).flatMap((before) => {
    const after = list.find(({ name }) => name === before.name);
    if (after && deepEqual(after, before)) return [];
    const what = after ? "changed" : "removed";
    return [forbiddenField(path, `existing ephemeral containers ${JSON.stringify(before.name)} may not be ${what}\n`)];
  });
}

/** `kubectl edit --subresource=resize`: the resources of a running pod's containers. */
export const resize: PartStrategy = {
  take: (next, from) => {
    for (const list of ["containers", "initContainers"] as const) {
      for (const container of listOf(next.spec?.[list])) {
        const wanted = listOf(from.spec?.[list]).find(({ name }) => name === container.name);
        if (!wanted) continue;
        for (const field of ["resources", "resizePolicy"] as const) {
          if (wanted[field] === undefined) delete container[field];
          else container[field] = deepCopy(wanted[field]);
        }
      }
    }
  },
  validate: (next, old) => [
    ...(qosClass(next.spec ?? {}) === qosClass(old.spec ?? {})
      ? []
      : [invalidValue("spec", old.status?.qosClass, "Pod QOS Class may not change as a result of resizing")]),
    ...(["initContainers", "containers"] as const).flatMap((list) =>
      listOf(next.spec?.[list]).flatMap((container, index) =>
        resizeErrors(container, listOf(old.spec?.[list])[index] ?? {}, {
          path: `spec.${list}[${index}]`,
          isResizable: list === "containers" || container.restartPolicy === "Always",
        }),
      ),
    ),
  ],
};

function resizeErrors(
  { resources: next = {}, name }: JsonObject,
  { resources: old = {} }: JsonObject,
  { path, isResizable }: { readonly path: string; readonly isResizable: boolean },
): FieldError[] {
  if (deepEqual(next, old)) return [];
  if (name === undefined) return [required(`${path}.name`)];
  if (!isResizable) return [forbiddenField("spec", "resources for non-sidecar init containers are immutable")];
  const rest = ({ limits, requests, ...others }: JsonObject): JsonObject => ({
    ...others,
    limits: without(limits),
    requests: without(requests),
  });
  return [
    ...(deepEqual(rest(next), rest(old)) ? [] : [forbiddenField("spec", "only cpu and memory resources are mutable")]),
    ...(["limits", "requests"] as const).flatMap((part) =>
      Object.keys(old[part] ?? {}).some((amount) => RESIZABLE.has(amount) && next[part]?.[amount] === undefined)
        ? [forbiddenField(`${path}.resources.${part}`, `resource ${part} cannot be removed`)]
        : [],
    ),
  ];
}

function without(amounts: JsonObject = {}): JsonObject {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => !RESIZABLE.has(name)));
}
