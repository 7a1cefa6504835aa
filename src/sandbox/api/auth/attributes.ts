import { parseFieldSelector } from "../../objects/index.ts";
import { parseApiPath } from "../path.ts";

/** What a request wants to do, as authorization sees it. */
export type Attributes =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      /** Empty for the resource itself. */
      readonly subresource: string;
      /** Empty for the whole cluster. */
      readonly namespace: string;
      /** Empty for all of them. */
      readonly name: string;
      readonly path?: undefined;
    }
  | { readonly verb: string; readonly path: string };

const VERBS: Readonly<Record<string, string>> = {
  DELETE: "delete",
  GET: "get",
  HEAD: "get",
  PATCH: "patch",
  POST: "create",
  PUT: "update",
};

/** Reads a request by upstream's rules (`RequestInfo`). */
export function attributesOf(method: string, pathname: string, query: URLSearchParams): Attributes {
  const path = parseApiPath(pathname);
  if (path?.kind !== "resource") return { verb: method.toLowerCase(), path: pathname };
  const { group, plural, subresource, name = nameSelected(query) } = path;
  const isNamespace = group === "" && plural === "namespaces";
  const verb = VERBS[method] ?? "";
  return {
    verb: path.name === undefined ? ofMany(verb, query) : verb,
    group,
    resource: plural,
    subresource: subresource[0] ?? "",
    // A namespace is in itself: so a role in it may allow to read it.
    namespace: path.namespace ?? (isNamespace ? (path.name ?? "") : ""),
    name,
  };
}

function ofMany(verb: string, query: URLSearchParams): string {
  if (verb === "delete") return "deletecollection";
  if (verb !== "get") return verb;
  return ["true", "1", ""].includes(query.get("watch") ?? "false") ? "watch" : "list";
}

/** A list or watch of one object by its name needs only the right to that object. */
function nameSelected(query: URLSearchParams): string {
  try {
    const selected = parseFieldSelector(query.get("fieldSelector") ?? "");
    return selected.find(({ field, operator }) => field === "metadata.name" && operator === "=")?.value ?? "";
  } catch {
    // A selector that cannot be read is refused later, with its fault.
    return "";
  }
}
