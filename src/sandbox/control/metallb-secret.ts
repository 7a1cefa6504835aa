import { createHash } from "node:crypto";
import { runsImage } from "../metallb/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { type Controller, NOTHING } from "./controller.ts";
import { isDeleting } from "./owner.ts";

const IMAGE = "metallb/controller";
const SECRETS = "/secrets";

/**
 * What MetalLB's controller does as soon as it runs: makes the Secret that its speakers mount, and by which they know each
 * other. Its name comes by the variable `METALLB_ML_SECRET_NAME`; without it there is none. One that is there stays as it
 * is. Source: `CreateMlSecret` of MetalLB's client.
 */
export const metallbSecretController: Controller = {
  name: "metallb-member-list",
  resource: "apps/deployments",
  wakes: {
    "/pods": (pod, snapshot) =>
      runsImage(pod, IMAGE)
        ? snapshot
            .list("apps/deployments", pod.metadata.namespace)
            .filter((one) => runsImage(one, IMAGE))
            .map(({ metadata: { namespace, name } }) => ({ namespace, name }))
        : [],
  },
  reconcile(snapshot, { namespace, name }) {
    const deployment = snapshot.get("apps/deployments", namespace, name);
    if (deployment === undefined || isDeleting(deployment) || !runsImage(deployment, IMAGE)) return NOTHING;
    const secret = secretName(deployment);
    if (secret === undefined || snapshot.get(SECRETS, namespace, secret) !== undefined) return NOTHING;
    if (!snapshot.list("/pods", namespace).some(isRunningController)) return NOTHING;
    return { changes: [{ kind: "create", resource: SECRETS, object: memberList(deployment, secret) }] };
  },
};

function secretName({ spec }: KubeObject): string | undefined {
  const containers: readonly JsonObject[] = spec?.template?.spec?.containers ?? [];
  const variables = containers.flatMap(({ env = [] }) => env as readonly JsonObject[]);
  return variables.find((one) => one.name === "METALLB_ML_SECRET_NAME")?.value || undefined;
}

function isRunningController(pod: KubeObject): boolean {
  const statuses: readonly JsonObject[] = pod.status?.containerStatuses ?? [];
  return runsImage(pod, IMAGE) && statuses.some(({ state }) => state?.running !== undefined);
}

/** Nothing here speaks by the key: it need not be a good one, only another one for each installation. */
function memberList({ apiVersion, kind, metadata }: KubeObject, name: string): KubeObject {
  const key = createHash("sha512").update(`${metadata.uid}`).digest("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: metadata.namespace ?? "default",
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: `${metadata.uid}` }],
    },
    type: "Opaque",
    data: { secretkey: Buffer.from(key).toString("base64") },
  };
}
