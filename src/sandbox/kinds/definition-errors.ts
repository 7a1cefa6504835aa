import type { JsonObject, KubeObject } from "../objects/index.ts";
import { forbiddenField, immutable, invalidValue, notSupported, required } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { listOf } from "./pod-status.ts";

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const PROTECTED = /(^|\.)(k8s|kubernetes)\.io$/;
const APPROVAL = "api-approved.kubernetes.io";
const TYPES = ["boolean", "date", "integer", "number", "string"];

/** What is wrong with a CustomResourceDefinition, in upstream's words. */
export function definitionErrors(object: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const { metadata, spec = {} } = object;
  const { names = {}, versions = [] } = spec as JsonObject;
  const expected = `${names.plural}.${spec.group}`;
  const detail = 'must be spec.names.plural+"."+spec.group';
  const isEstablished = listOf(old?.status?.conditions).some(
    ({ type, status }) => type === "Established" && status === "True",
  );
  return [
    ...(metadata.name === expected ? [] : [invalidValue("metadata.name", metadata.name, detail)]),
    ...approvalErrors(object),
    ...(["Cluster", "Namespaced"].includes(spec.scope)
      ? []
      : [spec.scope ? notSupported("spec.scope", spec.scope, ["Cluster", "Namespaced"]) : required("spec.scope")]),
    ...(old && isEstablished ? immutable("spec.scope", spec.scope, old.spec?.scope) : []),
    ...(old && isEstablished ? immutable("spec.names.kind", names.kind, old.spec?.names?.kind) : []),
    ...(spec.preserveUnknownFields === true ? [invalidValue("spec.preserveUnknownFields", true, "must be false")] : []),
    ...versionsErrors(versions, names),
    ...storedErrors(object, versions),
  ];
}

function approvalErrors({ metadata, spec }: KubeObject): FieldError[] {
  if (!PROTECTED.test(String(spec?.group ?? "")) || metadata.annotations?.[APPROVAL]) return [];
  const rule = "protected groups must have approval annotation";
  const see = `"${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [required(`metadata.annotations[${APPROVAL}]`, `${rule} ${see}`)];
}

function versionsErrors(versions: readonly JsonObject[], names: JsonObject): FieldError[] {
  const storage = versions.filter((version) => version.storage === true);
  const kinds = ["plural", "singular"].flatMap((field) =>
    names[field] === undefined || DNS_LABEL.test(names[field])
      ? []
      : [invalidValue(`spec.names.${field}`, names[field], "must be a lowercase RFC 1123 label")],
  );
  return [
    ...kinds,
    ...(versions.length === 0 ? [required("spec.versions")] : []),
    ...(versions.length > 0 && storage.length !== 1
      ? [invalidValue("spec.versions", null, "must have exactly one version marked as storage version")]
      : []),
    ...versions.flatMap((version, index) => versionErrors(version, `spec.versions[${index}]`)),
  ];
}

function versionErrors({ name, schema, additionalPrinterColumns }: JsonObject, path: string): FieldError[] {
  const root = schema?.openAPIV3Schema;
  const at = `${path}.schema.openAPIV3Schema`;
  return [
    ...(DNS_LABEL.test(String(name ?? "")) ? [] : [invalidValue(`${path}.name`, name, "must be a DNS-1035 label")]),
    ...(root ? [] : [required(at, "schemas are required")]),
    ...(root && root.type !== "object"
      ? [
          root.type
            ? invalidValue(`${at}.type`, root.type, "must be object at the root")
            : required(`${at}.type`, "must not be empty at the root"),
        ]
      : []),
    ...(root ? structuralErrors(root, at) : []),
    ...listOf(additionalPrinterColumns).flatMap(({ type }, index) =>
      TYPES.includes(String(type))
        ? []
        : [notSupported(`${path}.additionalPrinterColumns[${index}].type`, type, TYPES)],
    ),
  ];
}

/** Every property and item must say its type, or that it takes anything. */
function structuralErrors(schema: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const visit = (one: JsonObject, at: string): void => {
    const isOpen = one["x-kubernetes-int-or-string"] === true || one["x-kubernetes-preserve-unknown-fields"] === true;
    if (!one.type && !isOpen) errors.push(required(`${at}.type`, "must not be empty for specified object fields"));
    if (one.type === "array" && !one.items) errors.push(required(`${at}.items`, "must be specified"));
    if (one.properties && typeof one.additionalProperties === "object")
      errors.push(
        forbiddenField(`${at}.additionalProperties`, "additionalProperties and properties are mutual exclusive"),
      );
    below(one, at);
  };
  const below = (one: JsonObject, at: string): void => {
    for (const [key, property] of Object.entries<JsonObject>(one.properties ?? {}))
      visit(property, `${at}.properties[${key}]`);
    if (one.items) visit(one.items, `${at}.items`);
    if (typeof one.additionalProperties === "object") visit(one.additionalProperties, `${at}.additionalProperties`);
  };
  below(schema, path);
  return errors;
}

/** A version that objects were stored in cannot go before they are. */
function storedErrors({ status }: KubeObject, versions: readonly JsonObject[]): FieldError[] {
  const stored: readonly string[] = status?.storedVersions ?? [];
  const known = new Set(versions.map(({ name }) => name));
  return stored.flatMap((name, index) =>
    known.has(name) ? [] : [invalidValue(`status.storedVersions[${index}]`, name, "missing from spec.versions")],
  );
}
