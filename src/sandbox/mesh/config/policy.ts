import type { Origin } from "./origin.ts";

/** What an inbound proxy asks of a request before its program sees it. */
export interface InboundPolicy {
  readonly mutualTls: MutualTls;
  readonly authentication: readonly JwtRule[];
  readonly authorization: Authorization;
}

/** PERMISSIVE takes plaintext and mutual TLS, STRICT only mutual TLS, DISABLE only plaintext. */
export type MutualTls = "STRICT" | "PERMISSIVE" | "DISABLE";

/** Policies by action, those of the root namespace first, then the namespace's and the workload's; the order within an action does not matter. */
export interface Authorization {
  readonly custom: readonly CustomPolicy[];
  readonly deny: readonly AccessPolicy[];
  readonly allow: readonly AccessPolicy[];
  readonly audit: readonly AccessPolicy[];
}

export interface AccessPolicy {
  readonly origin: Origin;
  /** None of them: the policy matches nothing. */
  readonly rules: readonly AccessRule[];
}

/** What its rules match is asked of somebody else. */
export interface CustomPolicy extends AccessPolicy {
  readonly providerName: string;
  /** Undefined: nobody of that name can be asked; whatever matches is refused. */
  readonly provider: AccessProvider | undefined;
}

/** A service that decides about requests, out of the mesh's `extensionProviders`. */
export interface AccessProvider {
  /** `envoyExtAuthzHttp` or `envoyExtAuthzGrpc`. */
  readonly protocol: "http" | "grpc";
  /** `outbound|8000||ext-authz.foo.svc.cluster.local` */
  readonly cluster: string;
  readonly timeoutMs: number;
  /** Lets requests pass when it cannot be asked. */
  readonly failOpen: boolean;
  readonly statusOnError: number;
  readonly pathPrefix: string;
  /** Names of headers that go along, exact or with `*` at an end. */
  readonly includeHeaders: readonly string[];
  readonly additionalHeaders: Readonly<Record<string, string>>;
  readonly upstreamOnAllow: readonly string[];
  readonly downstreamOnAllow: readonly string[];
  readonly downstreamOnDeny: readonly string[];
}

/** Matches when one `from` (or none is given), one `to` (or none) and all of `when` do. */
export interface AccessRule {
  readonly from: readonly AccessSource[];
  readonly to: readonly AccessOperation[];
  readonly when: readonly AccessCondition[];
}

/** Undefined: not asked for. Values as AuthorizationPolicy has them: exact, `prefix*`, `*suffix`, `*` for present. */
export interface AccessSource {
  readonly principals?: Values;
  readonly requestPrincipals?: Values;
  readonly namespaces?: Values;
  readonly serviceAccounts?: Values;
  readonly trustDomains?: Values;
  readonly ipBlocks?: Values;
  readonly remoteIpBlocks?: Values;
}

export interface AccessOperation {
  readonly hosts?: Values;
  readonly ports?: Values;
  readonly methods?: Values;
  /** With `{*}` and `{**}` as path templates. */
  readonly paths?: Values;
}

/** At least one of `some`, if there are any, and none of `none`. */
export interface Values {
  readonly some: readonly string[];
  readonly none: readonly string[];
}

/** `request.headers[x]`, `source.ip`, `request.auth.claims[a][b]`, … */
export interface AccessCondition extends Values {
  readonly key: string;
}

export interface JwtRule {
  readonly origin: Origin;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** The keys, as JSON Web Keys; undefined: they stand at a URL that cannot be reached from here; none: they cannot be read. */
  readonly keys: readonly JsonWebKeyLike[] | undefined;
  /** Where the token stands, in order; empty: `Authorization: Bearer` and the query's `access_token`. */
  readonly fromHeaders: readonly { readonly name: string; readonly prefix: string }[];
  readonly fromParams: readonly string[];
  readonly fromCookies: readonly string[];
  readonly forwards: boolean;
  /** Claims whose text is a list of words, `scope` and `permission` among them. */
  readonly spaceDelimitedClaims: readonly string[];
  readonly outputPayloadToHeader: string | undefined;
  readonly claimToHeaders: readonly { readonly header: string; readonly claim: string }[];
}

export interface JsonWebKeyLike {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly [member: string]: unknown;
}
