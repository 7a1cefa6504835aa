import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Snapshot } from "./controller.ts";

export interface MissingVolume {
  readonly volume: string;
  readonly kind: "configmap" | "secret";
  readonly name: string;
}

/** The first volume whose ConfigMap or Secret does not exist: the pod stays in ContainerCreating until it does. */
export function missingVolume(pod: KubeObject, snapshot: Snapshot): MissingVolume | undefined {
  for (const volume of pod.spec?.volumes ?? []) {
    for (const [kind, resource, source, name] of sources(volume)) {
      if (source.optional === true || name === undefined) continue;
      if (snapshot.get(resource, pod.metadata.namespace, name) === undefined)
        return { volume: volume.name, kind, name };
    }
  }
  return undefined;
}

type Source = readonly ["configmap" | "secret", string, JsonObject, string | undefined];

function sources(volume: JsonObject): readonly Source[] {
  const found: Source[] = [];
  const add = (source: JsonObject): void => {
    if (source.configMap) found.push(["configmap", "/configmaps", source.configMap, source.configMap.name]);
    const secret = source.secret;
    if (secret) found.push(["secret", "/secrets", secret, secret.secretName ?? secret.name]);
  };
  add(volume);
  for (const part of volume.projected?.sources ?? []) add(part);
  return found;
}
