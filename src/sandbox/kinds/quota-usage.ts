import { addAmounts, amountsOf, type JsonObject, type KubeObject } from "../objects/index.ts";
import { qosClass } from "./pod-admission.ts";
import { isFinished, listOf } from "./pod-status.ts";

const ONE = 1_000_000_000n;

/** Resources that a quota may count without `count/`. */
const COUNTED = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);

const SCOPES: Readonly<Record<string, (pod: KubeObject) => boolean>> = {
  BestEffort: ({ spec }) => qosClass(spec ?? {}) === "BestEffort",
  NotBestEffort: ({ spec }) => qosClass(spec ?? {}) !== "BestEffort",
  NotTerminating: ({ spec }) => spec?.activeDeadlineSeconds === undefined,
  PriorityClass: ({ spec }) => Boolean(spec?.priorityClassName),
  Terminating: ({ spec }) => spec?.activeDeadlineSeconds !== undefined,
};

/** What an object uses of a quota, in billionths by the quota's names. `resource` as the store files it: `apps/deployments`. */
export function quotaUsage(quota: KubeObject, resource: string, object: KubeObject): Map<string, bigint> {
  const [group = "", plural = ""] = resource.split("/");
  const used = new Map<string, bigint>([[`count/${group === "" ? plural : `${plural}.${group}`}`, ONE]]);
  if (group === "" && COUNTED.has(plural)) used.set(plural, ONE);
  if (resource === "/pods") {
    if (isFinished(object)) used.delete("pods");
    else addAmounts(used, podUsage(object.spec ?? {}));
  } else if (resource === "/services") {
    const { type, ports } = object.spec ?? {};
    const open = BigInt(listOf(ports).length) * ONE;
    if (type === "LoadBalancer") used.set("services.loadbalancers", ONE);
    if (type === "NodePort" || type === "LoadBalancer") used.set("services.nodeports", open);
  } else if (resource === "/persistentvolumeclaims") {
    used.set("requests.storage", amountsOf(object.spec?.resources?.requests).get("storage") ?? 0n);
  }
  if (!isInScope(quota, resource, object)) used.clear();
  const hard = quota.spec?.hard ?? {};
  return new Map([...used].filter(([name]) => Object.hasOwn(hard, name)));
}

/** A quota with scopes is about pods alone, and about those that are in all of them. */
function isInScope({ spec }: KubeObject, resource: string, object: KubeObject): boolean {
  const wanted = [
    ...((spec?.scopes ?? []) as readonly string[]),
    ...listOf(spec?.scopeSelector?.matchExpressions).map(({ scopeName }) => String(scopeName)),
  ];
  if (wanted.length === 0) return true;
  return resource === "/pods" && wanted.every((scope) => SCOPES[scope]?.(object) ?? false);
}

/** `cpu` and `requests.cpu` are the same; init containers count where one alone needs more than all others together. */
function podUsage(spec: JsonObject): Map<string, bigint> {
  const usage = new Map<string, bigint>();
  for (const [part, prefixes] of [
    ["requests", ["requests.", ""]],
    ["limits", ["limits."]],
  ] as const) {
    for (const [name, nanos] of podAmounts(spec, part)) for (const prefix of prefixes) usage.set(prefix + name, nanos);
  }
  return usage;
}

/** What a pod asks for, or is limited to, as a whole. */
export function podAmounts(spec: JsonObject, part: "requests" | "limits"): Map<string, bigint> {
  const isSidecar = ({ restartPolicy }: JsonObject): boolean => restartPolicy === "Always";
  const init = listOf(spec.initContainers);
  const sum = new Map<string, bigint>();
  for (const container of [...listOf(spec.containers), ...init.filter(isSidecar)]) {
    addAmounts(sum, amountsOf(container.resources?.[part]));
  }
  for (const container of init.filter((one) => !isSidecar(one))) {
    for (const [name, nanos] of amountsOf(container.resources?.[part])) {
      if (nanos > (sum.get(name) ?? 0n)) sum.set(name, nanos);
    }
  }
  return sum;
}
