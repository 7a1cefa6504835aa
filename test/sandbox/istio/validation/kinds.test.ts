import { expect, test } from "vitest";
import { judge } from "./judge.ts";

const NO_LABELS = "workload selector specified without labels";

/** A kind, its spec, and what istiod says. */
const ROWS: readonly (readonly [kind: string, spec: string, said: string])[] = [
  ["DestinationRule", "{ host: reviews }", "ok"],
  ["DestinationRule", "{ host: re_views }", 'domain name "re_views" invalid (label "re_views" invalid)'],
  ["DestinationRule", "{ host: a, trafficPolicy: {} }", "traffic policy must have at least one field"],
  ["DestinationRule", "{ host: a, subsets: [{ name: v1 }, { name: v1 }] }", "duplicate subset names: v1"],
  ["DestinationRule", "{ host: a, subsets: [{ name: v_1 }] }", "subset name is invalid: v_1"],
  ["DestinationRule", "{ host: a, subsets: [{ labels: { a: b } }] }", "subset name cannot be empty"],
  [
    "DestinationRule",
    "{ host: a, subsets: [{ name: v1, labels: { a: 'b c' } }] }",
    '1 error occurred:\n\t* invalid tag value: "b c"\n\n',
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { connectionPool: {} } }",
    "connection pool must have at least one field",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { connectionPool: { tcp: { maxConnections: -1 } } } }",
    "max connections must be non-negative",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { outlierDetection: { maxEjectionPercent: 101 } } }",
    "percentage 101 is not in range 0..100",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { outlierDetection: { consecutiveErrors: 1 } } }",
    "warning: outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { tls: { mode: MUTUAL } } }",
    "2 errors occurred:\n\t* client certificate required for mutual tls\n\t* private key required for mutual tls\n\n",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { loadBalancer: { consistentHash: { maglev: { tableSize: 10 } } } } }",
    "tableSize must be a prime number for maglev",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [{ from: a, to: { b: 60 } }] } } } }",
    "total locality weight 60 != 100",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { failover: [{ from: a, to: b }] } } } }",
    "warning: outlier detection policy must be provided for failover",
  ],
  [
    "DestinationRule",
    "{ host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [{ from: a/b, to: { 'r/*': 50, r: 50 } }] } } } }",
    "locality r overlap with previous specified ones",
  ],
  [
    "DestinationRule",
    "{ host: a, workloadSelector: { matchLabels: { a: b } }, exportTo: ['*'] }",
    "destination rule with workload selector cannot have exportTo beyond current namespace",
  ],
  ["Gateway", "{ selector: { istio: ingressgateway } }", "gateway must have at least one server"],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: http, protocol: HTTP } }] }",
    "server config must contain at least one host",
  ],
  ["Gateway", "{ servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }", "ok"],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [bookinfo] }] }",
    "short names (non FQDN) are not allowed",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: http, protocol: HTP }, hosts: ['*'] }] }",
    'invalid protocol "HTP", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP',
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 443, name: s, protocol: HTTPS }, hosts: ['*'] }] }",
    "server must have TLS settings for HTTPS/TLS protocols",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 443, name: s, protocol: HTTPS }, hosts: ['*'], tls: { mode: SIMPLE } }] }",
    "2 errors occurred:\n\t* SIMPLE TLS requires a server certificate\n\t* SIMPLE TLS requires a private key\n\n",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 443, name: s, protocol: HTTPS }, hosts: ['*'], tls: { mode: SIMPLE, credentialName: c } }] }",
    "ok",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: s, protocol: HTTP }, hosts: ['*'], tls: { mode: SIMPLE, credentialName: c } }] }",
    "server cannot have TLS settings for plain text HTTP ports",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: s, protocol: HTTP }, hosts: ['*'], tls: { httpsRedirect: true } }] }",
    "ok",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: a, protocol: HTTP }, hosts: ['*'] }, { port: { number: 81, name: a, protocol: HTTP }, hosts: ['*'] }] }",
    "port names in servers must be unique: duplicate name a",
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 80, name: a, protocol: HTTP }, hosts: ['n s/*'] }] }",
    'invalid namespace value "n s" in gateway',
  ],
  [
    "Gateway",
    "{ servers: [{ port: { number: 443, name: a, protocol: TLS }, hosts: ['*'], tls: { cipherSuites: [AES128-SHA, AES128-SHA, X] } }] }",
    "warning: ignoring invalid cipher suites: [X]\nwarning: ignoring duplicate cipher suites: [AES128-SHA]",
  ],
  ["ServiceEntry", "{ hosts: [] }", "service entry must have at least one host"],
  ["ServiceEntry", "{ hosts: ['*'], ports: [{ number: 80, name: http, protocol: HTTP }] }", "invalid host *"],
  [
    "ServiceEntry",
    "{ hosts: [httpbin.org], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }",
    "ok",
  ],
  [
    "ServiceEntry",
    "{ hosts: ['*.org'], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }",
    "hosts must be FQDN if no endpoints are provided for resolution mode DNS",
  ],
  [
    "ServiceEntry",
    "{ hosts: [a.org], ports: [{ number: 80, name: http, protocol: HTTP }, { number: 80, name: http, protocol: HTTP }] }",
    '2 errors occurred:\n\t* service entry port name "http" already defined\n\t* service entry port 80 already defined\n\n',
  ],
  [
    "ServiceEntry",
    "{ hosts: [a.org], ports: [{ number: 80, name: tcp, protocol: TCP }] }",
    "warning: addresses are required for ports serving TCP (or unset) protocol when ISTIO_META_DNS_AUTO_ALLOCATE is not set on a proxy",
  ],
  [
    "ServiceEntry",
    "{ hosts: [a.org], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: STATIC, endpoints: [{ address: b.org }] }",
    'endpoint address "b.org" is not a valid IP address',
  ],
  [
    "ServiceEntry",
    "{ hosts: [a.org, b.org], ports: [{ number: 80, name: tcp, protocol: TCP }], addresses: [10.0.0.1], resolution: STATIC }",
    "multiple hosts provided with non-HTTP, non-TLS ports",
  ],
  ["WorkloadEntry", "{ ports: { http: 80 } }", "address is required"],
  ["WorkloadEntry", "{ address: 'a b' }", 'endpoint address "a b" is not a valid FQDN or an IP address'],
  ["WorkloadEntry", "{ address: 'unix:///a', ports: { http: 80 } }", "unix endpoint unix:///a must not include ports"],
  ["WorkloadEntry", "{ network: n }", 'warning: address is unset with network "n"'],
  ["WorkloadGroup", "{ metadata: {} }", "template is required"],
  ["WorkloadGroup", "{ template: {}, probe: { httpGet: { port: 0 } } }", "port number 0 must be in the range 1..65535"],
  ["WorkloadGroup", "{ template: {}, probe: { exec: {} } }", "exec.command is required"],
  ["Sidecar", "{ workloadSelector: { labels: { a: b } } }", "sidecar: empty configuration provided"],
  ["Sidecar", "{ egress: [{ hosts: ['./*', 'istio-system/*'] }] }", "ok"],
  ["Sidecar", "{ egress: [{ hosts: [reviews] }] }", "host must be of form namespace/dnsName"],
  ["Sidecar", "{ egress: [{ hosts: [] }] }", "sidecar: egress listener must contain at least one host"],
  ["Sidecar", "{ egress: [{ hosts: ['./*', 'shop/a.b'] }] }", "warning: duplicated egress host: shop/a.b"],
  [
    "Sidecar",
    "{ egress: [{ hosts: ['*/*', 'a/*'] }] }",
    "warning: `*/*` host select all resources, no other hosts can be added",
  ],
  [
    "Sidecar",
    "{ workloadSelector: {}, egress: [{ hosts: ['./*'] }] }",
    `warning: sidecar: ${NO_LABELS}, will be applied to all services in namespace`,
  ],
  [
    "Sidecar",
    "{ ingress: [{ port: { number: 80, protocol: HTTP, name: h }, defaultEndpoint: '10.0.0.1:80' }] }",
    "sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset",
  ],
  ["EnvoyFilter", "{ configPatches: [{ patch: { operation: MERGE, value: {} } }] }", "Envoy filter: missing applyTo"],
  [
    "EnvoyFilter",
    "{ configPatches: [{ applyTo: CLUSTER, match: { listener: {} }, patch: { operation: MERGE, value: {} } }] }",
    "Envoy filter: applyTo for cluster class objects cannot have non cluster match",
  ],
  [
    "EnvoyFilter",
    "{ configPatches: [{ applyTo: CLUSTER, patch: { operation: REMOVE } }] }",
    "warning: EnvoyFilter exposes internal implementation details that may change at any time. Prefer other APIs if possible, and exercise extreme caution, especially around upgrades.",
  ],
  ["ProxyConfig", "{ concurrency: -1 }", "concurrency must be greater than or equal to 0"],
  ["WasmPlugin", "{ url: '' }", "url field needs to be set"],
  ["WasmPlugin", "{ url: 'ftp://a' }", "url contains unsupported scheme: ftp"],
  ["WasmPlugin", "{ url: 'oci://a/b', sha256: abc }", "sha256 field must be 64 characters long"],
  ["Telemetry", "{ accessLogging: [{ providers: [{ name: '' }] }] }", "providers.name may not be empty"],
  [
    "Telemetry",
    "{ tracing: [{ randomSamplingPercentage: 101 }] }",
    "randomSamplingPercentage must be in range [0.0, 100.0]",
  ],
  ["Telemetry", "{ tracing: [{}, {}] }", "warning: multiple tracing is not currently supported"],
  [
    "PeerAuthentication",
    "{ portLevelMtls: { '80': { mode: STRICT } } }",
    "mesh/namespace peer authentication cannot have port level mTLS",
  ],
  [
    "PeerAuthentication",
    "{ selector: { matchLabels: { a: b } }, portLevelMtls: { '70000': { mode: STRICT } } }",
    "port must be in range 1..65535",
  ],
  ["PeerAuthentication", "{ selector: {}, mtls: { mode: STRICT } }", `warning: ${NO_LABELS}`],
  [
    "RequestAuthentication",
    "{ jwtRules: [{ jwksUri: 'https://a/b' }] }",
    "1 error occurred:\n\t* issuer must be set\n\n",
  ],
  [
    "RequestAuthentication",
    "{ jwtRules: [{ issuer: a, jwksUri: 'file:///b' }] }",
    '1 error occurred:\n\t* URI scheme "file" is not supported\n\n',
  ],
  [
    "RequestAuthentication",
    "{ jwtRules: [{ issuer: a, fromHeaders: [{ name: '' }] }] }",
    "1 error occurred:\n\t* location header name must be non-empty string\n\n",
  ],
  ["RequestAuthentication", `{ jwtRules: [{ issuer: a, jwks: '{"keys":[]}' }] }`, "ok"],
  ["AuthorizationPolicy", "{}", "ok"],
  ["AuthorizationPolicy", "{ rules: [{}] }", "ok"],
  [
    "AuthorizationPolicy",
    "{ action: DENY }",
    "invalid policy one.shop: DENY action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request",
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ from: [] }] }",
    "invalid policy one.shop: `from` must not be empty, found at rule 0",
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ from: [{ source: {} }] }] }",
    "invalid policy one.shop: `from.source` must not be empty, found at rule 0",
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ from: [{ source: { ipBlocks: [10.0.0.300, 10.0.0.0/33] } }] }] }",
    '2 errors occurred:\n\t* invalid policy one.shop: bad IP address (10.0.0.300)\n\t* invalid policy one.shop: bad CIDR range (10.0.0.0/33): netip.ParsePrefix("10.0.0.0/33"): prefix length out of range\n\n',
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ to: [{ operation: { ports: [http] } }] }] }",
    '1 error occurred:\n\t* invalid policy one.shop: bad port (http): strconv.ParseUint: parsing "http": invalid syntax\n\n',
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ to: [{ operation: { methods: [''] } }] }] }",
    "invalid policy one.shop: empty value not allowed, found in Methods",
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ to: [{ operation: { paths: ['/{*}/{name}'] } }] }] }",
    "invalid policy one.shop: invalid or unsupported path template, found in Paths",
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ when: [{ key: request.header, values: [a] }] }] }",
    "2 errors occurred:\n\t* invalid policy one.shop: invalid `value` for `key` request.header: unknown attribute: request.header\n\t* invalid policy one.shop: invalid `notValue` for `key` request.header: unknown attribute: request.header\n\n",
  ],
  [
    "AuthorizationPolicy",
    "{ rules: [{ when: [{ key: source.ip }] }] }",
    "invalid policy one.shop: at least one of `values` or `notValues` must be set for key source.ip",
  ],
  ["AuthorizationPolicy", "{ rules: [{ when: [{ key: 'request.headers[x]', values: [a] }] }] }", "ok"],
  [
    "AuthorizationPolicy",
    "{ action: CUSTOM, rules: [{}] }",
    "invalid policy one.shop: `provider.name` must not be empty",
  ],
  [
    "AuthorizationPolicy",
    "{ provider: { name: a }, rules: [{}] }",
    "invalid policy one.shop: `provider` must not be with non CUSTOM action, found ALLOW",
  ],
  [
    "AuthorizationPolicy",
    "{ targetRefs: [{ kind: Pod, name: a }] }",
    "invalid policy one.shop: targetRef must be to one of [core/v1/Service networking.istio.io/v1/ServiceEntry gateway.networking.k8s.io/v1/Gateway gateway.networking.k8s.io/v1/GatewayClass] but was /Pod",
  ],
  [
    "AuthorizationPolicy",
    "{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }",
    "warning: configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port",
  ],
  [
    "AuthorizationPolicy",
    "{ action: DENY, rules: [{ to: [{ operation: { methods: [GET], ports: ['80'] } }] }] }",
    "ok",
  ],
  ["Deployment", "{}", "unknown kind"],
];

test.each(ROWS)("%s %s", async (kind, spec, said) => {
  expect(await judge(kind, spec)).toBe(said);
});

test("a dry run is only for policies that allow or deny, and says true or false", async () => {
  const dryRun = (value: string): { annotations: Record<string, string> } => ({
    annotations: { "istio.io/dry-run": value },
  });
  expect(await judge("AuthorizationPolicy", "{}", dryRun("true"))).toBe("ok");
  expect(await judge("AuthorizationPolicy", "{}", dryRun("yes"))).toBe(
    'shop/one has annotation istio.io/dry-run with invalid value (yes): strconv.ParseBool: parsing "yes": invalid syntax',
  );
  expect(await judge("AuthorizationPolicy", "{ action: AUDIT }", dryRun("true"))).toBe(
    "the annotation istio.io/dry-run currently only supports action ALLOW/DENY, found action AUDIT in shop/one",
  );
  expect(await judge("PeerAuthentication", "{}", dryRun("true"))).toBe(
    "shop/one has unsupported annotation istio.io/dry-run, please remove the annotation",
  );
});
