/** The part of an OpenAPI schema that a strategic merge patch reads. */
export interface PatchSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, PatchSchema>>;
  readonly items?: PatchSchema;
  readonly additionalProperties?: PatchSchema | boolean;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
}

/** Finds what `$ref` names, e.g. `#/definitions/io.k8s.api.core.v1.PodSpec`. */
export type ResolveRef = (ref: string) => PatchSchema | undefined;

/** How one field is patched, and what is below it. */
export interface FieldRule {
  readonly merges: boolean;
  readonly replaces: boolean;
  readonly mergeKey: string | undefined;
  /** The schema of the field's own value, of its items for a list. */
  readonly schema: PatchSchema | undefined;
}

/** The rule for `field` of an object with this schema; without a schema, objects merge and lists are replaced. */
export function fieldRule(schema: PatchSchema | undefined, field: string, resolve: ResolveRef): FieldRule {
  const own = schema?.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined;
  const extra = typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;
  const property = own ?? extra;
  const strategy = property?.["x-kubernetes-patch-strategy"]?.split(",") ?? [];
  const value = follow(property, resolve);
  return {
    merges: strategy.includes("merge"),
    replaces: strategy.includes("replace"),
    mergeKey: property?.["x-kubernetes-patch-merge-key"],
    schema: value?.items ? follow(value.items, resolve) : value,
  };
}

/** The schema itself, or what its `$ref` names. */
export function follow(schema: PatchSchema | undefined, resolve: ResolveRef): PatchSchema | undefined {
  return schema?.$ref === undefined ? schema : resolve(schema.$ref);
}
