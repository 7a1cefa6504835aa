import type { Change, Snapshot } from "../../control/index.ts";
import { deepEqual, type JsonObject, type KubeObject } from "../../objects/index.ts";

const GROUP = "admissionregistration.k8s.io";

interface Istiod {
  readonly namespace: string;
  readonly name: string;
  readonly revision: string;
}

/**
 * istiod signs its own webhooks' certificates, so it writes into its revision's configurations whom to trust. Validation is
 * shut only then: until istiod can judge, everything passes.
 */
export function trustedWebhooks(snapshot: Snapshot, istiod: Istiod, root: string): readonly Change[] {
  const caBundle = Buffer.from(root).toString("base64");
  return [
    ...patched(snapshot, istiod, "mutatingwebhookconfigurations", { caBundle }),
    ...patched(snapshot, istiod, "validatingwebhookconfigurations", { caBundle, failurePolicy: "Fail" }),
  ];
}

interface Wanted {
  readonly caBundle: string;
  readonly failurePolicy?: string;
}

function patched(snapshot: Snapshot, istiod: Istiod, plural: string, wanted: Wanted): readonly Change[] {
  const resource = `${GROUP}/${plural}`;
  return snapshot
    .list(resource)
    .filter(({ metadata }) => metadata.labels?.["istio.io/rev"] === istiod.revision)
    .flatMap((object): readonly Change[] => {
      const webhooks = ((object.webhooks ?? []) as readonly JsonObject[]).map((one) => withTrust(one, istiod, wanted));
      const next: KubeObject = { ...object, webhooks };
      return deepEqual(object, next) ? [] : [{ kind: "update", resource, object: next }];
    });
}

function withTrust(webhook: JsonObject, { namespace, name }: Istiod, { caBundle, failurePolicy }: Wanted): JsonObject {
  const { service } = webhook.clientConfig ?? {};
  if (service?.namespace !== namespace || service?.name !== name) return webhook;
  return {
    ...webhook,
    clientConfig: { ...webhook.clientConfig, caBundle },
    ...(failurePolicy !== undefined && { failurePolicy }),
  };
}
