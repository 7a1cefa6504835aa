import type { KubeObject } from "../objects/index.ts";
import { type Change, type Controller, NOTHING } from "./controller.ts";
import { nameOf } from "./owner.ts";

const TYPE = "kubernetes.io/service-account-token";
const ACCOUNT = "kubernetes.io/service-account.name";
const UID = "kubernetes.io/service-account.uid";

/** A token that is good for as long as its Secret is there. */
export type SecretToken = (account: KubeObject, secret: KubeObject) => string;

/** Upstream's tokens controller: fills Secrets that ask for a service account's token; they go with the account. */
export function accountTokenController(rootCertificate: string, tokenOf: SecretToken): Controller {
  return {
    name: "tokens-controller",
    resource: "/secrets",
    wakes: {
      "/serviceaccounts": ({ metadata }, snapshot) =>
        snapshot
          .list("/secrets", metadata.namespace)
          .filter((secret) => secret.type === TYPE && secret.metadata.annotations?.[ACCOUNT] === metadata.name)
          .map(nameOf),
    },
    reconcile(snapshot, { namespace, name }) {
      const secret = snapshot.get("/secrets", namespace, name);
      if (secret?.type !== TYPE) return NOTHING;
      const { annotations = {} } = secret.metadata;
      const account = snapshot.get("/serviceaccounts", namespace, annotations[ACCOUNT] ?? "");
      const uid = account?.metadata.uid;
      if (!account || (annotations[UID] && annotations[UID] !== uid)) {
        return { changes: [{ kind: "delete", resource: "/secrets", namespace, name }] };
      }
      const data = (secret.data ?? {}) as Readonly<Record<string, string>>;
      const wanted = {
        "ca.crt": encoded(rootCertificate),
        namespace: encoded(namespace ?? ""),
        token: data.token || encoded(tokenOf(account, secret)),
      };
      const isFilled = Object.entries(wanted).every(([key, value]) => data[key] === value);
      if (isFilled && annotations[UID]) return NOTHING;
      const metadata = { ...secret.metadata, annotations: { ...annotations, [UID]: uid ?? "" } };
      const object = { ...secret, metadata, data: { ...data, ...wanted } };
      const change: Change = { kind: "update", resource: "/secrets", object };
      return { changes: [change] };
    },
  };
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64");
}
