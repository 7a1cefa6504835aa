import type { KubeObject } from "../objects/index.ts";
import type { User } from "./auth/user.ts";
import type { FieldValidation } from "./field-validation.ts";

/** What a write may ask for beside its body. */
export interface WriteOptions {
  /** Default: Warn. */
  readonly fieldValidation?: FieldValidation;
  /** Do everything but store. */
  readonly dryRun?: boolean;
  /** Who owns the fields that this write changes. Default: the controllers. */
  readonly fieldManager?: string;
  /** Apply alone: take over what others own. */
  readonly force?: boolean;
  /** Who asks; nobody for what is in this process. */
  readonly user?: User;
  /** The subresource that was written through, as it stands in `managedFields`. */
  readonly subresource?: string;
  /** The object says already whose its fields are. */
  readonly isOwned?: boolean;
  /** Keep the status of a created object: for seeding a cluster, never for clients. */
  readonly keepStatus?: boolean;
}

/** What was stored, and the warnings that go into `Warning` headers. */
export interface Written {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

export type PatchKind = "strategic" | "merge" | "json" | "apply";

export interface DeleteOptions {
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  /** Seconds; undefined: the kind's own. */
  readonly gracePeriodSeconds?: number;
  /** Who asks; nobody for what is in this process. */
  readonly user?: User;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** `removed` is false while the object terminates: finalizers, a pod's grace, a namespace that empties. */
export interface Deleted {
  readonly object: KubeObject;
  readonly removed: boolean;
}
