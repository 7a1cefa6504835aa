import type { Change, Snapshot } from "../../control/index.ts";
import type { JsonObject, KubeObject } from "../../objects/index.ts";

/** Makes a certificate that signs others, and its key; PEM. */
export type NewAuthority = () => { readonly key: string; readonly cert: string };

const OWN = "istio-ca-secret";
const ROOT = "istio-ca-root-cert";
/** Namespaces of the system: nobody is injected there, and so nobody needs to trust. */
const IGNORED = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);

/** The root certificate (PEM), and what is written so that every namespace has it. */
export function authority(
  snapshot: Snapshot,
  namespace: string,
  newAuthority: NewAuthority,
): { readonly root: string; readonly changes: readonly Change[] } {
  const known =
    rootOf(snapshot.get("/secrets", namespace, "cacerts")) ?? rootOf(snapshot.get("/secrets", namespace, OWN));
  const made = known === undefined ? newAuthority() : undefined;
  const root = known ?? made?.cert ?? "";
  const secret: readonly Change[] =
    made === undefined ? [] : [{ kind: "create", resource: "/secrets", object: secretOf(namespace, made) }];
  return { root, changes: [...secret, ...trusted(snapshot, root)] };
}

/** A user's own authority says its root apart; istiod's own is its root. */
function rootOf(secret: KubeObject | undefined): string | undefined {
  const data = (secret?.data ?? {}) as JsonObject;
  const text = data["root-cert.pem"] || data["ca-cert.pem"];
  return text ? Buffer.from(text, "base64").toString() : undefined;
}

function secretOf(namespace: string, { key, cert }: ReturnType<NewAuthority>): KubeObject {
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: OWN, namespace },
    type: "istio.io/ca-root",
    data: {
      "ca-cert.pem": encoded(cert),
      "ca-key.pem": encoded(key),
      "cert-chain.pem": "",
      "key.pem": "",
      "root-cert.pem": "",
    },
  };
}

/** The ConfigMap that every sidecar mounts, in every namespace that may have one; a change by hand is taken back. */
function trusted(snapshot: Snapshot, root: string): readonly Change[] {
  return snapshot.list("/namespaces").flatMap(({ metadata }): readonly Change[] => {
    if (IGNORED.has(metadata.name) || metadata.deletionTimestamp !== undefined) return [];
    const found = snapshot.get("/configmaps", metadata.name, ROOT);
    const data = { "root-cert.pem": root };
    if (found === undefined) {
      const labels = { "istio.io/config": "true" };
      const object = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: ROOT, namespace: metadata.name, labels },
        data,
      };
      return [{ kind: "create", resource: "/configmaps", object }];
    }
    if ((found.data as JsonObject | undefined)?.["root-cert.pem"] === root) return [];
    return [
      {
        kind: "update",
        resource: "/configmaps",
        object: { ...found, data: { ...(found.data as JsonObject), ...data } },
      },
    ];
  });
}
