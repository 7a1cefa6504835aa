import { type CustomSchema, unreadRules } from "../kinds/index.ts";
import { deepEqual, formatTime, type JsonObject, type KubeObject } from "../objects/index.ts";

/** Holds a definition that is being deleted until its objects are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

interface Verdict {
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

const ACCEPTED: Verdict = { status: "True", reason: "NoConflicts", message: "no conflicts found" };

/**
 * What upstream's controllers make of a definition: its names are accepted unless another definition of the group has them,
 * and it is established. `now` in epoch milliseconds.
 */
export function definitionStatus(definition: KubeObject, others: readonly KubeObject[], now: number): JsonObject {
  const { spec = {}, status = {} } = definition;
  const accepted = namesVerdict(definition, others);
  const isAccepted = accepted.status === "True";
  const established: Verdict = isAccepted
    ? { status: "True", reason: "InitialNamesAccepted", message: "the initial names have been accepted" }
    : { status: "False", reason: "NotAccepted", message: "not all names are accepted" };
  const wasEstablished = conditionOf(status, "Established")?.status === "True";
  const storage = (spec.versions ?? []).find((version: JsonObject) => version.storage === true)?.name;
  const stored: readonly string[] = status.storedVersions ?? [];
  return {
    ...status,
    acceptedNames: isAccepted ? { ...spec.names } : (status.acceptedNames ?? { kind: "", plural: "" }),
    conditions: [
      condition(status, "NamesAccepted", accepted, now),
      wasEstablished ? conditionOf(status, "Established") : condition(status, "Established", established, now),
      ...(status.conditions ?? []).filter(({ type }: JsonObject) => type !== "NamesAccepted" && type !== "Established"),
    ],
    storedVersions: storage === undefined || stored.includes(storage) ? stored : [...stored, storage],
  };
}

function namesVerdict({ metadata, spec = {} }: KubeObject, others: readonly KubeObject[]): Verdict {
  const taken = others
    .filter((other) => other.metadata.name !== metadata.name && other.spec?.group === spec.group)
    .map((other): JsonObject => other.status?.acceptedNames ?? {});
  const plurals = new Set(
    taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]).filter(Boolean),
  );
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]).filter(Boolean));
  const { plural, singular, shortNames = [], kind, listKind } = (spec.names ?? {}) as JsonObject;
  const checks: readonly (readonly [unknown, string, boolean])[] = [
    [plural, "Plural", plurals.has(plural)],
    [singular, "Singular", plurals.has(singular)],
    ...shortNames.map((name: string) => [name, "ShortNames", plurals.has(name)] as const),
    [kind, "Kind", kinds.has(kind)],
    [listKind, "ListKind", kinds.has(listKind)],
  ];
  const conflict = checks.find(([, , isTaken]) => isTaken);
  if (conflict === undefined) return ACCEPTED;
  const [name, part] = conflict;
  return { status: "False", reason: `${part}Conflict`, message: `${JSON.stringify(name)} is already in use` };
}

function conditionOf(status: JsonObject, type: string): JsonObject | undefined {
  return (status.conditions ?? []).find((one: JsonObject) => one.type === type);
}

/** A condition that stays what it was keeps its time. */
function condition(before: JsonObject, type: string, verdict: Verdict, now: number): JsonObject {
  const old = conditionOf(before, type);
  const { lastTransitionTime, ...rest } = old ?? {};
  const isSame = deepEqual(rest, { type, ...verdict });
  return { lastTransitionTime: isSame ? lastTransitionTime : formatTime(now), ...verdict, type };
}

/** Warns of rules that are kept but never evaluated: nothing is refused by them. */
export function ruleWarnings({ spec }: KubeObject): readonly string[] {
  const versions: readonly JsonObject[] = spec?.versions ?? [];
  return versions.flatMap(({ name, schema }) => {
    const unread = unreadRules((schema?.openAPIV3Schema ?? {}) as CustomSchema);
    if (unread.length === 0) return [];
    const rules = unread.length === 1 ? "1 rule" : `${unread.length} rules`;
    return [
      `version ${name}: the sandbox cannot evaluate ${rules} of x-kubernetes-validations, such as: ${shortened(unread[0] ?? "")}`,
    ];
  });
}

function shortened(rule: string): string {
  const text = rule.replaceAll(/\s+/g, " ").trim();
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Says in a definition's status that its objects are being deleted. */
export function terminating(definition: KubeObject, now: number): KubeObject {
  const status: JsonObject = definition.status ?? {};
  const verdict: Verdict = {
    status: "True",
    reason: "InstanceDeletionInProgress",
    message: "CustomResource deletion is in progress",
  };
  const others = (status.conditions ?? []).filter(({ type }: JsonObject) => type !== "Terminating");
  return {
    ...definition,
    status: { ...status, conditions: [...others, condition(status, "Terminating", verdict, now)] },
  };
}
