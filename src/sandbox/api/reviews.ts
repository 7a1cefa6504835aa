import type { JsonObject, KubeObject } from "../objects/index.ts";
import { decide } from "./auth/access.ts";
import type { Attributes } from "./auth/attributes.ts";
import { rulesOf } from "./auth/rbac.ts";
import { accountOfToken, ISSUER } from "./auth/tokens.ts";
import type { User } from "./auth/user.ts";
import type { Call } from "./call.ts";
import { decodeObject } from "./request-body.ts";
import { invalid, methodNotAllowed } from "./status.ts";
import { sendJson } from "./wire.ts";

type Answer = (call: Call, spec: JsonObject) => JsonObject;

/** Questions that are posted and answered, never stored: `group/plural` → the answer's status. */
const REVIEWS: Readonly<Record<string, Answer>> = {
  "authentication.k8s.io/selfsubjectreviews": ({ user }) => ({ userInfo: user }),
  "authentication.k8s.io/tokenreviews": reviewToken,
  "authorization.k8s.io/localsubjectaccessreviews": reviewSubject,
  "authorization.k8s.io/selfsubjectaccessreviews": (call, spec) => reviewAccess(call, call.user, spec),
  "authorization.k8s.io/selfsubjectrulesreviews": reviewRules,
  "authorization.k8s.io/subjectaccessreviews": reviewSubject,
};

/** Whether this resource is a review. */
export function isReview(group: string, plural: string): boolean {
  return Object.hasOwn(REVIEWS, `${group}/${plural}`);
}

/** Answers a review: the question, with its status. */
export async function serveReview(call: Call, group: string, plural: string): Promise<void> {
  if (call.method !== "POST") throw methodNotAllowed();
  const review: KubeObject = await decodeObject(call.request);
  const status = REVIEWS[`${group}/${plural}`]?.(call, review.spec ?? {}) ?? {};
  sendJson(
    call.response,
    { ...review, metadata: { ...review.metadata, creationTimestamp: null }, status },
    { code: 201 },
  );
}

function reviewToken({ api }: Call, spec: JsonObject): JsonObject {
  const audiences = spec.audiences?.length ? spec.audiences : [ISSUER];
  const { store, clock } = api.registry;
  const user = accountOfToken(String(spec.token ?? ""), { key: api.tokenKey, store, now: clock(), audiences });
  return user ? { authenticated: true, user, audiences } : { user: {}, error: "[invalid bearer token, unknown]" };
}

function reviewSubject(call: Call, spec: JsonObject): JsonObject {
  const { user = "", groups = [], uid, extra } = spec;
  if (user === "" && groups.length === 0) {
    throw invalid({ group: "authorization.k8s.io", kind: "SubjectAccessReview" }, "", [
      {
        type: "FieldValueInvalid",
        field: "spec.user",
        message: 'Invalid value: "": at least one of user or group must be specified',
      },
    ]);
  }
  return reviewAccess(call, { username: user, groups, ...(uid && { uid }), ...(extra && { extra }) }, spec);
}

function reviewAccess({ api }: Call, user: User, spec: JsonObject): JsonObject {
  const { allowed, reason } = decide(
    { mode: api.registry.authorization, store: api.registry.store },
    user,
    askedIn(spec),
  );
  return { allowed, ...(reason && { reason }) };
}

function askedIn({ resourceAttributes, nonResourceAttributes }: JsonObject): Attributes {
  if (nonResourceAttributes) return { verb: nonResourceAttributes.verb ?? "", path: nonResourceAttributes.path ?? "" };
  const {
    verb = "",
    group = "",
    resource = "",
    subresource = "",
    namespace = "",
    name = "",
  } = resourceAttributes ?? {};
  return { verb, group, resource, subresource, namespace, name };
}

function reviewRules({ api, user }: Call, spec: JsonObject): JsonObject {
  const { authorization, store } = api.registry;
  const everyone: User = { ...user, groups: [...user.groups, "system:masters"] };
  const rules = rulesOf(store, authorization === "RBAC" ? user : everyone, String(spec.namespace ?? ""));
  return {
    resourceRules: rules
      .filter(({ resources }) => resources?.length)
      .map(({ verbs = [], apiGroups = [], resources = [], resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames?.length && { resourceNames }),
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
      .map(({ verbs = [], nonResourceURLs = [] }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}
