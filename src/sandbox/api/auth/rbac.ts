import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Store } from "../../store/index.ts";
import { StatusError } from "../status.ts";
import type { Attributes } from "./attributes.ts";
import { accountUsername, MASTERS, type User } from "./user.ts";

const GROUP = "rbac.authorization.k8s.io";

/** rbac.authorization.k8s.io/v1 PolicyRule. */
export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A rule that a user has, and by what. */
interface Grant {
  readonly rule: PolicyRule;
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"`. */
  readonly by: string;
}

type Roles = Pick<Store, "get" | "list">;

export interface Decision {
  readonly allowed: boolean;
  /** Why; or what stood in the way of finding out. */
  readonly reason: string;
}

/** Whether roles and bindings let a user do something. */
export function authorize(store: Roles, user: User, wanted: Attributes): Decision {
  if (user.groups.includes(MASTERS)) return { allowed: true, reason: "" };
  const missing: string[] = [];
  for (const { rule, by } of grants(store, user, wanted.path === undefined ? wanted.namespace : "", missing)) {
    if (allows(rule, wanted)) return { allowed: true, reason: `RBAC: allowed by ${by}` };
  }
  const why = missing.length === 1 ? missing[0] : `[${missing.join(", ")}]`;
  return { allowed: false, reason: missing.length > 0 ? `RBAC: ${why}` : "" };
}

/** All rules that a user has in a namespace; those of the whole cluster too. */
export function rulesOf(store: Roles, user: User, namespace: string): readonly PolicyRule[] {
  const everything: readonly PolicyRule[] = [
    { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { verbs: ["*"], nonResourceURLs: ["*"] },
  ];
  if (user.groups.includes(MASTERS)) return everything;
  return [...grants(store, user, namespace, [])].map(({ rule }) => rule);
}

/** The rules behind a binding's `roleRef`; undefined when there is no such role. */
export function rulesOfRole(store: Roles, namespace: string, roleRef: JsonObject): readonly PolicyRule[] | undefined {
  const role =
    roleRef.kind === "ClusterRole"
      ? store.get(`${GROUP}/clusterroles`, undefined, String(roleRef.name))
      : store.get(`${GROUP}/roles`, namespace, String(roleRef.name));
  return role && ((role.rules ?? []) as readonly PolicyRule[]);
}

/** 403 as upstream words it; `allowed` passes. */
export function checkAllowed(user: User, wanted: Attributes, { allowed, reason }: Decision): void {
  if (allowed) return;
  const why = `${denial(user, wanted)}${reason === "" ? "" : `: ${reason}`}`;
  if (wanted.path !== undefined) throw new StatusError(403, "Forbidden", `forbidden: ${why}`, {});
  const { group, resource, name } = wanted;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const what = name === "" ? qualified : `${qualified} ${JSON.stringify(name)}`;
  const details = { ...(name !== "" && { name }), ...(group !== "" && { group }), kind: resource };
  throw new StatusError(403, "Forbidden", `${what} is forbidden: ${why}`, details);
}

function denial({ username }: User, wanted: Attributes): string {
  const user = `User ${JSON.stringify(username)} cannot ${wanted.verb}`;
  if (wanted.path !== undefined) return `${user} path ${JSON.stringify(wanted.path)}`;
  const { resource, subresource, group, namespace } = wanted;
  const what = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${user} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

/** The grants of the cluster first, then those of the namespace; roles that are not there go into `missing`. */
function* grants(store: Roles, user: User, namespace: string, missing: string[]): Generator<Grant> {
  const places: readonly (readonly [string, readonly KubeObject[]])[] = [
    ["ClusterRoleBinding", store.list(`${GROUP}/clusterrolebindings`)],
    ["RoleBinding", namespace === "" ? [] : store.list(`${GROUP}/rolebindings`, namespace)],
  ];
  for (const [kind, bindings] of places) {
    for (const binding of bindings) {
      const subject = ((binding.subjects ?? []) as readonly JsonObject[]).find((one) => isMeant(one, user, namespace));
      if (!subject) continue;
      const roleRef = (binding.roleRef ?? {}) as JsonObject;
      const rules = rulesOfRole(store, namespace, roleRef);
      if (!rules)
        missing.push(`${String(roleRef.kind).toLowerCase()}.${GROUP} ${JSON.stringify(roleRef.name)} not found`);
      const { name } = binding.metadata;
      const called = kind === "RoleBinding" ? `${name}/${namespace}` : name;
      const whom = subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace}` : subject.name;
      const by = `${kind} "${called}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`;
      for (const rule of rules ?? []) yield { rule, by };
    }
  }
}

function isMeant(subject: JsonObject, user: User, namespace: string): boolean {
  if (subject.kind === "User") return subject.name === user.username;
  if (subject.kind === "Group") return user.groups.includes(String(subject.name));
  return user.username === accountUsername(String(subject.namespace ?? namespace), String(subject.name));
}

function allows(rule: PolicyRule, wanted: Attributes): boolean {
  if (!hasOrAll(rule.verbs, wanted.verb)) return false;
  if (wanted.path !== undefined) return (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, wanted.path));
  const { group, resource, subresource, name } = wanted;
  const names = rule.resourceNames ?? [];
  return (
    hasOrAll(rule.apiGroups, group) &&
    (rule.resources ?? []).some((one) => resourceMatches(one, resource, subresource)) &&
    (names.length === 0 || names.includes(name))
  );
}

function hasOrAll(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((one) => one === "*" || one === value) ?? false;
}

/** `*`, `pods`, `pods/log`, or `*` + `/scale`. */
export function resourceMatches(rule: string, resource: string, subresource: string): boolean {
  if (rule === "*") return true;
  if (subresource === "") return rule === resource;
  return rule === `${resource}/${subresource}` || rule === `*/${subresource}`;
}

/** `*`, the path itself, or a beginning that ends in `*`. */
export function urlMatches(rule: string, path: string): boolean {
  return rule === "*" || rule === path || (rule.endsWith("*") && path.startsWith(rule.replace(/\*+$/, "")));
}
