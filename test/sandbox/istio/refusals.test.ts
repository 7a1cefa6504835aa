import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

// What the learner reads when istiod does not want an object, or has something to say about it.
let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("refusals");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-refusals-"));
  sandbox = await open(dist, { stateDir });
  await run("kind create cluster --wait 2m && istioctl install --set profile=minimal -y");
}, 60_000);

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

/** A line as a lesson would have it; both streams and the exit code as text. */
function run(line: string): Promise<string> {
  return new Promise((resolve) => {
    const PATH = `${sandbox.binDir}:${path.dirname(findKubectl())}:/bin:/usr/bin`;
    const script = `{ ${line}; } 2>&1; echo "[$?]"`;
    execFile("/bin/bash", ["-c", script], { env: { PATH, HOME: stateDir, ...sandbox.env }, cwd: stateDir }, (_, out) =>
      resolve(out),
    );
  });
}

function apply(kind: string, spec: string, labels = "{}"): Promise<string> {
  const group = /Auth/.test(kind) ? "security" : "networking";
  const version = kind === "EnvoyFilter" ? "v1alpha3" : "v1";
  const text = `apiVersion: ${group}.istio.io/${version}\nkind: ${kind}\nmetadata: { name: one, labels: ${labels} }\nspec: ${spec}\n`;
  writeFileSync(path.join(stateDir, "object.yaml"), text);
  return run("kubectl create -f - < object.yaml");
}

const DENIED =
  'Error from server: error when creating "STDIN": admission webhook "validation.istio.io" denied the request: configuration is invalid:';
const TO = "route: [{ destination: { host: reviews } }]";

/** What is written, and the whole of what kubectl says. The schema's own rules come first. */
const ROWS: readonly (readonly [kind: string, spec: string, said: string])[] = [
  [
    "VirtualService",
    "{ hosts: [a], http: [{ route: [{ destination: { host: b }, weight: 6O }] }] }",
    'The VirtualService "one" is invalid: spec.http[0].route[0].weight: Invalid value: "string": spec.http[0].route[0].weight in body must be of type integer: "string"\n[1]\n',
  ],
  [
    "VirtualService",
    "{ hosts: [a], http: [{ route: [{ destination: { host: b }, wieght: 60 }] }] }",
    'Error from server (BadRequest): error when creating "STDIN": VirtualService in version "v1" cannot be handled as a VirtualService: strict decoding error: unknown field "spec.http[0].route[0].wieght"\n[1]\n',
  ],
  [
    "VirtualService",
    "{ hosts: [a], http: [{ route: [{ destination: { host: b }, weight: -5 }] }] }",
    `${DENIED} weight -5 < 0\n[1]\n`,
  ],
  [
    "VirtualService",
    "{ hosts: [a_b], http: [{ route: [{ destination: { host: b }, weight: 0 }, { destination: { host: c }, weight: 0 }] }] }",
    `${DENIED} 2 errors occurred:\n\t* domain name "a_b" invalid (label "a_b" invalid)\n\t* total destination weight = 0\n\n[1]\n`,
  ],
  [
    "VirtualService",
    `{ hosts: [a], http: [{ ${TO} }, { ${TO} }] }`,
    "Warning: virtualService rule #1 not used (only the last rule can have no matches)\nvirtualservice.networking.istio.io/one created\n[0]\n",
  ],
  [
    "VirtualService",
    `{ hosts: [a], http: [{ match: [{ uri: { prefix: /a, exact: /b } }], ${TO} }] }`,
    'The VirtualService "one" is invalid: <nil>: Invalid value: "": "spec.http[0].match[0].uri" must validate one and only one schema (oneOf). Found 2 valid alternatives\n[1]\n',
  ],
  ["Gateway", "{ servers: [] }", `${DENIED} gateway must have at least one server\n[1]\n`],
  [
    "DestinationRule",
    "{ host: a, subsets: [{ name: v1 }, { name: v1 }] }",
    `${DENIED} duplicate subset names: v1\n[1]\n`,
  ],
  [
    "EnvoyFilter",
    "{ configPatches: [] }",
    "Warning: EnvoyFilter exposes internal implementation details that may change at any time. Prefer other APIs if possible, and exercise extreme caution, especially around upgrades.\nenvoyfilter.networking.istio.io/one created\n[0]\n",
  ],
  [
    "AuthorizationPolicy",
    "{ action: DENY }",
    `${DENIED} invalid policy one.default: DENY action without \`rules\` is meaningless as it will never be triggered, add an empty rule \`{}\` if you want it be triggered for every request\n[1]\n`,
  ],
  [
    "PeerAuthentication",
    "{ portLevelMtls: { 80: { mode: STRICT } } }",
    'The PeerAuthentication "one" is invalid: spec: Invalid value: "object": portLevelMtls requires selector\n[1]\n',
  ],
  [
    "RequestAuthentication",
    "{ jwtRules: [{ issuer: a, jwks: 'x' }] }",
    `${DENIED} 1 error occurred:\n\t* jwks parse error: failed to unmarshal JWK set: found no JSON\n\n[1]\n`,
  ],
  ["Sidecar", "{ egress: [{ hosts: [a] }] }", `${DENIED} host must be of form namespace/dnsName\n[1]\n`],
];

test.each(ROWS)("%s %s", async (kind, spec, said) => {
  expect(await apply(kind, spec)).toBe(said);
});

test("an object of a revision is judged by that revision's webhook, and by nobody where there is none", async () => {
  const spec = "{ servers: [] }";
  expect(await apply("Gateway", spec, "{ istio.io/rev: default }")).toContain(
    'admission webhook "rev.validation.istio.io" denied the request: configuration is invalid: gateway must have',
  );
  expect(await apply("Gateway", spec, "{ istio.io/rev: other }")).toBe(
    "gateway.networking.istio.io/one created\n[0]\n",
  );
});

test("without istiod nothing is judged, and so nothing is stored", async () => {
  await run(
    "kubectl -n istio-system scale deployment istiod --replicas=0 && kubectl -n istio-system wait --for=delete pod -l app=istiod --timeout=60s",
  );
  expect(await apply("Sidecar", "{ egress: [{ hosts: ['./*'] }] }")).toMatch(
    /^Error from server \(InternalError\): error when creating "STDIN": Internal error occurred: failed calling webhook "validation\.istio\.io": failed to call webhook: Post "https:\/\/istiod\.istio-system\.svc:443\/validate\?timeout=10s": dial tcp [\d.]+:443: connect: connection refused\n\[1\]\n$/,
  );
});
