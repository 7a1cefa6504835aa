import type { Json, JsonObject, KubeObject } from "../../objects/index.ts";
import { type PatchSchema, strategicMerge } from "../../patch/index.ts";

const list = (key: string, items: PatchSchema = {}): PatchSchema => ({
  items,
  "x-kubernetes-patch-strategy": "merge",
  "x-kubernetes-patch-merge-key": key,
});
const CONTAINER: PatchSchema = {
  properties: { env: list("name"), ports: list("containerPort"), volumeMounts: list("mountPath") },
};
/** The lists of a pod that are merged by key, as far as the templates fill them. */
const POD: PatchSchema = {
  properties: {
    spec: {
      properties: {
        containers: list("name", CONTAINER),
        imagePullSecrets: list("name"),
        initContainers: list("name", CONTAINER),
        volumes: list("name"),
      },
    },
  },
};

/** A pod with a template, or with a part of another pod, laid over it. */
export function laidOver(pod: KubeObject, part: JsonObject): KubeObject {
  return strategicMerge(pod as unknown as Json, part as Json, POD, () => undefined) as unknown as KubeObject;
}
