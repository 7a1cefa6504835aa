import type { KubeObject } from "../objects/index.ts";
import type { Controller } from "./controller.ts";
import { NOTHING } from "./controller.ts";

/** The kubelet's manifests folder: the mirror pod of each manifest is made, and made again when it is deleted. */
export function staticPodController(manifests: (node: KubeObject) => readonly KubeObject[]): Controller {
  return {
    name: "static-pods",
    resource: "/nodes",
    wakes: {
      "/pods": (pod, snapshot) =>
        pod.metadata.namespace === "kube-system"
          ? snapshot.list("/nodes").map((node) => ({ namespace: undefined, name: node.metadata.name }))
          : [],
    },
    reconcile(snapshot, { name }) {
      const node = snapshot.get("/nodes", undefined, name);
      if (node === undefined) return NOTHING;
      const missing = manifests(node).filter(
        ({ metadata }) => snapshot.get("/pods", metadata.namespace, metadata.name) === undefined,
      );
      return { changes: missing.map((object) => ({ kind: "create", resource: "/pods", object })) };
    },
  };
}
