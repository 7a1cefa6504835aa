import { createHash } from "node:crypto";
import { API_GROUPS, KINDS, type Kind, loadDefinitions } from "../kinds/index.ts";
import { pathsOf } from "./openapi-paths.ts";

const COMPONENTS = "#/components/schemas/";
const DEFINITIONS = "#/definitions/";
const REFERENCE = /"#\/definitions\/([^"]+)"/g;

const documents = new Map<string, string>();

/** `GET /openapi/v3`: the documents by path, each with a hash of its content, so that clients may keep it for good. */
export function openApiIndex(): { readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>> } {
  const versions = API_GROUPS.flatMap(({ name, versions }) => versions.map((version) => ({ group: name, version })));
  const entries = versions.map(({ group, version }): [string, { serverRelativeURL: string }] => {
    const path = rootPath(group, version);
    const hash = createHash("sha256")
      .update(openApiText(group, version) ?? "")
      .digest("hex");
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.toUpperCase()}` }];
  });
  return { paths: Object.fromEntries(entries) };
}

/** `GET /openapi/v3/<path>` as JSON text; undefined for a version that is not served. Made once. */
function openApiText(group: string, version: string): string | undefined {
  const key = `${group}/${version}`;
  const made = documents.get(key);
  if (made !== undefined) return made;
  const document = openApiDocument(group, version);
  if (document === undefined) return undefined;
  const text = JSON.stringify(document);
  documents.set(key, text);
  return text;
}

/** The OpenAPI v3 document of one version: its paths, and the schemas they need, closed over `$ref`. */
export function openApiDocument(group: string, version: string): object | undefined {
  const kinds = KINDS.filter((kind) => kind.group === group && kind.version === version);
  if (kinds.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths: Object.fromEntries(kinds.flatMap((kind) => pathsOf(`/${rootPath(group, version)}`, kind))),
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
  for (const { definition } of kinds) {
    if (definition === undefined) continue;
    visit(definition);
    visit(`${definition}List`);
  }
  visit("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
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
