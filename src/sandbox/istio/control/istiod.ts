import type { Change, Controller, ObjectName, Snapshot } from "../../control/index.ts";
import type { JsonObject, KubeObject } from "../../objects/index.ts";
import { loadInjector, loadValidator } from "../server.ts";
import { authority, type NewAuthority } from "./authority.ts";
import { leaders } from "./leaders.ts";
import { trustedWebhooks } from "./webhooks.ts";

const DEPLOYMENTS = "apps/deployments";
const REGISTRATION = "admissionregistration.k8s.io";

/**
 * istiod, as far as it writes objects: its authority and everybody's trust in it, its own webhooks, who leads. It does so
 * while its Deployment is ready, and what it has written stays when it is gone.
 */
export function istiodController(newAuthority: NewAuthority): Controller {
  return {
    name: "istiod",
    resource: DEPLOYMENTS,
    wakes: {
      "/namespaces": allOf,
      "/configmaps": ({ metadata }, snapshot) => (metadata.name.startsWith("istio-") ? allOf({}, snapshot) : []),
      "/secrets": ({ metadata }, snapshot) =>
        ["cacerts", "istio-ca-secret"].includes(metadata.name) ? allOf({}, snapshot) : [],
      [`${REGISTRATION}/mutatingwebhookconfigurations`]: allOf,
      [`${REGISTRATION}/validatingwebhookconfigurations`]: allOf,
    },
    reconcile(snapshot, { namespace, name }) {
      const deployment = snapshot.get(DEPLOYMENTS, namespace, name);
      if (deployment === undefined || !isIstiod(deployment)) return { changes: [] };
      void loadInjector();
      void loadValidator();
      if (Number(deployment.status?.readyReplicas ?? 0) === 0) return { changes: [] };
      return { changes: written(snapshot, deployment, newAuthority) };
    },
  };
}

/** istiod is known by its image, whatever its objects are called. */
function isIstiod({ spec }: KubeObject): boolean {
  const containers: readonly JsonObject[] = spec?.template?.spec?.containers ?? [];
  return containers.some(({ image }) => /(^|\/)pilot(?=[:@-]|$)/.test(String(image)));
}

function allOf(_: unknown, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list(DEPLOYMENTS)
    .filter(isIstiod)
    .map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }));
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
