import type { KubeObject } from "../../objects/index.ts";
import { SECRET_ISSUER, type SecretClaims } from "./secret-claims.ts";
import { signToken } from "./tokens.ts";
import { accountUsername } from "./user.ts";

/** The token of an account for a Secret. `key` is PEM. */
export function secretToken(account: KubeObject, secret: KubeObject, key: string): string {
  const { namespace = "", name, uid = "" } = account.metadata;
  const claims: SecretClaims = {
    iss: SECRET_ISSUER,
    "kubernetes.io/serviceaccount/namespace": namespace,
    "kubernetes.io/serviceaccount/secret.name": secret.metadata.name,
    "kubernetes.io/serviceaccount/service-account.name": name,
    "kubernetes.io/serviceaccount/service-account.uid": uid,
    sub: accountUsername(namespace, name),
  };
  return signToken(claims, key);
}
