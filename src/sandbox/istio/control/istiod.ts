import type { Change, Controller, ObjectName, Snapshot } from "../../control/index.ts";
import type { KubeObject } from "../../objects/index.ts";
import { loadInjector, loadValidator } from "../server.ts";
import { authority, type NewAuthority } from "./authority.ts";
import { isIstiod, isReady, istiods } from "./known.ts";
import { leaders } from "./leaders.ts";
import { trustedWebhooks } from "./webhooks.ts";

const DEPLOYMENTS = "apps/deployments";
const REGISTRATION = "admissionregistration.k8s.io";

/**
 * istiod, as far as it writes objects: its authority and everybody's trust in it, its own webhooks, who leads. It does so
 * while its Deployment is ready, and what it has written stays when it is gone.
 */
export function istiodController(newAuthority: NewAuthority): Controller {
  const all = (_: unknown, snapshot: Snapshot): readonly ObjectName[] => istiods(snapshot);
  return {
    name: "istiod",
    resource: DEPLOYMENTS,
    wakes: {
      "/namespaces": all,
      "/configmaps": ({ metadata }, snapshot) => (metadata.name.startsWith("istio-") ? istiods(snapshot) : []),
      "/secrets": ({ metadata }, snapshot) =>
        ["cacerts", "istio-ca-secret"].includes(metadata.name) ? istiods(snapshot) : [],
      [`${REGISTRATION}/mutatingwebhookconfigurations`]: all,
      [`${REGISTRATION}/validatingwebhookconfigurations`]: all,
    },
    reconcile(snapshot, { namespace, name }) {
      const deployment = snapshot.get(DEPLOYMENTS, namespace, name);
      if (deployment === undefined || !isIstiod(deployment)) return { changes: [] };
      void loadInjector();
      void loadValidator();
      if (!isReady(deployment)) return { changes: [] };
      return { changes: written(snapshot, deployment, newAuthority) };
    },
  };
}

function written(snapshot: Snapshot, deployment: KubeObject, newAuthority: NewAuthority): readonly Change[] {
  const { namespace = "", labels = {} } = deployment.metadata;
  const revision = labels["istio.io/rev"] ?? "default";
  const { root, changes } = authority(snapshot, namespace, newAuthority);
  return [
    ...changes,
    ...trustedWebhooks(snapshot, { namespace, name: deployment.metadata.name, revision }, root),
    ...leaders(snapshot, deployment, revision),
  ];
}
