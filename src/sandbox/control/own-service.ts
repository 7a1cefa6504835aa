import type { KubeObject } from "../objects/index.ts";
import type { Change, Controller, ObjectName } from "./controller.ts";

const SERVICES = "/services";
const SLICES = "discovery.k8s.io/endpointslices";
const KUBERNETES: ObjectName = { namespace: "default", name: "kubernetes" };
const FILED: Readonly<Record<string, string>> = {
  Endpoints: "/endpoints",
  EndpointSlice: SLICES,
  Service: SERVICES,
};

/**
 * The API server's own Service with its endpoints, whoever deletes them: upstream's kubernetesservice controller writes them
 * anew. `own` are these objects as they are in a new cluster.
 */
export function ownServiceController(own: readonly KubeObject[]): Controller {
  const isOurs = ({ metadata }: KubeObject): readonly ObjectName[] =>
    metadata.namespace === KUBERNETES.namespace && metadata.name === KUBERNETES.name ? [KUBERNETES] : [];
  return {
    name: "kubernetesservice",
    resource: SERVICES,
    wakes: { "/endpoints": isOurs, [SLICES]: isOurs },
    reconcile: (snapshot, { namespace, name }) => {
      if (namespace !== KUBERNETES.namespace || name !== KUBERNETES.name) return { changes: [] };
      const missing = own.filter((one) => !snapshot.get(FILED[one.kind] ?? "", namespace, name));
      return {
        changes: missing.map(
          (object): Change => ({
            kind: "create",
            resource: FILED[object.kind] ?? "",
            object: structuredClone(object),
          }),
        ),
      };
    },
  };
}
