/** What a path of the API means, before anything is looked up. */
export type ApiPath =
  | { readonly kind: "group-version"; readonly group: string; readonly version: string }
  | {
      readonly kind: "resource";
      readonly group: string;
      readonly version: string;
      readonly plural: string;
      readonly namespace: string | undefined;
      readonly name: string | undefined;
      readonly subresource: readonly string[];
    };

/** `/namespaces/x/status` is a subresource; `/namespaces/x/pods` is a collection in x. */
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/** Reads `/api/v1/…` and `/apis/<group>/<version>/…`; undefined for every other path. */
export function parseApiPath(path: string): ApiPath | undefined {
  const parts = decodeParts(path);
  if (parts?.[0] === "api" && parts[1] === "v1") return below("", "v1", parts.slice(2));
  if (parts?.[0] === "apis" && parts[1] && parts[2]) return below(parts[1], parts[2], parts.slice(3));
  return undefined;
}

function decodeParts(path: string): string[] | undefined {
  try {
    return path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    // A stray percent sign: no such path, as upstream answers.
    return undefined;
  }
}

function below(group: string, version: string, parts: readonly string[]): ApiPath {
  const [first, second, third] = parts;
  if (first === undefined) return { kind: "group-version", group, version };
  const inNamespace = first === "namespaces" && third !== undefined && !NAMESPACE_SUBRESOURCES.has(third);
  const [plural = "", name, ...subresource] = inNamespace ? parts.slice(2) : parts;
  return { kind: "resource", group, version, plural, namespace: inNamespace ? second : undefined, name, subresource };
}
