import type { JsonObject, KubeObject } from "../../objects/index.ts";
import { type Store, uuid } from "../../store/index.ts";
import { boundTo, ISSUER, signToken } from "./tokens.ts";
import { accountUsername } from "./user.ts";

/** What admission asks for in `kube-api-access-` volumes: such a token is good for a year, and warned about after this. */
const EXTENDED_SECONDS = 3607;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const DEFAULT_SECONDS = 3600;
/** The kubelet renews a token when so much of its time is over. */
const RENEWED_AFTER = 0.8;
/** Tokens that are kept; they can be made anew at any time. */
const KEPT = 500;

/** The token for a pod's `serviceAccountToken` volume source; undefined where its account is gone. */
export type PodTokens = (pod: KubeObject, source: JsonObject) => string | undefined;

/** As the kubelet gets them from the API server: bound to the pod, kept until they should be renewed. `key` is PEM. */
export function podTokens({
  key,
  store,
  clock,
}: {
  readonly key: string;
  readonly store: Pick<Store, "get">;
  /** Epoch ms. */
  readonly clock: () => number;
}): PodTokens {
  const kept = new Map<string, { readonly token: string; readonly until: number }>();
  return (pod, { audience = ISSUER, expirationSeconds = DEFAULT_SECONDS }) => {
    const now = Math.floor(clock() / 1000);
    const name = `${pod.metadata.uid} ${audience} ${expirationSeconds}`;
    const known = kept.get(name);
    if (known && now < known.until) return known.token;
    const { namespace = "" } = pod.metadata;
    const account = store.get("/serviceaccounts", namespace, String(pod.spec?.serviceAccountName || "default"));
    if (!account) return undefined;
    const node = store.get("/nodes", undefined, String(pod.spec?.nodeName ?? ""));
    // Upstream's --service-account-extend-token-expiration, for old clients that never read their token again.
    const isExtended = audience === ISSUER && expirationSeconds === EXTENDED_SECONDS;
    const claims = {
      aud: [audience],
      exp: now + (isExtended ? YEAR_SECONDS : expirationSeconds),
      iat: now,
      iss: ISSUER,
      jti: uuid(Math.random),
      "kubernetes.io": {
        namespace,
        ...(node && { node: boundTo(node) }),
        pod: boundTo(pod),
        serviceaccount: boundTo(account),
        ...(isExtended && { warnafter: now + expirationSeconds }),
      },
      nbf: now,
      sub: accountUsername(namespace, account.metadata.name),
    };
    const token = signToken(claims, key);
    if (kept.size >= KEPT) kept.clear();
    kept.set(name, { token, until: now + expirationSeconds * RENEWED_AFTER });
    return token;
  };
}
