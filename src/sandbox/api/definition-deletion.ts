import type { Kind } from "../kinds/index.ts";
import { formatTime, type KubeObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";
import { CLEANUP_FINALIZER, terminating } from "./definition-status.ts";
import { DEFINITIONS } from "./served-kinds.ts";
import { methodNotAllowed } from "./status.ts";

/** 405 for a new object of a definition that is going. */
export function checkDefinition(store: Store, { custom }: Kind): void {
  const definition = custom && store.get(DEFINITIONS, undefined, custom.definedBy);
  if (!definition?.metadata.deletionTimestamp) return;
  throw methodNotAllowed("create not allowed while custom resource definition is terminating");
}

/** Marks a definition as terminating, held until its objects are gone. */
export function markDefinition(store: Store, old: KubeObject, now: number): KubeObject {
  const { finalizers = [], deletionTimestamp = formatTime(now) } = old.metadata;
  const held = finalizers.includes(CLEANUP_FINALIZER) ? finalizers : [...finalizers, CLEANUP_FINALIZER];
  const metadata = { ...old.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0, finalizers: held };
  return store.update(DEFINITIONS, terminating({ ...old, metadata }, now));
}

/** Lets a terminating definition go once the last of its objects has. */
export function releaseDefinition(store: Store, name: string): void {
  const definition = store.get(DEFINITIONS, undefined, name);
  if (!definition?.metadata.deletionTimestamp) return;
  const resource = resourceKey({ group: definition.spec?.group, plural: definition.spec?.names?.plural });
  if (store.list(resource).length > 0) return;
  const before = definition.metadata.finalizers ?? [];
  const finalizers = before.filter((one) => one !== CLEANUP_FINALIZER);
  if (finalizers.length === 0) store.remove(DEFINITIONS, undefined, name);
  else if (finalizers.length < before.length)
    store.update(DEFINITIONS, { ...definition, metadata: { ...definition.metadata, finalizers } });
}
