import type { KubeObject } from "../objects/index.ts";
import type { Change, Controller, ObjectName, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting } from "./owner.ts";

/** Gives each namespace what it is born with, and empties one that is being deleted before it may go. */
export function namespaceController(rootCertificate: string): Controller {
  return {
    name: "namespace-controller",
    resource: "/namespaces",
    wakes: { "/serviceaccounts": inNamespace, "/configmaps": inNamespace, "*": deletedIn },
    reconcile(snapshot, { name }) {
      const namespace = snapshot.get("/namespaces", undefined, name);
      if (namespace === undefined) return NOTHING;
      return {
        changes: isDeleting(namespace) ? emptied(snapshot, namespace) : furnished(snapshot, name, rootCertificate),
      };
    },
  };
}

function inNamespace(object: KubeObject): readonly ObjectName[] {
  return [{ namespace: undefined, name: object.metadata.namespace ?? "" }];
}

/** While a namespace goes, every change in it may have been the last. */
function deletedIn(object: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  const name = object.metadata.namespace;
  if (name === undefined) return [];
  const namespace = snapshot.get("/namespaces", undefined, name);
  return namespace !== undefined && isDeleting(namespace) ? [{ namespace: undefined, name }] : [];
}

function furnished(snapshot: Snapshot, namespace: string, rootCertificate: string): readonly Change[] {
  const account = snapshot.get("/serviceaccounts", namespace, "default");
  const certificate = snapshot.get("/configmaps", namespace, "kube-root-ca.crt");
  const changes: Change[] = [];
  if (account === undefined) {
    const object = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
    changes.push({ kind: "create", resource: "/serviceaccounts", object });
  }
  if (certificate === undefined) {
    const annotations = {
      "kubernetes.io/description":
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
    };
    const metadata = { name: "kube-root-ca.crt", namespace, annotations };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "ca.crt": rootCertificate } };
    changes.push({ kind: "create", resource: "/configmaps", object });
  }
  return changes;
}

function emptied(snapshot: Snapshot, namespace: KubeObject): readonly Change[] {
  const { name } = namespace.metadata;
  const left = snapshot
    .resources()
    .flatMap((resource) => snapshot.list(resource, name).map((object) => ({ resource, object })));
  if (left.length === 0) {
    const object = { ...namespace, spec: { ...namespace.spec, finalizers: [] } };
    return [{ kind: "finalize", object }];
  }
  return left
    .filter(({ object }) => !isDeleting(object))
    .map(({ resource, object }) => ({
      kind: "delete",
      resource,
      namespace: name,
      name: object.metadata.name,
      options: { propagationPolicy: "Background" },
    }));
}
