/** Who issues tokens that live in Secrets: they have no end, and are good while their Secret holds them. */
export const SECRET_ISSUER = "kubernetes/serviceaccount";

/** The claims of such a token, by upstream's flat names. */
export interface SecretClaims {
  readonly iss: typeof SECRET_ISSUER;
  readonly "kubernetes.io/serviceaccount/namespace": string;
  readonly "kubernetes.io/serviceaccount/secret.name": string;
  readonly "kubernetes.io/serviceaccount/service-account.name": string;
  readonly "kubernetes.io/serviceaccount/service-account.uid": string;
  readonly sub: string;
}
