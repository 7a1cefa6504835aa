import { type Admission, type AdmissionWrite, StatusError } from "../../api/index.ts";
import { deepEqual, type JsonObject, type KubeObject } from "../../objects/index.ts";
import { resourceKey, type Store } from "../../store/index.ts";
import { refused } from "../refusal.ts";
import { BASELINE } from "./baseline.ts";
import type { Check } from "./check.ts";
import { allContainers } from "./names.ts";
import { RESTRICTED } from "./restricted.ts";

const PREFIX = "pod-security.kubernetes.io/";
const LEVELS: readonly string[] = ["privileged", "baseline", "restricted"];
const VERSION = /^(latest|v1\.(0|[1-9]\d*))$/;

/** Kinds whose pods are made by others: nobody refuses them, but who writes them is warned. */
const TEMPLATES: Readonly<Record<string, (spec: JsonObject) => JsonObject | undefined>> = {
  "/replicationcontrollers": (spec) => spec.template,
  "apps/daemonsets": (spec) => spec.template,
  "apps/deployments": (spec) => spec.template,
  "apps/replicasets": (spec) => spec.template,
  "apps/statefulsets": (spec) => spec.template,
  "batch/cronjobs": (spec) => spec.jobTemplate?.spec?.template,
  "batch/jobs": (spec) => spec.template,
};

/**
 * PodSecurity: holds pods to the profile that their namespace's labels name (the Pod Security Standards; of the versions only the
 * latest's checks are known). `enforce` refuses, `warn` warns; `audit` has nowhere to write to here.
 */
export function podSecurity(store: Pick<Store, "get" | "list">): Admission {
  return {
    validate: (write) => {
      if (write.operation === "DELETE") return;
      const resource = resourceKey(write.kind);
      if (resource === "/namespaces") return checkLabels(store, write);
      const labels = store.get("/namespaces", undefined, write.object.metadata.namespace ?? "")?.metadata.labels ?? {};
      if (resource === "/pods") judgePod(write, labels);
      else if (write.subresource === undefined && Object.hasOwn(TEMPLATES, resource)) {
        const spec = TEMPLATES[resource]?.(write.object.spec ?? {})?.spec;
        if (spec) warn(write, spec, labels);
      }
    },
  };
}

type Labels = Readonly<Record<string, string>>;

interface Policy {
  readonly checks: readonly Check[];
  /** `restricted:latest`. */
  readonly name: string;
}

function judgePod(write: AdmissionWrite, labels: Labels): void {
  const { object, old } = write;
  const spec: JsonObject = object.spec ?? {};
  if (old && !isSignificant(spec, old.spec ?? {})) return;
  const policy = policyOf(labels, "enforce");
  const faults = violations(spec, policy);
  if (faults.length > 0)
    throw refused(write, `violates PodSecurity ${JSON.stringify(policy.name)}: ${faults.join(", ")}`);
  warn(write, spec, labels);
}

function warn(write: AdmissionWrite, spec: JsonObject, labels: Labels): void {
  const policy = policyOf(labels, "warn");
  const faults = violations(spec, policy);
  if (faults.length > 0) write.warn(`would violate PodSecurity ${JSON.stringify(policy.name)}: ${faults.join(", ")}`);
}

function policyOf(labels: Labels, mode: "enforce" | "warn"): Policy {
  const level = labels[`${PREFIX}${mode}`] ?? "privileged";
  const version = labels[`${PREFIX}${mode}-version`] ?? "latest";
  const all = { privileged: [], baseline: BASELINE, restricted: [...BASELINE, ...RESTRICTED] }[level];
  // What cannot be read is the strictest, as upstream has it.
  const checks = all ?? [...BASELINE, ...RESTRICTED];
  return {
    name: `${all ? level : "restricted"}:${version}`,
    checks: checks.filter((check) => !isOverridden(check, checks)),
  };
}

function isOverridden(check: Check, checks: readonly Check[]): boolean {
  return checks.some((other) => other !== check && other.reason === check.overriddenBy);
}

/** `reason (detail)` of each check that a pod breaks. */
function violations(spec: JsonObject, { checks }: Policy): readonly string[] {
  return checks.flatMap(({ reason, detail }) => {
    const found = detail(spec);
    return found ? [`${reason} (${found})`] : [];
  });
}

/** Only an update that brings other containers or images can make a pod worse. */
function isSignificant(next: JsonObject, old: JsonObject): boolean {
  const images = (spec: JsonObject): unknown => allContainers(spec).map(({ name, image }) => [name, image]);
  return !deepEqual(images(next), images(old));
}

/** 422 for a profile that there is not; a warning where pods are there that break a new one. */
function checkLabels(store: Pick<Store, "list">, write: AdmissionWrite): void {
  const { object, old } = write;
  const labels = object.metadata.labels ?? {};
  const errors = ["enforce", "audit", "warn"].flatMap((mode) => labelErrors(labels, `${PREFIX}${mode}`));
  if (errors.length > 0) throw invalidLabels(object, errors);
  const policy = policyOf(labels, "enforce");
  if (!old || policy.name === policyOf(old.metadata.labels ?? {}, "enforce").name) return;
  const groups = new Map<string, string[]>();
  for (const pod of store.list("/pods", object.metadata.name)) {
    const reasons = policy.checks.filter(({ detail }) => detail(pod.spec ?? {})).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const key = reasons.join(", ");
    groups.set(key, [...(groups.get(key) ?? []), pod.metadata.name]);
  }
  if (groups.size === 0) return;
  const where = `existing pods in namespace ${JSON.stringify(object.metadata.name)}`;
  write.warn(`${where} violate the new PodSecurity enforce level ${JSON.stringify(policy.name)}`);
  for (const [reasons, [first, ...others]] of groups) {
    const more = others.length === 0 ? "" : ` (and ${others.length} other pod${others.length === 1 ? "" : "s"})`;
    write.warn(`${first}${more}: ${reasons}`);
  }
}

interface LabelError {
  readonly field: string;
  readonly message: string;
}

function labelErrors(labels: Labels, label: string): readonly LabelError[] {
  const level = labels[label];
  const version = labels[`${label}-version`];
  const wrong = (name: string, value: string, rule: string): LabelError => ({
    field: `metadata.labels[${name}]`,
    message: `Invalid value: ${JSON.stringify(value)}: ${rule}`,
  });
  return [
    ...(level === undefined || LEVELS.includes(level)
      ? []
      : [wrong(label, level, `must be one of ${LEVELS.join(", ")}`)]),
    ...(version === undefined || VERSION.test(version)
      ? []
      : [wrong(`${label}-version`, version, 'must be "latest" or "v1.x"')]),
  ];
}

function invalidLabels({ metadata: { name } }: KubeObject, errors: readonly LabelError[]): StatusError {
  const lines = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new StatusError(422, "Invalid", `Namespace ${JSON.stringify(name)} is invalid: ${list}`, {
    name,
    kind: "Namespace",
    causes: errors.map(({ field, message }) => ({ reason: "FieldValueInvalid", message, field })),
  });
}
