import type { Kind } from "../kinds/index.ts";

interface Action {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** The verb as OpenAPI names it. */
  readonly action: string;
  readonly verb: string;
}

const ON_COLLECTION: readonly Action[] = [
  { method: "get", action: "list", verb: "list" },
  { method: "post", action: "post", verb: "create" },
  { method: "delete", action: "deletecollection", verb: "deletecollection" },
];
const ON_ITEM: readonly Action[] = [
  { method: "get", action: "get", verb: "get" },
  { method: "put", action: "put", verb: "update" },
  { method: "patch", action: "patch", verb: "patch" },
  { method: "delete", action: "delete", verb: "delete" },
];

const WRITES = new Set(["post", "put", "patch"]);
/** Clients look for the last one to learn whether the server validates fields. */
const WRITE_PARAMETERS = ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
}));
const FORCE_PARAMETER = { name: "force", in: "query", schema: { type: "boolean", uniqueItems: true } };

/** The paths of one kind with its subresource `status`, under `/apis/<group>/<version>`. */
export function pathsOf(root: string, kind: Kind): [string, object][] {
  const collection = `${root}/${kind.namespaced ? "namespaces/{namespace}/" : ""}${kind.plural}`;
  const status = kind.subresources.status;
  const paths: [string, object][] = [
    [collection, pathItem(kind, ON_COLLECTION, kind.verbs)],
    [`${collection}/{name}`, pathItem(kind, ON_ITEM, kind.verbs)],
  ];
  if (status !== undefined) paths.push([`${collection}/{name}/status`, pathItem(kind, ON_ITEM, status.verbs)]);
  return paths.filter(([, item]) => Object.keys(item).length > 0);
}

function pathItem(kind: Kind, actions: readonly Action[], verbs: readonly string[]): object {
  const served = actions.filter(({ verb }) => verbs.includes(verb));
  return Object.fromEntries(served.map(({ method, action }) => [method, operation(kind, method, action)]));
}

/** The name of a kind's schema: a custom resource's is its group backwards, as upstream publishes it. */
export function schemaName({ definition, custom, group, version, kind }: Kind): string | undefined {
  if (definition !== undefined || custom === undefined) return definition;
  return [...group.split(".").reverse(), version, kind].join(".");
}

function operation(served: Kind, method: string, action: string): object {
  const { group, version, kind } = served;
  const name = schemaName(served);
  const schema = name === undefined ? {} : { $ref: `#/components/schemas/${name}` };
  const content = { "application/json": { schema } };
  const isWrite = WRITES.has(method);
  return {
    ...(isWrite && {
      parameters: method === "patch" ? [...WRITE_PARAMETERS, FORCE_PARAMETER] : WRITE_PARAMETERS,
      requestBody: { content },
    }),
    responses: { "200": { description: "OK", ...(action !== "list" && { content }) } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
  };
}
