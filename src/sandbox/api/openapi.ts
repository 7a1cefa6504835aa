import { createHash } from "node:crypto";
import { API_GROUPS, KINDS, type Kind, loadDefinitions, OBJECT_META } from "../kinds/index.ts";
import { pathsOf, schemaName } from "./openapi-paths.ts";

const COMPONENTS = "#/components/schemas/";
const DEFINITIONS = "#/definitions/";
const LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";
const REFERENCE = /"#\/definitions\/([^"]+)"/g;

interface Made {
  readonly kinds: readonly Kind[];
  readonly text: string;
  readonly hash: string;
}

/** By group and version; a custom resource's document is made anew when its definition changes. */
const documents = new Map<string, Made>();

/** `GET /openapi/v3`: the documents by path, each with a hash of its content, so that clients may keep it for good. */
export function openApiIndex(kinds: readonly Kind[] = KINDS): {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
} {
  const entries = [...byVersion(kinds)].map(([path, own]): [string, { serverRelativeURL: string }] => {
    const { hash } = made(path, own);
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

/** In the groups' order, those of custom resources last. */
function byVersion(kinds: readonly Kind[]): ReadonlyMap<string, readonly Kind[]> {
  const known = API_GROUPS.flatMap(({ name, versions }) => versions.map((version) => rootPath(name, version)));
  const found = new Map<string, Kind[]>(known.map((path) => [path, []]));
  for (const kind of kinds) {
    const path = rootPath(kind.group, kind.version);
    const own = found.get(path);
    if (own) own.push(kind);
    else found.set(path, [kind]);
  }
  return new Map([...found].filter(([, own]) => own.length > 0));
}

/** `GET /openapi/v3/<path>` as JSON text; undefined for a version that is not served. Made once. */
export function openApiText(group: string, version: string, kinds: readonly Kind[] = KINDS): string | undefined {
  const own = kinds.filter((kind) => kind.group === group && kind.version === version);
  return own.length === 0 ? undefined : made(rootPath(group, version), own).text;
}

function made(path: string, kinds: readonly Kind[]): Made {
  const known = documents.get(path);
  if (known && known.kinds.length === kinds.length && kinds.every((kind, at) => kind === known.kinds[at])) return known;
  const text = JSON.stringify(documentOf(path, kinds));
  const hash = createHash("sha256").update(text).digest("hex").toUpperCase();
  const document = { kinds, text, hash };
  documents.set(path, document);
  return document;
}

/** The OpenAPI v3 document of one version: its paths, and the schemas they need, closed over `$ref`. */
export function openApiDocument(group: string, version: string, kinds: readonly Kind[] = KINDS): object | undefined {
  const own = kinds.filter((kind) => kind.group === group && kind.version === version);
  return own.length === 0 ? undefined : documentOf(rootPath(group, version), own);
}

function documentOf(path: string, kinds: readonly Kind[]): object {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths: Object.fromEntries(kinds.flatMap((kind) => pathsOf(`/${path}`, kind))),
    components: { schemas: schemasOf(kinds) },
  };
}

/** `api/v1` or `apis/apps/v1`. */
function rootPath(group: string, version: string): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

function schemasOf(kinds: readonly Kind[]): Record<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (name: string): void => {
    const part = partOf(name);
    if (part === undefined || found.has(name)) return;
    found.set(name, part.schema);
    part.references.forEach(visit);
  };
  for (const kind of kinds) {
    if (kind.definition !== undefined) {
      visit(kind.definition);
      visit(`${kind.definition}List`);
    }
    for (const [name, schema] of customSchemas(kind)) found.set(name, toVersion3(schema));
    if (kind.custom) visit(OBJECT_META);
    if (kind.custom) visit(LIST_META);
  }
  visit("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A custom resource and its list, as clients look for them: with the kind that they are. */
function customSchemas(kind: Kind): readonly (readonly [string, object])[] {
  const { custom, group, version } = kind;
  const name = schemaName(kind);
  if (!custom || name === undefined) return [];
  const markOf = (word: string): object => ({ "x-kubernetes-group-version-kind": [{ group, version, kind: word }] });
  const list = {
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: { type: "string" },
      items: { type: "array", items: { $ref: `${DEFINITIONS}${name}` } },
      kind: { type: "string" },
      metadata: { $ref: `${DEFINITIONS}${LIST_META}` },
    },
    ...markOf(`${kind.kind}List`),
  };
  return [
    [name, { ...custom.schema, ...markOf(kind.kind) }],
    [`${name}List`, list],
  ];
}

/** One definition in OpenAPI v3's form, with the names it refers to. Most documents share many: each is made once. */
interface Part {
  readonly schema: unknown;
  readonly references: readonly string[];
}

const parts = new Map<string, Part>();

function partOf(name: string): Part | undefined {
  const made = parts.get(name);
  const definition = loadDefinitions()[name];
  if (made !== undefined || definition === undefined) return made;
  const references = [...JSON.stringify(definition).matchAll(REFERENCE)].map(([, reference = ""]) => reference);
  const part = { schema: toVersion3(definition), references };
  parts.set(name, part);
  return part;
}

/** From Swagger's form to OpenAPI v3's: another place for schemas, and nothing may stand beside a `$ref`. */
function toVersion3(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toVersion3);
  if (typeof value !== "object" || value === null) return value;
  const { $ref, ...rest } = value as Record<string, unknown>;
  // A property may be called `$ref` (JSONSchemaProps has one): then it is a schema, not a text.
  if (typeof $ref !== "string") return mapValues(value as Record<string, unknown>, toVersion3);
  const reference = { $ref: $ref.replace(DEFINITIONS, COMPONENTS) };
  return Object.keys(rest).length === 0 ? reference : { allOf: [reference], ...mapValues(rest, toVersion3) };
}

function mapValues(value: Record<string, unknown>, change: (item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
