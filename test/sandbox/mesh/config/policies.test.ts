import { expect, test } from "vitest";
import { inboundPolicy, mutualTlsMode, type PolicyView } from "../../../../src/sandbox/mesh/config/policies.ts";
import type { Workload } from "../../../../src/sandbox/mesh/model.ts";
import type { JsonObject, KubeObject } from "../../../../src/sandbox/objects/index.ts";
import { workload } from "../mesh.ts";

const ROOT = "istio-system";
const RESOURCES: Readonly<Record<string, string>> = {
  PeerAuthentication: "security.istio.io/peerauthentications",
  RequestAuthentication: "security.istio.io/requestauthentications",
  AuthorizationPolicy: "security.istio.io/authorizationpolicies",
};

function viewOf(objects: readonly KubeObject[]): PolicyView {
  return {
    list: (resource, namespace) =>
      objects.filter((one) => RESOURCES[one.kind] === resource && one.metadata.namespace === namespace),
  };
}

let age = 0;

/** `namespace/name`, or `namespace/name@second` of its creation. */
function object(kind: string, where: string, spec: JsonObject, annotations: Record<string, string> = {}): KubeObject {
  const [, namespace = "", name = "", second = String(age++ % 60)] = /^([^/]+)\/([^@]+)(?:@(\d+))?$/.exec(where) ?? [];
  const creationTimestamp = `2026-01-01T00:00:${second.padStart(2, "0")}Z`;
  const metadata = { namespace, name, creationTimestamp, annotations };
  return { apiVersion: "security.istio.io/v1", kind, metadata, spec };
}

type Row<T> = readonly [title: string, expected: T, objects: readonly KubeObject[], of?: Partial<Workload>];

function named<T>([title, expected, objects, of = {}]: Row<T>) {
  return { title, expected, objects, of };
}

const web = workload("web", "10.244.0.3", { labels: { app: "web" } });
const peer = (where: string, spec: JsonObject): KubeObject => object("PeerAuthentication", where, spec);
const WEB = { matchLabels: { app: "web" } };

const MODES: readonly Row<string>[] = [
  ["nothing said", "PERMISSIVE", []],
  ["the mesh", "STRICT", [peer("istio-system/default", { mtls: { mode: "STRICT" } })]],
  ["another namespace", "PERMISSIVE", [peer("other/default", { mtls: { mode: "STRICT" } })]],
  [
    "the namespace before the mesh",
    "DISABLE",
    [peer("istio-system/a", { mtls: { mode: "STRICT" } }), peer("default/a", { mtls: { mode: "DISABLE" } })],
  ],
  [
    "the workload before its namespace",
    "STRICT",
    [peer("default/a", { mtls: { mode: "DISABLE" } }), peer("default/w", { selector: WEB, mtls: { mode: "STRICT" } })],
  ],
  [
    "unset takes what is above",
    "STRICT",
    [
      peer("istio-system/a", { mtls: { mode: "STRICT" } }),
      peer("default/a", { mtls: { mode: "UNSET" } }),
      peer("default/w", { selector: WEB }),
    ],
  ],
  [
    "another workload",
    "PERMISSIVE",
    [peer("default/w", { selector: { matchLabels: { app: "db" } }, mtls: { mode: "STRICT" } })],
  ],
  [
    "a selector in the root namespace is for nobody",
    "PERMISSIVE",
    [peer("istio-system/w", { selector: WEB, mtls: { mode: "STRICT" } })],
  ],
  [
    "an empty selector is none",
    "STRICT",
    [peer("default/w", { selector: { matchLabels: {} }, mtls: { mode: "STRICT" } })],
  ],
  [
    "a port",
    "DISABLE",
    [peer("default/w", { selector: WEB, mtls: { mode: "STRICT" }, portLevelMtls: { 80: { mode: "DISABLE" } } })],
  ],
  [
    "a port that is unset",
    "STRICT",
    [peer("default/w", { selector: WEB, mtls: { mode: "STRICT" }, portLevelMtls: { 80: { mode: "UNSET" } } })],
  ],
  [
    "another port",
    "STRICT",
    [peer("default/w", { selector: WEB, mtls: { mode: "STRICT" }, portLevelMtls: { 81: { mode: "DISABLE" } } })],
  ],
  [
    "the oldest of two in a namespace",
    "STRICT",
    [peer("default/b@2", { mtls: { mode: "DISABLE" } }), peer("default/c@1", { mtls: { mode: "STRICT" } })],
  ],
  [
    "of the same second by name",
    "DISABLE",
    [peer("default/c@1", { mtls: { mode: "STRICT" } }), peer("default/b@1", { mtls: { mode: "DISABLE" } })],
  ],
  [
    "the oldest of two for a workload",
    "DISABLE",
    [
      peer("default/b@2", { selector: WEB, mtls: { mode: "STRICT" } }),
      peer("default/c@1", { selector: WEB, mtls: { mode: "DISABLE" } }),
    ],
  ],
  ["not a gateway's", "PERMISSIVE", [peer("istio-system/a", { mtls: { mode: "STRICT" } })], { proxy: "gateway" }],
];

test.each(MODES.map(named))("mutual TLS: $title is $expected", ({ expected, objects, of }) => {
  expect(mutualTlsMode(viewOf(objects), { ...web, ...of }, 80, ROOT)).toBe(expected);
});

const access = (where: string, spec: JsonObject, annotations?: Record<string, string>): KubeObject =>
  object("AuthorizationPolicy", where, spec, annotations);
const DENY = { action: "DENY", rules: [{}] };
const gatewayRef = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "shop" };

const ATTACHED: readonly Row<readonly string[]>[] = [
  [
    "those of the root namespace and its own, no others",
    ["istio-system/a", "default/b"],
    [access("default/b", DENY), access("istio-system/a", DENY), access("other/c", DENY)],
  ],
  [
    "those that select it",
    ["istio-system/a", "default/b"],
    [
      access("istio-system/a", { ...DENY, selector: WEB }),
      access("default/b", { ...DENY, selector: WEB }),
      access("default/c", { ...DENY, selector: { matchLabels: { app: "db" } } }),
    ],
  ],
  ["once in the root namespace", ["istio-system/a"], [access("istio-system/a", DENY)], { namespace: ROOT }],
  ["none that is only tried", [], [access("default/a", DENY, { "istio.io/dry-run": "true" })]],
  ["none for a Gateway that it is not", [], [access("default/a", { ...DENY, targetRefs: [gatewayRef] })]],
  [
    "those for its Gateway",
    ["default/a", "default/b"],
    [
      access("default/a", { ...DENY, targetRefs: [gatewayRef] }),
      access("default/b", { ...DENY, targetRef: gatewayRef }),
      access("default/c", { ...DENY, targetRefs: [{ ...gatewayRef, name: "other" }] }),
      access("istio-system/d", { ...DENY, targetRefs: [gatewayRef] }),
      access("default/e", { ...DENY, targetRefs: [{ group: "", kind: "Service", name: "shop" }] }),
    ],
    { proxy: "gateway", labels: { "gateway.networking.k8s.io/gateway-name": "shop" } },
  ],
  [
    "none for the Service of a waypoint",
    [],
    [access("default/a", { ...DENY, targetRefs: [{ group: "", kind: "Service", name: "web" }] })],
  ],
];

test.each(ATTACHED.map(named))("policies: $title", ({ expected, objects, of }) => {
  const { authorization } = inboundPolicy(viewOf(objects), { ...web, ...of }, 80, ROOT);
  expect(authorization.deny.map(({ origin }) => `${origin.namespace}/${origin.name}`)).toEqual(expected);
});

test("a policy is filed under its action, ALLOW where it names none, and keeps what it asks for", () => {
  const provider = { name: "asked", envoyExtAuthzHttp: { service: "foo/ext-authz.foo.svc.cluster.local", port: 8000 } };
  const objects = [
    access("default/nothing", {}),
    access("default/some", {
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { namespaces: ["a"], notIpBlocks: ["10.0.0.0/8"] } }],
          to: [{ operation: { methods: ["GET"], notPaths: ["/x"] } }],
          when: [{ key: "source.ip", values: ["10.0.0.1"] }],
        },
      ],
    }),
    access("default/told", { action: "AUDIT", rules: [{}] }),
    access("default/asked", { action: "CUSTOM", provider: { name: "asked" }, rules: [{}] }),
    access("default/lost", { action: "CUSTOM", provider: { name: "lost" }, rules: [{}] }),
  ];
  const { authorization } = inboundPolicy(viewOf(objects), web, 80, ROOT, [provider]);
  const origin = (name: string) => ({ kind: "AuthorizationPolicy", namespace: "default", name });
  const any = [{ from: [], to: [], when: [] }];
  expect(authorization).toEqual({
    allow: [
      { origin: origin("nothing"), rules: [] },
      {
        origin: origin("some"),
        rules: [
          {
            from: [{ namespaces: { some: ["a"], none: [] }, ipBlocks: { some: [], none: ["10.0.0.0/8"] } }],
            to: [{ methods: { some: ["GET"], none: [] }, paths: { some: [], none: ["/x"] } }],
            when: [{ key: "source.ip", some: ["10.0.0.1"], none: [] }],
          },
        ],
      },
    ],
    deny: [],
    audit: [{ origin: origin("told"), rules: any }],
    custom: [
      {
        origin: origin("asked"),
        rules: any,
        providerName: "asked",
        provider: expect.objectContaining({
          protocol: "http",
          cluster: "outbound|8000||ext-authz.foo.svc.cluster.local",
          timeoutMs: 600_000,
          failOpen: false,
          statusOnError: 403,
        }),
      },
      { origin: origin("lost"), rules: any, providerName: "lost", provider: undefined },
    ],
  });
});

test("token rules of all RequestAuthentications, by issuer, with the keys that can be had", () => {
  const key = { kty: "RSA", kid: "k", n: "AQ", e: "AQAB" };
  const objects = [
    object("RequestAuthentication", "default/a", {
      jwtRules: [
        { issuer: "z", jwksUri: "https://elsewhere.example" },
        {
          issuer: "m",
          jwks: JSON.stringify({ keys: [key] }),
          forwardOriginalToken: true,
          spaceDelimitedClaims: ["roles"],
        },
      ],
    }),
    object("RequestAuthentication", "istio-system/b", {
      jwtRules: [{ issuer: "b", jwks: "no JSON", fromHeaders: [{ name: "x-token" }], fromCookies: ["t"] }],
    }),
  ];
  const { authentication } = inboundPolicy(viewOf(objects), web, 80, ROOT);
  expect(
    authentication.map(({ issuer, keys, forwards, fromHeaders, fromCookies, spaceDelimitedClaims, origin }) => [
      issuer,
      origin.namespace,
      keys,
      forwards,
      fromHeaders,
      fromCookies,
      spaceDelimitedClaims,
    ]),
  ).toEqual([
    ["b", "istio-system", [], false, [{ name: "x-token", prefix: "" }], ["t"], ["permission", "scope"]],
    ["m", "default", [key], true, [], [], ["permission", "scope", "roles"]],
    ["z", "default", undefined, false, [], [], ["permission", "scope"]],
  ]);
});
