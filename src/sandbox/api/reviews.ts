import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Call } from "./call.ts";
import { decodeObject } from "./request-body.ts";
import { methodNotAllowed } from "./status.ts";
import { sendJson } from "./wire.ts";

/** Whoever has the token is the cluster's administrator, as in kind's kubeconfig. */
const USER = {
  username: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", "system:authenticated"],
};

const EVERYTHING = { verbs: ["*"], apiGroups: ["*"], resources: ["*"] };
const RULES = {
  resourceRules: [EVERYTHING],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
  incomplete: false,
};

/** Questions that are posted and answered, never stored: `group/plural` → the answer's status. */
const REVIEWS: Readonly<Record<string, (review: KubeObject) => JsonObject>> = {
  "authentication.k8s.io/selfsubjectreviews": () => ({ userInfo: USER }),
  "authentication.k8s.io/tokenreviews": () => ({ authenticated: false, user: {} }),
  "authorization.k8s.io/localsubjectaccessreviews": () => ({ allowed: true }),
  "authorization.k8s.io/selfsubjectaccessreviews": () => ({ allowed: true }),
  "authorization.k8s.io/selfsubjectrulesreviews": () => RULES,
  "authorization.k8s.io/subjectaccessreviews": () => ({ allowed: true }),
};

/** Whether this resource is a review. */
export function isReview(group: string, plural: string): boolean {
  return Object.hasOwn(REVIEWS, `${group}/${plural}`);
}

/** Answers a review: the question, with its status. */
export async function serveReview(call: Call, group: string, plural: string): Promise<void> {
  if (call.method !== "POST") throw methodNotAllowed();
  const review = await decodeObject(call.request);
  const status = REVIEWS[`${group}/${plural}`]?.(review) ?? {};
  sendJson(
    call.response,
    { ...review, metadata: { ...review.metadata, creationTimestamp: null }, status },
    { code: 201 },
  );
}
