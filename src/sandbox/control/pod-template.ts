import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Snapshot } from "./controller.ts";
import { suffix } from "./hash.ts";
import { controllerReference, uidOf } from "./owner.ts";

/** A pod made from an owner's template, with a generated name. `index` tells pods of one reconcile apart. */
export function podFromTemplate(
  snapshot: Snapshot,
  owner: KubeObject,
  template: JsonObject,
  index: number,
): KubeObject {
  const base = `${owner.metadata.name}-`;
  return podNamed(owner, template, freeName(snapshot, owner, base, index));
}

/** A pod made from an owner's template, with a fixed name (StatefulSet). */
export function podNamed(owner: KubeObject, template: JsonObject, name: string): KubeObject {
  const { labels, annotations } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(name.startsWith(`${owner.metadata.name}-`) && owner.kind !== "StatefulSet"
        ? { generateName: `${owner.metadata.name}-` }
        : {}),
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
  };
}

/** A name that is not taken, the same for the same state: controllers stay pure, conflicts cannot repeat. */
function freeName(snapshot: Snapshot, owner: KubeObject, base: string, index: number): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = base + suffix(`${uidOf(owner)}/${owner.metadata.resourceVersion}/${snapshot.now}/${index}/${attempt}`);
    if (snapshot.get("/pods", owner.metadata.namespace, name) === undefined) return name;
  }
}
