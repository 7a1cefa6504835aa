import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { CustomSchema } from "./custom-schema.ts";

/** A resource that the API server serves. What kinds have in common is generated; the differences are hooks. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: Readonly<Record<string, Subresource>>;
  /** Key of its schema, e.g. `io.k8s.api.apps.v1.Deployment`; undefined for kinds without a schema. */
  readonly definition: string | undefined;
  /** For custom resources: what their CustomResourceDefinition says. */
  readonly custom?: CustomKind;
  /** Columns of `kubectl get`, in order; priority 1 shows with `-o wide` only. */
  readonly columns: readonly Column[];
  readonly strategy: Strategy;
}

/** Null prints as nothing. */
export type Cell = string | number | boolean | null;

/** How a custom resource is stored and checked. */
export interface CustomKind {
  /** The CustomResourceDefinition's name. */
  readonly definedBy: string;
  /** The whole object's schema, its metadata included. */
  readonly schema: CustomSchema;
  readonly scale: ScalePaths | undefined;
  /** Whether the schema has rules in CEL. */
  readonly hasRules: boolean;
  /** Said with every answer about this version. */
  readonly deprecation?: string;
}

/** Where a custom resource keeps what autoscaling/v1 Scale shows: JSON paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface Subresource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  readonly priority: 0 | 1;
  /** The cell; `now` in epoch milliseconds, for ages. */
  readonly cell: (object: KubeObject, now: number) => Cell;
}

/** What a kind does differently on writes. The order is fixed in one place (api/); hooks never see the store. */
export interface Strategy {
  /** Defaulting on every create, update and patch. Mutates the object that is handed in (a private copy). */
  readonly defaults?: (object: KubeObject) => void;
  /** On create, before webhooks: what upstream's admission plugins fill in. Runs again after a webhook's change. */
  readonly admitCreate?: (object: KubeObject, ctx: AdmissionContext) => void;
  /** On create, after admission: what create strategies fill in (phase, clusterIP from `ctx`...). */
  readonly prepareCreate?: (object: KubeObject, ctx: AdmissionContext) => void;
  /** On update: keep what a client may not change. */
  readonly prepareUpdate?: (next: KubeObject, old: KubeObject) => void;
  /** Field errors, all of them, as upstream words them. `old` is undefined on create. */
  readonly validate?: (object: KubeObject, old: KubeObject | undefined) => readonly FieldError[];
  /** Parts of an object that are written through a subresource of their own, by its name. */
  readonly parts?: Readonly<Record<string, PartStrategy>>;
  /** Labels of `--field-selector` beyond metadata.name and metadata.namespace. */
  readonly fieldLabels?: Readonly<Record<string, (object: KubeObject) => string>>;
  /** An object that another version of this kind has written, as this version says it. Returns a copy. */
  readonly fromOtherVersion?: (object: KubeObject) => KubeObject;
  /** Deleting waits (pods: grace period) instead of removing at once. */
  readonly gracefulDelete?: (object: KubeObject, options: JsonObject) => number;
}

/** One part of an object, written alone: everything else that a client sends there does not count. */
export interface PartStrategy {
  /** Gives `next`, a copy of what is stored, this part of what was sent. */
  readonly take: (next: KubeObject, from: KubeObject) => void;
  readonly validate: (next: KubeObject, old: KubeObject) => readonly FieldError[];
}

export interface FieldError {
  readonly type:
    | "FieldValueRequired"
    | "FieldValueInvalid"
    | "FieldValueForbidden"
    | "FieldValueNotSupported"
    | "FieldValueDuplicate"
    | "FieldValueNotFound"
    | "FieldValueTooLong"
    | "FieldValueTooMany"
    | "FieldValueTypeInvalid";
  readonly field: string;
  readonly message: string;
}

/** What a create may ask for: addresses, ports, random suffixes, the clock; all injected. */
export interface AdmissionContext {
  readonly now: number;
  readonly random: () => number;
  readonly allocateClusterIp: () => string;
  readonly allocateNodePort: () => number;
}
