import { expect, test } from "vitest";
import { judge } from "./judge.ts";

const TO = "route: [{ destination: { host: reviews } }]";

/** A route's fields, and what istiod says of the VirtualService with that route alone. */
const ROUTES: readonly (readonly [route: string, said: string])[] = [
  [TO, "ok"],
  ["name: empty", "HTTP route, redirect or direct_response is required"],
  ["route: [{ destination: { host: reviews }, weight: -1 }]", "weight -1 < 0"],
  [
    "route: [{ destination: { host: a }, weight: 0 }, { destination: { host: b }, weight: 0 }]",
    "total destination weight = 0",
  ],
  ["route: [{ destination: { host: a }, weight: 60 }, { destination: { host: b }, weight: 60 }]", "ok"],
  ["route: [{ weight: 1 }]", "1 error occurred:\n\t* destination is required\n\n"],
  ["route: [{ destination: { host: '*' } }]", "invalid destination host *"],
  ["route: [{ destination: { host: '' } }]", "empty domain name not allowed"],
  ["route: [{ destination: { host: re_views } }]", 'domain name "re_views" invalid (label "re_views" invalid)'],
  ["route: [{ destination: { host: reviews, subset: v_1 } }]", "subset name is invalid: v_1"],
  ["route: [{ destination: { host: reviews, port: { number: 0 } } }]", "port number 0 must be in the range 1..65535"],
  [`${TO}\nredirect: { uri: /new }`, "HTTP route cannot contain both route and redirect"],
  ["redirect: {}", "redirect must specify URI, authority, scheme, or port"],
  ["redirect: { uri: /a, redirectCode: 200 }", "200 is not a valid redirect code, must be 3xx"],
  ["redirect: { uri: /a, scheme: ftp }", 'invalid redirect scheme, must be "http" or "https"'],
  ["directResponse: { status: 700 }", "HTTP status 700 is not in range 200-599"],
  ["directResponse: { status: 200 }", "ok"],
  [
    `directResponse: { status: 200, body: { string: "${"x".repeat(102_401)}" } }`,
    "warning: large direct_responses may impact control plane performance",
  ],
  [
    "directResponse: { status: 200 }\nfault: { abort: { httpStatus: 500 } }\nrewrite: { uri: / }",
    "2 errors occurred:\n\t* HTTP route cannot contain both fault and direct_response\n\t* HTTP route rule cannot contain both rewrite and direct_response\n\n",
  ],
  [`${TO}\nfault: {}`, "1 error occurred:\n\t* HTTP fault injection must have an abort and/or a delay\n\n"],
  [`${TO}\nfault: { abort: { httpStatus: 100 } }`, "HTTP status 100 is not in range 200-599"],
  [
    `${TO}\nfault: { delay: { percentage: { value: 101 }, fixedDelay: 5s } }`,
    "percentage 101 is neither 0.0, nor in range [0.0001, 100.0]",
  ],
  [`${TO}\nfault: { delay: { fixedDelay: 0s } }`, "duration must be greater than 1ms"],
  [
    `${TO}\nfault: { abort: { grpcStatus: NO } }`,
    `gRPC status "NO" is not supported. See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes, for example 'NOT_FOUND'`,
  ],
  [`${TO}\ntimeout: 1.0005s`, "only durations to ms precision are supported"],
  [`${TO}\ntimeout: 500ms`, "ok"],
  [`${TO}\nretries: { attempts: -1 }`, "1 error occurred:\n\t* attempts cannot be negative\n\n"],
  [`${TO}\nretries: { perTryTimeout: 2s }`, "http retry policy configured when attempts are set to 0 (disabled)"],
  [`${TO}\nretries: { attempts: 3, retryOn: "5xx,503,sometimes" }`, '"sometimes" is not a valid retryOn policy'],
  [`${TO}\nmirrorPercentage: { value: 120 }`, "mirror_percentage must have a max value of 100 (it has 120.000000)"],
  [`${TO}\nmirrors: [{ percentage: { value: 1 } }]`, "destination is required for mirrors"],
  [
    `${TO}\nmirror: { host: v2 }\nmirrors: [{ destination: { host: v2 } }]`,
    "HTTP route cannot contain both mirror and mirrors",
  ],
  [`${TO}\nmirrorPercent: 50`, 'warning: using deprecated setting "mirrorPercent", use "mirrorPercentage" instead'],
  [
    `${TO}\nrewrite: {}`,
    "rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified",
  ],
  [
    `${TO}\nrewrite: { uriRegexRewrite: { match: "(a", rewrite: b } }`,
    'UriRegexRewrite has errors\n"HTTPRewrite.UriRegexRewrite.Match": error parsing regexp: missing closing ): `(a`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
  ],
  [
    `${TO}\nrewrite: { authority: a }\nheaders: { request: { set: { Host: b } } }`,
    'authority header cannot be set multiple times: have "a", attempting to set "b"',
  ],
  [`${TO}\nheaders: { response: { set: { Host: b } } }`, 'invalid header "Host": cannot set Host header'],
  [`${TO}\nheaders: { request: { add: { ":path": b } } }`, 'invalid header ":path": header cannot have ":" prefix'],
  [
    `${TO}\nheaders: { request: { add: { x: "100%" } } }`,
    "header value configuration: invalid header configuration. Un-escaped %",
  ],
  [
    `${TO}\nheaders: { request: { add: { x: "%START_TIME" } } }`,
    "header value configuration: invalid header configuration. Un-terminated variable expression '%START_TIME'",
  ],
  [`${TO}\nheaders: { request: { add: { x: '%REQ(x)% 5%% %UPSTREAM_METADATA(["a", "b"])%' } } }`, "ok"],
  [`${TO}\nmatch: [{ headers: { "a b": { exact: c } } }]`, "header name a b is not a valid header name"],
  [`${TO}\nmatch: [{ headers: { a: { prefix: "" } } }]`, '"headers": prefix string match should not be empty'],
  [
    `${TO}\nmatch: [{ uri: { regex: "/(?!x)" } }]`,
    '"uri": error parsing regexp: invalid or unsupported Perl syntax: `(?!`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
  ],
  [
    `${TO}\nmatch: [{ uri: { regex: "*.php" } }]`,
    '"uri": error parsing regexp: missing argument to repetition operator: `*`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
  ],
  [`${TO}\nmatch: [{ uri: { regex: '^/(?:a|b)[/x]*\\.php$' } }]`, "ok"],
  [`${TO}\nmatch: [{ uri: { prefix: "" } }]`, "ok"],
  [`${TO}\nmatch: [{ port: 70000 }]`, "port number 70000 must be in the range 1..65535"],
  [`${TO}\nmatch: [{ sourceLabels: { "a b": c } }]`, '1 error occurred:\n\t* invalid tag key: "a b"\n\n'],
  [`${TO}\nmatch: [{ sourceNamespace: a.b }]`, "sourceNamespace match a.b is invalid"],
  [
    `${TO}\nmatch: [{ gateways: [/gw] }]`,
    '2 errors occurred:\n\t* config namespace and gateway name cannot be empty\n\t* invalid value for namespace: ""\n\n',
  ],
  [
    `${TO}\nmatch: [{ headers: { "@request.auth.claims.group": { exact: a } } }]`,
    "JWT claim based routing (key: @request.auth.claims.group) is only supported for gateway, found no gateways: []",
  ],
  [`${TO}\ncorsPolicy: { allowMethods: [get] }`, '"get" is not a supported HTTP method'],
  [`${TO}\ncorsPolicy: { allowOrigins: [{ exact: "" }] }`, "'' is not a valid match type for CORS allow origins"],
  [
    `${TO}\ncorsPolicy: { maxAge: 1.5s }`,
    "1 error occurred:\n\t* max_age duration is accurate only to seconds precision\n\n",
  ],
  ["delegate: { name: a }\nredirect: { uri: / }", "root HTTP route  must not specify redirect"],
];

test.each(ROUTES)("route %s", async (route, said) => {
  const lines = route.split("\n").map((line, index) => `${index === 0 ? "  - " : "    "}${line}`);
  expect(await judge("VirtualService", `hosts: [reviews]\nhttp:\n${lines.join("\n")}`)).toBe(said);
});

/** Whole specs. */
const SPECS: readonly (readonly [spec: string, said: string])[] = [
  ["{ hosts: [reviews] }", "http, tcp or tls must be provided in virtual service"],
  [
    `{ hosts: ["*"], http: [{ ${TO} }] }`,
    "wildcard host * is not allowed for virtual services bound to the mesh gateway",
  ],
  [`{ hosts: ["*"], gateways: [gw], http: [{ ${TO} }] }`, "ok"],
  [`{ hosts: [10.0.0.1], http: [{ ${TO} }] }`, "ok"],
  [
    `{ hosts: [10.0.0.256], http: [{ ${TO} }] }`,
    'domain name "0.0.256" invalid (top level domain "256" cannot be all-numeric)',
  ],
  [`{ hosts: ["*.a.com", b.a.com], http: [{ ${TO} }] }`, "duplicate hosts in virtual service: *.a.com & b.a.com"],
  [
    `{ hosts: [a], gateways: [gw.ns.svc.cluster.local], http: [{ ${TO} }] }`,
    'warning: using legacy gatewayName format "gw.ns.svc.cluster.local"; prefer the <namespace>/<name> format: "ns/gw"',
  ],
  [`{ gateways: [gw], http: [{ ${TO} }] }`, "delegate virtual service must have no gateways specified"],
  [
    `{ http: [{ delegate: { name: b } }] }`,
    "2 errors occurred:\n\t* delegate HTTP route cannot contain delegate\n\t* HTTP route, redirect or direct_response is required\n\n",
  ],
  [`{ hosts: [a], exportTo: [".", shop], http: [{ ${TO} }] }`, "duplicate entries in exportTo for entry shop"],
  [
    `{ hosts: [a], exportTo: ["*", "."], http: [{ ${TO} }] }`,
    "cannot have both public (*) and non-public exportTo values for a resource",
  ],
  [
    `{ hosts: [a], http: [{ ${TO} }, { ${TO} }] }`,
    "warning: virtualService rule #1 not used (only the last rule can have no matches)",
  ],
  [
    `{ hosts: [a], http: [{ name: x, match: [{ uri: { exact: /a } }], ${TO} }, { match: [{ name: m, uri: { exact: /a } }], ${TO} }] }`,
    'warning: virtualService rule #1 match "m" is not used (duplicate/overlapping match in rule "x")\nwarning: virtualService rule #1 not used (all matches used by prior rules)',
  ],
  [
    `{ hosts: [a], http: [{ match: [{ uri: { prefix: /a } }], ${TO} }, { match: [{ uri: { prefix: /a/b } }], ${TO} }] }`,
    "warning: virtualService rule #1 match #0 of prefix /a/b is not used (duplicate/overlapping match in rule #0 of prefix /a on #0)",
  ],
  [
    `{ hosts: [a], http: [{ match: [{ uri: { prefix: /a }, headers: { u: { exact: j } } }], ${TO} }, { match: [{ uri: { prefix: /a/b } }], ${TO} }] }`,
    "ok",
  ],
  ["{ hosts: [a], tcp: [{ match: [{ port: 1 }] }] }", "TCP route is required"],
  [
    "{ hosts: [a], tcp: [{ match: [{ destinationSubnets: [10.0.0.0/40] }], route: [{ destination: { host: a } }] }] }",
    "10.0.0.0/40 is not a valid CIDR block",
  ],
  [
    "{ hosts: [a.com], tls: [{ match: [{ sniHosts: [b.com] }], route: [{ destination: { host: a } }] }] }",
    'SNI host "b.com" is not a compatible subset of any of the virtual service hosts: [a.com]',
  ],
  [
    "{ hosts: ['*.com'], tls: [{ match: [{ port: 443 }], route: [{ destination: { host: a } }] }] }",
    "TLS match must have at least one SNI host",
  ],
];

test.each(SPECS)("%s", async (spec, said) => {
  expect(await judge("VirtualService", spec)).toBe(said);
});
