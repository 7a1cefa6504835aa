import { deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import { type Controller, NOTHING } from "./controller.ts";
import { nameOf } from "./owner.ts";
import { selects } from "./selector.ts";

const ROLES = "rbac.authorization.k8s.io/clusterroles";

/** Gives a cluster role with an aggregation rule the rules of all that it selects. */
export const aggregationController: Controller = {
  name: "clusterrole-aggregation-controller",
  resource: ROLES,
  wakes: {
    [ROLES]: (_role, snapshot) => snapshot.list(ROLES).filter(isAggregate).map(nameOf),
  },
  reconcile(snapshot, { name }) {
    const role = snapshot.get(ROLES, undefined, name);
    if (role === undefined || !isAggregate(role)) return NOTHING;
    const selectors = ((role.aggregationRule as JsonObject).clusterRoleSelectors ?? []) as readonly JsonObject[];
    const rules: JsonObject[] = [];
    for (const selector of selectors) {
      for (const other of snapshot.list(ROLES)) {
        if (other.metadata.name === name || !selects(selector, other.metadata.labels)) continue;
        for (const rule of (other.rules ?? []) as readonly JsonObject[]) {
          if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
        }
      }
    }
    if (deepEqual(rules, role.rules ?? [])) return NOTHING;
    return { changes: [{ kind: "update", resource: ROLES, object: { ...role, rules } }] };
  },
};

function isAggregate({ aggregationRule }: KubeObject): boolean {
  return aggregationRule !== undefined && aggregationRule !== null;
}
