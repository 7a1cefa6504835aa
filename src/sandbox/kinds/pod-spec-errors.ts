import type { JsonObject } from "../objects/index.ts";
import { duplicate, invalidValue, notFoundValue, required } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { listOf } from "./pod-status.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/**
 * What is wrong with a PodSpec; `path` is where it stands, such as `spec.template.spec`. `claims` are the volumes that the pod
 * gets from outside of it: a stateful set's claims.
 */
export function podSpecErrors(spec: JsonObject, path: string, claims: readonly unknown[] = []): FieldError[] {
  const volumes = listOf(spec.volumes);
  const names = new Set([...volumes.map(({ name }) => name), ...claims]);
  const at = (list: string): string => `${path}.${list}`;
  return [
    ...duplicateNames(volumes, at("volumes")),
    ...(listOf(spec.containers).length === 0 ? [required(at("containers"))] : []),
    ...containerErrors(listOf(spec.initContainers), at("initContainers"), names),
    ...containerErrors(listOf(spec.containers), at("containers"), names),
    ...duplicateNames([...listOf(spec.initContainers), ...listOf(spec.containers)], at("containers")),
  ];
}

/** What is wrong with each of the containers in a list at `path`, in a pod with these volumes. */
export function containerErrors(
  containers: readonly JsonObject[],
  path: string,
  volumes: ReadonlySet<unknown>,
): FieldError[] {
  return containers.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    return [
      ...nameErrors(container.name, `${at}.name`),
      ...(container.image ? [] : [required(`${at}.image`)]),
      ...listOf(container.ports).flatMap((port, at2) =>
        portErrors(port.containerPort, `${at}.ports[${at2}].containerPort`),
      ),
      ...listOf(container.volumeMounts).flatMap(({ name }, mount) =>
        name === undefined || volumes.has(name) ? [] : [notFoundValue(`${at}.volumeMounts[${mount}].name`, name)],
      ),
    ];
  });
}

/** A missing name is the schema's finding. */
function nameErrors(name: unknown, path: string): FieldError[] {
  if (name === undefined) return [];
  if (name === "") return [required(path)];
  return LABEL.test(String(name)) ? [] : [invalidValue(path, name, LABEL_RULE)];
}

/** An error for what is no TCP port. */
export function portErrors(port: unknown, path: string): FieldError[] {
  if (port === undefined || port === 0) return [required(path)];
  return Number(port) >= 1 && Number(port) <= 65_535
    ? []
    : [invalidValue(path, port, "must be between 1 and 65535, inclusive")];
}

/** An error for each name that an earlier item of the list has. */
export function duplicateNames(items: readonly JsonObject[], path: string): FieldError[] {
  const seen = new Set<unknown>();
  return items.flatMap(({ name }, index) => {
    if (name === undefined || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [duplicate(`${path}[${index}].name`, name)];
  });
}
