import { header, joinedHeader } from "../headers.ts";
import type { HttpRequest } from "../model.ts";
import { addressBlock } from "./addresses.ts";
import { bracketed, claimIs, requestPrincipal } from "./claims.ts";
import type { Facts } from "./facts.ts";
import { pathPattern } from "./paths.ts";
import { caselessPattern, globPattern, textPattern } from "./pattern.ts";

export type FactTest = (facts: Facts) => boolean;

/** Something that policies ask for. */
interface Attribute {
  /** Cannot be known of a connection whose bytes are not read as HTTP. */
  readonly isHttp: boolean;
  /** Undefined: the value, or what stands in the key's brackets, says nothing. `namespace` is the policy's. */
  readonly test: (value: string, namespace: string, key: string) => FactTest | undefined;
}

/** By field of `source` and `operation`, and by key of `when`. Source: istiod's pilot/pkg/security/authz/model. */
export const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  principals: ofConnection((value) => {
    const test = textPattern(value);
    return ({ identity }) => test(identity);
  }),
  namespaces: ofConnection((value) => {
    const test = globPattern(value);
    return ({ identity }) => test(partOf(identity, "ns"));
  }),
  serviceAccounts: ofConnection((value, namespace) => {
    const wanted = value.includes("/") ? value : `${namespace}/${value}`;
    return ({ identity }) => identity !== undefined && `${partOf(identity, "ns")}/${partOf(identity, "sa")}` === wanted;
  }),
  trustDomains: ofConnection((value) => {
    const test = textPattern(value);
    return ({ identity }) => test(identity?.split("/")[0]);
  }),
  ipBlocks: ofConnection((value) => {
    const test = addressBlock(value);
    return test && (({ from }) => test(from));
  }),
  remoteIpBlocks: ofConnection((value) => {
    const test = addressBlock(value);
    return test && (({ remote }) => test(remote));
  }),
  destinationIp: ofConnection((value) => {
    const test = addressBlock(value);
    return test && (({ address }) => test(address));
  }),
  ports: ofConnection((value) => {
    const wanted = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return wanted <= 65_535 ? ({ port }) => port === wanted : undefined;
  }),
  sni: ofConnection((value) => {
    const test = textPattern(value);
    return ({ sni }) => test(sni);
  }),
  // What other filters of a proxy noted down; none of them is simulated, so nothing is.
  metadata: ofConnection(() => () => false),
  requestPrincipals: ofRequest((value) => {
    const test = requestPrincipal(value);
    return ({ claims }) => test(claims);
  }),
  audiences: ofRequest((value) => ofClaim(["aud"], value)),
  presenter: ofRequest((value) => ofClaim(["azp"], value)),
  claims: ofRequest((value, _namespace, key) => {
    const path = bracketed(key.slice("request.auth.claims".length));
    return path && ofClaim(path, value);
  }),
  headers: ofRequest((value, _namespace, key) => {
    const [name, ...more] = bracketed(key.slice("request.headers".length)) ?? [];
    if (name === undefined || more.length > 0) return undefined;
    const test = value === "*" ? (text: string | undefined) => text !== undefined : textPattern(value);
    return ({ request }) => request !== undefined && test(headerOf(request, name));
  }),
  hosts: ofRequest((value) => {
    const test = caselessPattern(value);
    return ({ request }) => request !== undefined && test(header(request.headers, "host"));
  }),
  methods: ofRequest((value) => {
    const test = textPattern(value);
    return ({ request }) => test(request?.method);
  }),
  paths: ofRequest((value) => {
    const test = pathPattern(value);
    return ({ request }) => test(request?.path);
  }),
};

/** Keys of `when` as they are written, and what they ask for. */
const KEYS: Readonly<Record<string, keyof typeof ATTRIBUTES>> = {
  "connection.sni": "sni",
  "destination.ip": "destinationIp",
  "destination.port": "ports",
  "remote.ip": "remoteIpBlocks",
  "request.auth.audiences": "audiences",
  "request.auth.presenter": "presenter",
  "request.auth.principal": "requestPrincipals",
  "source.ip": "ipBlocks",
  "source.namespace": "namespaces",
  "source.principal": "principals",
};

/** Keys that end in names in brackets. */
const PREFIXES: Readonly<Record<string, keyof typeof ATTRIBUTES>> = {
  "experimental.envoy.filters.": "metadata",
  "request.auth.claims": "claims",
  "request.headers": "headers",
};

/** What a key of `when` asks for; undefined for a key that Istio does not know. */
export function attributeOfKey(key: string): Attribute | undefined {
  const prefix = Object.keys(PREFIXES).find((one) => key.startsWith(one));
  const name = KEYS[key] ?? (prefix === undefined ? undefined : PREFIXES[prefix]);
  return name === undefined ? undefined : ATTRIBUTES[name];
}

function ofConnection(test: Attribute["test"]): Attribute {
  return { isHttp: false, test };
}

function ofRequest(test: Attribute["test"]): Attribute {
  return { isHttp: true, test };
}

function ofClaim(path: readonly string[], value: string): FactTest {
  const test = textPattern(value);
  return ({ claims }) => claimIs(claims, path, test);
}

/** What stands after a name in an identity: `ns` of `cluster.local/ns/default/sa/sleep` is `default`. */
function partOf(identity: string | undefined, name: "ns" | "sa"): string | undefined {
  const parts = identity?.split("/") ?? [];
  const at = parts.indexOf(name, 1);
  return at < 0 ? undefined : parts[at + 1];
}

function headerOf(request: HttpRequest, name: string): string | undefined {
  switch (name.toLowerCase()) {
    case ":method":
      return request.method;
    case ":path":
      return request.path;
    case ":authority":
      return header(request.headers, "host");
    default:
      return joinedHeader(request.headers, name);
  }
}
