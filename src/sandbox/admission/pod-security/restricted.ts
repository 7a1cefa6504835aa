import type { JsonObject } from "../../objects/index.ts";
import type { Check } from "./check.ts";
import { allContainers, named, quoted, setters } from "./names.ts";

const VOLUMES = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);
const PROFILES: readonly unknown[] = ["RuntimeDefault", "Localhost"];

/** What the profile "restricted" adds to "baseline", in the order in which upstream tells of it. */
export const RESTRICTED: readonly Check[] = [
  {
    reason: "allowPrivilegeEscalation != false",
    detail: (spec) => {
      const bad = allContainers(spec).filter(
        ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
      );
      return bad.length > 0 && `${named("container", bad)} must set securityContext.allowPrivilegeEscalation=false`;
    },
  },
  { reason: "unrestricted capabilities", detail: capabilities },
  {
    reason: "restricted volume types",
    detail: ({ volumes = [] }) => {
      const typesOf = (volume: JsonObject): readonly string[] =>
        Object.keys(volume).filter((field) => field !== "name" && !VOLUMES.has(field));
      const bad = (volumes as readonly JsonObject[]).filter((volume) => typesOf(volume).length > 0);
      const types = [...new Set(bad.flatMap(typesOf))].sort();
      const use = bad.length === 1 ? "uses" : "use";
      const word = types.length === 1 ? "type" : "types";
      return bad.length > 0 && `${named("volume", bad)} ${use} restricted volume ${word} ${quoted(types)}`;
    },
  },
  {
    reason: "runAsNonRoot != true",
    detail: (spec) =>
      required(spec, ({ securityContext }) => securityContext?.runAsNonRoot, {
        isGood: (value) => value === true,
        must: "must set securityContext.runAsNonRoot=true",
        mustNot: () => "must not set securityContext.runAsNonRoot=false",
      }),
  },
  {
    reason: "runAsUser=0",
    detail: (spec) => {
      const isRoot = ({ securityContext }: JsonObject): boolean => securityContext?.runAsUser === 0;
      const who = setters(isRoot(spec), allContainers(spec).filter(isRoot));
      return who.length > 0 && `${who.join(" and ")} must not set runAsUser=0`;
    },
  },
  {
    reason: "seccompProfile",
    detail: (spec) =>
      required(spec, ({ securityContext }) => securityContext?.seccompProfile?.type, {
        isGood: (value) => PROFILES.includes(value),
        must: 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
        mustNot: (values) => `must not set securityContext.seccompProfile.type to ${quoted(values)}`,
      }),
  },
];

function capabilities(spec: JsonObject): string {
  const of = ({ securityContext }: JsonObject, part: "add" | "drop"): readonly string[] =>
    securityContext?.capabilities?.[part] ?? [];
  const forbidden = (container: JsonObject): readonly string[] =>
    of(container, "add").filter((name) => name !== "NET_BIND_SERVICE");
  const keeping = allContainers(spec).filter((container) => !of(container, "drop").includes("ALL"));
  const adding = allContainers(spec).filter((container) => forbidden(container).length > 0);
  const names = [...new Set(adding.flatMap(forbidden))].sort();
  return [
    ...(keeping.length > 0
      ? [`${named("container", keeping)} must set securityContext.capabilities.drop=["ALL"]`]
      : []),
    ...(adding.length > 0
      ? [`${named("container", adding)} must not include ${quoted(names)} in securityContext.capabilities.add`]
      : []),
  ].join("; ");
}

/** A setting that each container has itself, or from its pod. */
function required(
  spec: JsonObject,
  read: (part: JsonObject) => unknown,
  {
    isGood,
    must,
    mustNot,
  }: {
    readonly isGood: (value: unknown) => boolean;
    readonly must: string;
    readonly mustNot: (values: readonly string[]) => string;
  },
): string {
  const containers = allContainers(spec);
  const isBad = (part: JsonObject): boolean => read(part) !== undefined && read(part) !== null && !isGood(read(part));
  const bad = containers.filter(isBad);
  const unset = isGood(read(spec)) ? [] : containers.filter((one) => read(one) === undefined || read(one) === null);
  const who = setters(isBad(spec), bad);
  const values = [...new Set([...(isBad(spec) ? [spec] : []), ...bad].map((part) => String(read(part))))].sort();
  if (who.length > 0) return `${who.join(" and ")} ${mustNot(values)}`;
  return unset.length > 0 ? `pod or ${named("container", unset)} ${must}` : "";
}
