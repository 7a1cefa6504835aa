import { deepCopy, type KubeObject } from "../objects/index.ts";
import { canonicalise } from "./canonicalise.ts";
import type { FieldError, Strategy } from "./kind.ts";
import { metadataErrors } from "./metadata-errors.ts";
import type { Resource } from "./resources.ts";
import { schemaErrors } from "./schema-errors.ts";

/** Kinds that bring their own status when they are created: upstream's kubelet registers its node in one piece. */
const STATUS_ON_CREATE = new Set(["/nodes"]);

/** A kind's own hooks with what all kinds have in common around them. */
export function commonStrategy(resource: Resource, own: Strategy = {}): Strategy {
  const { definition, group, plural, subresources } = resource;
  const hasStatus = subresources.status !== undefined;
  const dropsStatus = hasStatus && !STATUS_ON_CREATE.has(`${group}/${plural}`);
  return {
    ...own,
    // Upstream reads every write into typed values and prints them anew, so canonical forms come before a kind's defaults.
    defaults: (object) => {
      if (definition !== undefined) canonicalise(definition, object);
      own.defaults?.(object);
    },
    prepareCreate: (object, ctx) => {
      if (dropsStatus) delete object.status;
      own.prepareCreate?.(object, ctx);
    },
    prepareUpdate: (next, old) => {
      if (hasStatus) keepStatus(next, old);
      own.prepareUpdate?.(next, old);
    },
    validate: (object, old) =>
      withoutRepeats([
        ...metadataErrors(object),
        ...(definition === undefined ? [] : schemaErrors(definition, object)),
        ...(own.validate?.(object, old) ?? []),
      ]),
  };
}

/** Only the subresource `status` changes the status. */
function keepStatus(next: KubeObject, old: KubeObject): void {
  if (old.status === undefined) delete next.status;
  else next.status = deepCopy(old.status);
}

/** The schema and a kind's own rules may find the same fault. */
function withoutRepeats(errors: readonly FieldError[]): FieldError[] {
  return errors.filter(
    ({ field, type }, index) => errors.findIndex((other) => other.field === field && other.type === type) === index,
  );
}
