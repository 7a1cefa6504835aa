import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { seedRoles } from "../../../src/sandbox/seed/roles.ts";
import { type Answer, startServer, type TestServer } from "./client.ts";

const json = { "content-type": "application/json" };
const RBAC = "rbac.authorization.k8s.io";
const jane = { "impersonate-user": "jane" };

/** A cluster with its roles, and with `rules` for jane in `default`. */
async function started(rules: readonly JsonObject[] = []): Promise<TestServer> {
  const server = await startServer({ authorization: "RBAC" });
  for (const object of seedRoles()) server.put(object as unknown as JsonObject);
  server.put({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "bot" } });
  server.put({ apiVersion: `${RBAC}/v1`, kind: "Role", metadata: { name: "own" }, rules });
  server.put(binding("own", { kind: "Role", name: "own" }));
  return server;
}

function binding(name: string, roleRef: JsonObject): JsonObject {
  const subjects = [{ kind: "User", name: "jane", apiGroup: RBAC }];
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name },
    subjects,
    roleRef: { apiGroup: RBAC, ...roleRef },
  };
}

async function tokenOf({ call }: TestServer, spec: JsonObject = {}): Promise<Answer> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
  return call("/api/v1/namespaces/default/serviceaccounts/bot/token", { method: "POST", headers: json, body });
}

const NAMESPACED = "/api/v1/namespaces/default";

test.each([
  [
    "GET",
    "/api/v1/pods",
    [],
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
  ],
  [
    "GET",
    `${NAMESPACED}/pods?watch=true`,
    [],
    'pods is forbidden: User "jane" cannot watch resource "pods" in API group "" in the namespace "default"',
  ],
  [
    "GET",
    "/apis/apps/v1/namespaces/default/deployments/web",
    [],
    'deployments.apps "web" is forbidden: User "jane" cannot get resource "deployments" in API group "apps" in the namespace "default"',
  ],
  [
    "DELETE",
    `${NAMESPACED}/pods`,
    [],
    'pods is forbidden: User "jane" cannot deletecollection resource "pods" in API group "" in the namespace "default"',
  ],
  [
    "PUT",
    `${NAMESPACED}/pods/a/status`,
    [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }],
    'pods "a" is forbidden: User "jane" cannot update resource "pods/status" in API group "" in the namespace "default"',
  ],
  [
    "GET",
    `${NAMESPACED}/secrets/b`,
    [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["a"], verbs: ["get"] }],
    'secrets "b" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "default"',
  ],
  ["GET", "/metrics", [], 'forbidden: User "jane" cannot get path "/metrics"'],
  [
    "GET",
    "/api/v1/namespaces/other",
    [{ apiGroups: [""], resources: ["namespaces"], verbs: ["get"] }],
    'namespaces "other" is forbidden: User "jane" cannot get resource "namespaces" in API group "" in the namespace "other"',
  ],
])("%s %s with too few rights is refused", async (method, path, rules, message) => {
  const { call } = await started(rules);
  const answer = await call(path, { method, headers: jane });
  expect(answer.json).toMatchObject({ kind: "Status", code: 403, reason: "Forbidden", message });
});

test.each([
  [
    "GET",
    `${NAMESPACED}/secrets?fieldSelector=metadata.name%3Da`,
    { resources: ["secrets"], resourceNames: ["a"], verbs: ["list"] },
  ],
  ["GET", NAMESPACED, { resources: ["namespaces"], verbs: ["get"] }],
  ["GET", `${NAMESPACED}/configmaps`, { resources: ["*"], verbs: ["list"] }],
  ["GET", `${NAMESPACED}/replicationcontrollers/a/scale`, { resources: ["*/scale"], verbs: ["get"] }],
  ["GET", "/version", {}],
  ["GET", "/apis/apps/v1", {}],
])("%s %s with the right rule is served", async (method, path, rule) => {
  const { call, put } = await started([{ apiGroups: [""], ...rule }]);
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
  put({
    apiVersion: "v1",
    kind: "ReplicationController",
    metadata: { name: "a" },
    spec: { selector: { a: "b" }, template },
  });
  expect((await call(path, { method, headers: jane })).code).toBe(200);
});

test("the masters' group is above all roles, and impersonation takes a right of its own", async () => {
  const server = await started([{ apiGroups: [""], resources: ["users"], verbs: ["impersonate"] }]);
  const asMaster = { "impersonate-user": "root", "impersonate-group": "system:masters" };
  expect((await server.call("/api/v1/secrets", { headers: asMaster })).code).toBe(200);
  const token = (await tokenOf(server)).json.status.token;
  const refused = await server.call(`${NAMESPACED}/pods`, { headers: jane, token });
  expect(refused.json.message).toBe(
    'users "jane" is forbidden: User "system:serviceaccount:default:bot" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
});

test("a service account's token is that account, for as long as the account is", async () => {
  const server = await started();
  const { json: request } = await tokenOf(server);
  const { token, expirationTimestamp } = request.status;
  expect(expirationTimestamp).toBe("2026-01-01T01:00:00Z");
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const who = await server.call(path, { method: "POST", headers: json, body: review, token });
  expect(who.json.status.userInfo).toMatchObject({
    username: "system:serviceaccount:default:bot",
    groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
  });
  expect((await server.call(`${NAMESPACED}/pods`, { token })).code).toBe(403);
  const forged = `${token.slice(0, -6)}AAAAAA`;
  expect((await server.call("/version", { token: forged })).code).toBe(401);
  await server.call(`${NAMESPACED}/serviceaccounts/bot`, { method: "DELETE" });
  expect((await server.call("/version", { token })).code).toBe(401);
});

test("a token for others opens nothing here, and is known as theirs", async () => {
  const server = await started();
  const { token } = (await tokenOf(server, { audiences: ["vault"] })).json.status;
  expect((await server.call("/version", { token })).code).toBe(401);
  const ask = async (spec: JsonObject): Promise<JsonObject> => {
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec };
    const path = "/apis/authentication.k8s.io/v1/tokenreviews";
    return (await server.call(path, { method: "POST", headers: json, body })).json.status;
  };
  expect(await ask({ token, audiences: ["vault"] })).toMatchObject({ authenticated: true, audiences: ["vault"] });
  expect(await ask({ token })).toEqual({ user: {}, error: "[invalid bearer token, unknown]" });
});

test.each([
  [{ expirationSeconds: 60 }, 422, "may not specify a duration less than 10 minutes"],
  [{ boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "gone" } }, 404, 'pods "gone" not found'],
  [{ boundObjectRef: { apiVersion: "v1", kind: "ConfigMap", name: "a" } }, 400, "cannot bind token for serviceaccount"],
])("a token request with %o is refused", async (spec, code, message) => {
  const answer = await tokenOf(await started(), spec);
  expect([answer.code, answer.json.message]).toEqual([code, expect.stringContaining(message)]);
});

test("nobody gives away what they do not have", async () => {
  const everyRole = { apiGroups: [RBAC], resources: ["roles", "rolebindings"], verbs: ["create", "update"] };
  const { call } = await started([everyRole, { apiGroups: [""], resources: ["pods"], verbs: ["get"] }]);
  const create = (plural: string, body: JsonObject): Promise<Answer> =>
    call(`/apis/${RBAC}/v1/namespaces/default/${plural}`, { method: "POST", headers: { ...json, ...jane }, body });
  const role = (name: string, resource: string): JsonObject => ({
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: { name },
    rules: [{ apiGroups: [""], resources: [resource], verbs: ["get"] }],
  });
  expect((await create("roles", role("fine", "pods"))).code).toBe(201);
  const who = 'user "jane" (groups=["system:authenticated"])';
  const refused = await create("roles", role("more", "secrets"));
  expect([refused.code, refused.json.message]).toEqual([
    403,
    `roles.rbac.authorization.k8s.io "more" is forbidden: ${who} is attempting to grant RBAC permissions not currently held:\n` +
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
  ]);
  expect((await create("rolebindings", binding("ok", { kind: "Role", name: "fine" }))).code).toBe(201);
  const bound = await create("rolebindings", binding("no", { kind: "ClusterRole", name: "cluster-admin" }));
  expect([bound.code, bound.json.message]).toEqual([
    403,
    expect.stringContaining('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}'),
  ]);
});

test("reviews say who may do what, and by which binding", async () => {
  const { call } = await started([{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }]);
  const ask = async (verb: string, user: string): Promise<JsonObject> => {
    const spec = { user, resourceAttributes: { verb, resource: "pods", namespace: "default" } };
    const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
    return (await call("/apis/authorization.k8s.io/v1/subjectaccessreviews", { method: "POST", headers: json, body }))
      .json.status;
  };
  expect(await ask("get", "jane")).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "own/default" of Role "own" to User "jane"',
  });
  expect([await ask("list", "jane"), await ask("get", "joe")]).toEqual([{ allowed: false }, { allowed: false }]);
});
