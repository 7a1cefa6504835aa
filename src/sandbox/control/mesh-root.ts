import { runsImage } from "../metallb/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { type Controller, NOTHING, type ObjectName, type Snapshot } from "./controller.ts";
import { isDeleting } from "./owner.ts";

const NAME = "istio-ca-root-cert";
const KEY = "root-cert.pem";
/** Where istiod leaves nothing: `IgnoredNamespaces` of its namespace controller. */
const IGNORED = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);

/**
 * What istiod does for every namespace once it is up: the certificate that proxies trust, in a ConfigMap that ztunnel and
 * injected pods mount. It stays when istiod goes. `rootCertificate` is PEM.
 */
export function meshRootController(rootCertificate: string): Controller {
  return {
    name: "istiod-namespace-controller",
    resource: "/namespaces",
    wakes: {
      "/configmaps": ({ metadata: { name, namespace = "" } }) =>
        name === NAME ? [{ namespace: undefined, name: namespace }] : [],
      "apps/deployments": (object, snapshot) => (isIstiod(object) ? namespaces(snapshot) : []),
    },
    reconcile(snapshot, { name }) {
      const namespace = snapshot.get("/namespaces", undefined, name);
      if (namespace === undefined || isDeleting(namespace) || IGNORED.has(name)) return NOTHING;
      if (!snapshot.list("apps/deployments").some(isIstiod)) return NOTHING;
      const found = snapshot.get("/configmaps", name, NAME);
      const data = { [KEY]: rootCertificate };
      if ((found?.data as JsonObject | undefined)?.[KEY] === rootCertificate) return NOTHING;
      const resource = "/configmaps";
      if (found !== undefined) return { changes: [{ kind: "update", resource, object: { ...found, data } }] };
      const metadata = { name: NAME, namespace: name, labels: { "istio.io/config": "true" } };
      return {
        changes: [{ kind: "create", resource, object: { apiVersion: "v1", kind: "ConfigMap", metadata, data } }],
      };
    },
  };
}

/** A control plane that is up, by any of its hubs. */
function isIstiod(deployment: KubeObject): boolean {
  return runsImage(deployment, "pilot") && Number(deployment.status?.readyReplicas ?? 0) > 0;
}

function namespaces(snapshot: Snapshot): readonly ObjectName[] {
  return snapshot.list("/namespaces").map(({ metadata: { name } }) => ({ namespace: undefined, name }));
}
