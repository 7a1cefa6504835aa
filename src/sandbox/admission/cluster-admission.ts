import { type Admission, inOrder } from "../api/index.ts";
import type { Store } from "../store/index.ts";
import { limitRanges } from "./limits.ts";
import { podSecurity } from "./pod-security/pod-security.ts";
import { quotas } from "./quota.ts";
import { references } from "./references.ts";

/** All that a write must pass in a cluster. Quotas are last: what is refused for another reason uses nothing. */
export function clusterAdmission(store: Pick<Store, "get" | "list">, webhooks: Admission): Admission {
  return inOrder(references(store), limitRanges(store), podSecurity(store), webhooks, quotas(store));
}
