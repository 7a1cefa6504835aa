import type { Json, JsonObject, KubeObject } from "../objects/index.ts";
import { customColumns } from "./custom-columns.ts";
import { applyDefaults } from "./custom-fields.ts";
import { customRules } from "./custom-rules.ts";
import { type CustomSchema, wholeSchema } from "./custom-schema.ts";
import { validateCustom } from "./custom-validate.ts";
import { forbiddenField } from "./field-errors.ts";
import { findPath } from "./json-path.ts";
import type { FieldError, Kind, ScalePaths, Subresource } from "./kind.ts";
import { metadataErrors } from "./metadata-errors.ts";
import { withinTime } from "./time-limit.ts";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const SUB_VERBS = ["get", "patch", "update"];

/** The kinds that a CustomResourceDefinition brings, one a served version, in the order of preference. */
export function customKinds(definition: KubeObject): readonly Kind[] {
  const versions = (definition.spec?.versions ?? []) as JsonObject[];
  return versions
    .filter(({ served }) => served === true)
    .sort((a, b) => compareVersions(String(a.name), String(b.name)))
    .map((version) => customKind(definition, version));
}

/** The schema of a served version; undefined when there is none of that name. */
function customKind({ metadata, spec = {}, status }: KubeObject, version: JsonObject): Kind {
  const names: JsonObject = { ...spec.names, ...status?.acceptedNames };
  const group = String(spec.group);
  const schema = (version.schema?.openAPIV3Schema ?? {}) as CustomSchema;
  const whole = wholeSchema(schema);
  const rules = customRules(whole);
  const scale = version.subresources?.scale as ScalePaths | undefined;
  const hasStatus = version.subresources?.status !== undefined;
  const own = { group, version: String(version.name), kind: String(names.kind) };
  const status_: Record<string, Subresource> = hasStatus ? { status: { ...own, verbs: SUB_VERBS } } : {};
  const scale_: Record<string, Subresource> = scale
    ? { scale: { group: "autoscaling", version: "v1", kind: "Scale", verbs: SUB_VERBS } }
    : {};
  const bySchema = (object: KubeObject): FieldError[] => validateCustom(whole, object as unknown as Json, "");
  return {
    ...own,
    plural: String(names.plural),
    singular: String(names.singular ?? own.kind.toLowerCase()),
    namespaced: spec.scope === "Namespaced",
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: VERBS,
    subresources: { ...status_, ...scale_ },
    definition: undefined,
    custom: {
      definedBy: metadata.name,
      schema: whole,
      scale,
      hasRules: rules.hasRules,
      ...(version.deprecated === true && {
        deprecation: String(version.deprecationWarning ?? `${group}/${own.version} ${own.kind} is deprecated`),
      }),
    },
    columns: customColumns(version.additionalPrinterColumns),
    strategy: {
      defaults: (object) => applyDefaults(whole, object as unknown as Json),
      validate: (object, old) => {
        const errors = metadataErrors(object);
        if (errors.length > 0) return [...errors, ...(withinTime(() => bySchema(object)) ?? [tooCostly()])];
        return (
          withinTime(() => {
            const found = bySchema(object);
            // Rules may read fields only where the schema holds.
            return found.length > 0 ? found : rules.errors(object, old);
          }) ?? [tooCostly()]
        );
      },
      fieldLabels: selectable(version.selectableFields),
    },
  };
}

/** Upstream counts what rules cost; here it is time, and patterns are counted in. */
function tooCostly(): FieldError {
  const why = "validation failed due to running out of cost budget, no further validation rules will be run";
  return forbiddenField("<nil>", why);
}

function selectable(fields: readonly JsonObject[] = []): Readonly<Record<string, (object: KubeObject) => string>> {
  return Object.fromEntries(
    fields.map(({ jsonPath }) => [
      String(jsonPath).replace(/^\./, ""),
      (object: KubeObject) => String(findPath(String(jsonPath), object as unknown as Json)[0] ?? ""),
    ]),
  );
}

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

/** Kubernetes' order of versions, the preferred first: v2, v1, v1beta1, v1alpha3, then others by name. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [VERSION.exec(a), VERSION.exec(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : 1;
  const rank = ([, major, stage, minor]: RegExpExecArray): number[] => [
    stage === undefined ? 2 : (STAGES[stage] ?? 0),
    Number(major),
    Number(minor ?? 0),
  ];
  const [x, y] = [rank(left), rank(right)];
  const at = x.findIndex((part, index) => part !== y[index]);
  return at < 0 ? 0 : (y[at] ?? 0) - (x[at] ?? 0);
}
