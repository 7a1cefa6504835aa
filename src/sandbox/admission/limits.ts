import type { Admission, AdmissionWrite } from "../api/index.ts";
import { podAmounts } from "../kinds/index.ts";
import { amountsOf, amountText, type JsonObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";
import { refused } from "./refusal.ts";

const RANGES = "/limitranges";
const ANNOTATION = "kubernetes.io/limit-ranger";

/** LimitRanger: gives containers the requests and limits of their namespace, and refuses what is out of its range. */
export function limitRanges(store: Pick<Store, "list">): Admission {
  const limitsFor = ({ object }: AdmissionWrite): readonly JsonObject[] =>
    store.list(RANGES, object.metadata.namespace).flatMap(({ spec }) => (spec?.limits ?? []) as readonly JsonObject[]);
  return {
    mutate: (write) => {
      if (isNew(write, "/pods")) fillIn(write, limitsFor(write));
    },
    validate: (write) => {
      const faults = isNew(write, "/pods")
        ? limitsFor(write).flatMap((limit) => podFaults(write.object.spec ?? {}, limit))
        : isNew(write, "/persistentvolumeclaims")
          ? limitsFor(write).flatMap((limit) => claimFaults(write.object.spec ?? {}, limit))
          : [];
      if (faults.length > 0) throw refused(write, faults.length === 1 ? (faults[0] ?? "") : `[${faults.join(", ")}]`);
    },
  };
}

function isNew({ operation, kind, object }: AdmissionWrite, resource: string): boolean {
  return operation === "CREATE" && object.metadata.namespace !== undefined && resourceKey(kind) === resource;
}

function fillIn({ object }: AdmissionWrite, limits: readonly JsonObject[]): void {
  const told: string[] = [];
  const containers: readonly JsonObject[] = object.spec?.containers ?? [];
  const init: readonly JsonObject[] = object.spec?.initContainers ?? [];
  for (const limit of limits.filter(({ type }) => type === "Container")) {
    for (const [word, list] of [
      ["container", containers],
      ["init container", init],
    ] as const) {
      for (const container of list) {
        for (const [part, defaults] of [
          ["requests", limit.defaultRequest],
          ["limits", limit.default],
        ] as const) {
          const set = fill(container, part, defaults ?? {});
          if (set.length > 0) told.push(`${set.join(", ")} ${part.slice(0, -1)} for ${word} ${container.name}`);
        }
      }
    }
  }
  if (told.length === 0) return;
  object.metadata.annotations = {
    ...object.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${told.join("; ")}`,
  };
}

/** The names that were not there before. */
function fill(container: JsonObject, part: "requests" | "limits", defaults: JsonObject): string[] {
  const own: JsonObject = container.resources?.[part] ?? {};
  const missing = Object.keys(defaults)
    .filter((name) => own[name] === undefined)
    .sort();
  if (missing.length === 0) return [];
  const added = Object.fromEntries(missing.map((name) => [name, defaults[name]]));
  container.resources = { ...container.resources, [part]: { ...own, ...added } };
  return missing;
}

function podFaults(spec: JsonObject, limit: JsonObject): string[] {
  if (limit.type === "Pod") return faults(limit, podAmounts(spec, "requests"), podAmounts(spec, "limits"));
  if (limit.type !== "Container") return [];
  return ([...(spec.initContainers ?? []), ...spec.containers] as readonly JsonObject[]).flatMap(({ resources }) =>
    faults(limit, amountsOf(resources?.requests), amountsOf(resources?.limits)),
  );
}

function claimFaults({ resources }: JsonObject, limit: JsonObject): string[] {
  if (limit.type !== "PersistentVolumeClaim") return [];
  // A claim has no limits: what it asks for is both.
  return faults(limit, amountsOf(resources?.requests), amountsOf(resources?.requests));
}

type Amounts = ReadonlyMap<string, bigint>;

function faults({ type, min, max }: JsonObject, requests: Amounts, limits: Amounts): string[] {
  const found: string[] = [];
  const check = (
    word: string,
    bounds: JsonObject | undefined,
    sides: readonly (readonly [string, Amounts])[],
    isOut: (value: bigint, bound: bigint) => boolean,
  ): void => {
    for (const [name, bound] of amountsOf(bounds)) {
      const rule = `${word} ${name} usage per ${type} is ${bounds?.[name]}`;
      const [[needed = "", values] = []] = sides;
      if (values?.get(name) === undefined) found.push(`${rule}.  No ${needed} is specified`);
      else {
        const out = sides.find(([, side]) => isOut(side.get(name) ?? bound, bound));
        if (out) found.push(`${rule}, but ${out[0]} is ${amountText(name, out[1].get(name) ?? 0n)}`);
      }
    }
  };
  const isClaim = type === "PersistentVolumeClaim";
  check(
    "minimum",
    min,
    [["request", requests], ...(isClaim ? [] : ([["limit", limits]] as const))],
    (value, bound) => value < bound,
  );
  check(
    "maximum",
    max,
    isClaim
      ? [["request", requests]]
      : [
          ["limit", limits],
          ["request", requests],
        ],
    (value, bound) => value > bound,
  );
  return found;
}
