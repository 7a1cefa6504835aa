import type { Kind } from "../../kinds/index.ts";
import { deepEqual, type JsonObject, type KubeObject } from "../../objects/index.ts";
import type { Store } from "../../store/index.ts";
import { forbidden } from "../status.ts";
import { authorize, type PolicyRule, resourceMatches, rulesOf, rulesOfRole, urlMatches } from "./rbac.ts";
import type { User } from "./user.ts";

const GROUP = "rbac.authorization.k8s.io";

/** What is granted by an object of these kinds, and the verb that lets one grant more than one has. */
const ROLES = new Set(["roles", "clusterroles"]);
const BINDINGS = new Set(["rolebindings", "clusterrolebindings"]);

/** 403 for who would give away rights that they do not have. `old` is undefined on create. */
export function checkEscalation(
  store: Pick<Store, "get" | "list">,
  kind: Kind,
  { next, old }: { readonly next: KubeObject; readonly old: KubeObject | undefined },
  user: User,
): void {
  if (kind.group !== GROUP || !(ROLES.has(kind.plural) || BINDINGS.has(kind.plural))) return;
  const namespace = next.metadata.namespace ?? "";
  const isRole = ROLES.has(kind.plural);
  if (
    old &&
    isRole &&
    deepEqual(next.rules ?? [], old.rules ?? []) &&
    deepEqual(next.aggregationRule, old.aggregationRule)
  )
    return;
  if (old && !isRole && deepEqual(next.subjects, old.subjects) && deepEqual(next.roleRef, old.roleRef)) return;
  const roleRef = (next.roleRef ?? {}) as JsonObject;
  const wanted = isRole
    ? { verb: "escalate", resource: kind.plural, name: next.metadata.name }
    : { verb: "bind", resource: roleRef.kind === "ClusterRole" ? "clusterroles" : "roles", name: String(roleRef.name) };
  if (authorize(store, user, { ...wanted, group: GROUP, subresource: "", namespace }).allowed) return;
  // Whoever aggregates gets whatever roles come: that is everything.
  const granted = isRole
    ? next.aggregationRule
      ? EVERYTHING
      : ((next.rules ?? []) as readonly PolicyRule[])
    : rulesOfRole(store, namespace, roleRef);
  if (!granted)
    throw forbidden(
      kind,
      next.metadata.name,
      `${String(roleRef.kind).toLowerCase()}.${GROUP} ${JSON.stringify(roleRef.name)} not found`,
    );
  const owned = rulesOf(store, user, namespace);
  const missing = granted.flatMap(singleRules).filter((rule) => !owned.some((own) => covers(own, rule)));
  if (missing.length === 0) return;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
  const who = `user ${JSON.stringify(user.username)} (groups=[${groups}])`;
  const list = compact(missing).map(ruleText).join("\n");
  throw forbidden(
    kind,
    next.metadata.name,
    `${who} is attempting to grant RBAC permissions not currently held:\n${list}`,
  );
}

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/** A rule as rules of one verb and one thing each. */
function singleRules({
  verbs = [],
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): PolicyRule[] {
  return verbs.flatMap((verb) => [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource): PolicyRule[] => {
        const rule = { verbs: [verb], apiGroups: [group], resources: [resource] };
        return resourceNames.length === 0 ? [rule] : resourceNames.map((name) => ({ ...rule, resourceNames: [name] }));
      }),
    ),
    ...nonResourceURLs.map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
  ]);
}

function covers(own: PolicyRule, single: PolicyRule): boolean {
  const has = (list: readonly string[] | undefined, value: string | undefined): boolean =>
    list?.some((one) => one === "*" || one === value) ?? false;
  if (!has(own.verbs, single.verbs?.[0])) return false;
  const [url] = single.nonResourceURLs ?? [];
  if (url !== undefined) return (own.nonResourceURLs ?? []).some((one) => urlMatches(one, url));
  const [resource = "", subresource = ""] = (single.resources?.[0] ?? "").split("/");
  const names = own.resourceNames ?? [];
  return (
    has(own.apiGroups, single.apiGroups?.[0]) &&
    (own.resources ?? []).some((one) => resourceMatches(one, resource, subresource)) &&
    (names.length === 0 || (single.resourceNames?.[0] !== undefined && names.includes(single.resourceNames[0])))
  );
}

/** Rules about the same thing as one, in the order in which they came. */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const { verbs = [], ...rest } of rules) {
    const key = JSON.stringify(rest);
    merged.set(key, { ...rest, verbs: [...(merged.get(key)?.verbs ?? []), ...verbs] });
  }
  return [...merged.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`, as Go prints it. */
function ruleText(rule: PolicyRule): string {
  const fields: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["ResourceNames", rule.resourceNames],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["Verbs", rule.verbs],
  ];
  const parts = fields.flatMap(([name, values]) =>
    values?.length ? [`${name}:[${values.map((value) => JSON.stringify(value)).join(" ")}]`] : [],
  );
  return `{${parts.join(", ")}}`;
}
