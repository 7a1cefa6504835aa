import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Installed } from "../istio/installed.ts";
import { ingressPort, NODE, startTask } from "./release.ts";

const ISSUER = "testing@secure.istio.io";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256" }] });

/** A token as Istio's `gen-jwt.py` makes them. */
function token(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", kid: "one" })}.${part({ iss: ISSUER, sub: ISSUER, ...claims })}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
}

const PLAIN = token({ exp: 4_685_989_700, foo: "bar" });
const GROUPED = token({ exp: 4_685_989_700, groups: ["group1", "group2"] });
const EXPIRED = token({ exp: 1 });

let task: Installed;
let url: string;

beforeAll(async () => {
  task = await startTask("token-tasks", ["curl/curl.yaml", "httpbin/httpbin.yaml", "httpbin/httpbin-gateway.yaml"]);
  url = `http://${NODE}:${await ingressPort(task, "http2")}`;
}, 60_000);

afterAll(() => task?.end());

const apply = (yaml: string): Promise<string> => task.run("kubectl apply -f -", yaml);
const bearer = (value: string): string => `-H "Authorization: Bearer ${value}"`;
const asked = (path: string, more = ""): string => `curl -sS -m 5 -w ' %{http_code}' ${more} ${url}${path}`;
const fromPod = (path: string, more = ""): string =>
  `kubectl exec deploy/curl -c curl -- curl -sS -o /dev/null -w '%{http_code}' ${more} http://httpbin:8000${path}`;

function requestAuthentication(name: string, namespace: string, labels: string, more = ""): string {
  return `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { ${labels} } }
  jwtRules: [{ issuer: ${ISSUER}, jwks: '${jwks}'${more} }]
`;
}

test("end-user authentication at the ingress gateway, then a token is required for one path", async () => {
  expect(await task.until(asked("/status/200"), /200$/)).toBe(" 200");
  const headers = ", outputClaimToHeaders: [{ header: x-jwt-claim-foo, claim: foo }]";
  await apply(requestAuthentication("ingress-jwt", "istio-system", "istio: ingressgateway", headers));
  expect(await task.until(asked("/headers", bearer("deadbeef")), /401$/)).toBe(
    "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections 401",
  );
  expect(await task.run(asked("/headers", bearer(EXPIRED)))).toBe("Jwt is expired 401");
  expect(await task.run(asked("/status/200"))).toBe(" 200");
  const answer = await task.run(asked("/headers", bearer(PLAIN)));
  expect(JSON.parse(answer.replace(/ 200$/, "")).headers["X-Jwt-Claim-Foo"]).toEqual(["bar"]);
  await apply(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: frontend-ingress, namespace: istio-system }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  action: DENY
  rules:
  - from: [{ source: { notRequestPrincipals: ["*"] } }]
    to: [{ operation: { paths: ["/status/201"] } }]
`);
  expect(await task.until(asked("/status/201"), /403$/)).toBe("RBAC: access denied 403");
  expect(await task.run(asked("/status/202"))).toBe(" 202");
  expect(await task.run(asked("/status/201", bearer(PLAIN)))).toBe(" 201");
  await task.run("kubectl delete authorizationpolicy,requestauthentication --all -n istio-system");
});

test("authorization by the claims of a token", async () => {
  await apply(requestAuthentication("jwt-example", "default", "app: httpbin"));
  expect(await task.until(fromPod("/headers", bearer("invalidToken")), /401/)).toBe("401");
  expect(await task.run(fromPod("/headers"))).toBe("200");
  const policy = (when: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: require-jwt }
spec:
  selector: { matchLabels: { app: httpbin } }
  action: ALLOW
  rules:
  - from: [{ source: { requestPrincipals: ["${ISSUER}/${ISSUER}"] } }]
    ${when}
`;
  await apply(policy(""));
  expect(await task.until(fromPod("/headers"), /403/)).toBe("403");
  expect(await task.run(fromPod("/headers", bearer(PLAIN)))).toBe("200");
  await apply(policy("when: [{ key: 'request.auth.claims[groups]', values: [group1] }]"));
  expect(await task.until(fromPod("/headers", bearer(PLAIN)), /403/)).toBe("403");
  expect(await task.run(fromPod("/headers", bearer(GROUPED)))).toBe("200");
  await task.run("kubectl delete authorizationpolicy,requestauthentication --all");
});

test("a policy on trial denies nothing; a real one beside it does", async () => {
  const policy = (name: string, path: string, isTried: boolean): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, annotations: { "istio.io/dry-run": "${isTried}" } }
spec:
  selector: { matchLabels: { app: httpbin } }
  action: DENY
  rules: [{ to: [{ operation: { paths: [${path}] } }] }]
---
`;
  await apply(policy("on-trial", "/headers", true) + policy("real", "/ip", false));
  expect(await task.until(fromPod("/ip"), /403/)).toBe("403");
  expect(await task.run(fromPod("/headers"))).toBe("200");
  const log = "kubectl logs deploy/httpbin -c istio-proxy | grep 'GET /ip' | tail -1";
  expect(await task.until(log, / 403 /)).toMatch(
    / 403 - rbac_access_denied_matched_policy\[ns\[default\]-policy\[real\]-rule\[0\]\] - .* "-" inbound\|8080\|\| - /,
  );
});
