import type { JsonObject, KubeObject } from "../../../objects/index.ts";

/**
 * The http rules of a VirtualService with those of its delegates in their place. A delegate speaks within what its root
 * matched: conditions add up, and where both ask for the same thing differently the pair is dropped. What the delegate
 * leaves open is as the root has it. Delegates of delegates do not count.
 */
export function withDelegates(
  root: KubeObject,
  find: (namespace: string, name: string) => KubeObject | undefined,
): readonly JsonObject[] {
  const rules: readonly JsonObject[] = root.spec?.http ?? [];
  return rules.flatMap((rule) => {
    if (rule.delegate === undefined) return [rule];
    const delegate = find(rule.delegate.namespace ?? root.metadata.namespace ?? "", rule.delegate.name);
    const own: readonly JsonObject[] = delegate?.spec?.http ?? [];
    return own.filter((one) => one.delegate === undefined).flatMap((one) => merged(rule, one) ?? []);
  });
}

function merged({ delegate: _, ...root }: JsonObject, own: JsonObject): JsonObject | undefined {
  const match = mergedMatches(root.match ?? [], own.match ?? []);
  if (match === undefined) return undefined;
  return { ...root, ...own, ...(match.length === 0 ? {} : { match }) };
}

function mergedMatches(roots: readonly JsonObject[], owns: readonly JsonObject[]): readonly JsonObject[] | undefined {
  if (roots.length === 0) return owns;
  if (owns.length === 0) return roots;
  const pairs = owns.flatMap((own) => roots.flatMap((root) => mergedMatch(root, own) ?? []));
  return pairs.length === 0 ? undefined : pairs;
}

const MAPS = ["headers", "withoutHeaders", "queryParams", "sourceLabels"] as const;
const SINGLE = ["method", "scheme", "authority", "port", "sourceNamespace"] as const;

function mergedMatch(root: JsonObject, own: JsonObject): JsonObject | undefined {
  if (!agreesOnPath(root.uri, own.uri)) return undefined;
  const clashes =
    SINGLE.some((field) => root[field] !== undefined && own[field] !== undefined) ||
    MAPS.some((field) => Object.keys(root[field] ?? {}).some((key) => Object.hasOwn(own[field] ?? {}, key)));
  if (clashes) return undefined;
  const maps = MAPS.filter((field) => root[field] !== undefined || own[field] !== undefined);
  return { ...root, ...own, ...Object.fromEntries(maps.map((field) => [field, { ...root[field], ...own[field] }])) };
}

/** A root's prefix may be narrowed: by a longer prefix, or by a whole path. */
function agreesOnPath(root: JsonObject | undefined, own: JsonObject | undefined): boolean {
  if (root === undefined || own === undefined) return true;
  if (typeof root.prefix !== "string") return typeof root.exact === "string" && root.exact === own.exact;
  const path = own.prefix ?? own.exact;
  return typeof path === "string" && path.startsWith(root.prefix);
}
