// Turns facts about the Kubernetes API into the compact tables under src/sandbox/kinds/generated/, which are committed.
//
//   node scripts/generate-kubernetes.mjs <data-dir>
//
// <data-dir> holds kubernetes-openapi-facts.json (resources and definitions, without descriptions) and
// kubernetes-protobuf-fields.json (messages with field numbers and JSON tags). Each output has one entry a line, so that a
// new version of Kubernetes shows as a readable diff.
//
//   resources.json   { kubernetes, groups: [{ name, versions }], resources: [...] }
//   schemas.json     { <definition>: schema }, closed over $ref
//   protobuf.json    { kinds, metaKinds, messages: { <message>: [form, [number, json, type, cardinality, flags], ...] } }
//                    flags: letters of FLAGS; type: a scalar or the name of a message

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const FLAGS = { pointer: "p", omitempty: "e", omitzero: "z", inline: "i" };
const CARDINALITIES = { one: "", repeated: "r", map: "m" };

const data = process.argv[2];
if (data === undefined) {
  console.error("usage: node scripts/generate-kubernetes.mjs <data-dir>");
  process.exit(2);
}
const target = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../src/sandbox/kinds/generated");
mkdirSync(target, { recursive: true });

const openapi = read("kubernetes-openapi-facts.json");
const protobuf = read("kubernetes-protobuf-fields.json");

const resources = openapi.resources.map(resource);
const groups = [
  { name: "", versions: ["v1"] },
  ...openapi.groups.map((row) => ({ name: row.group, versions: row.versions })),
];
write("resources.json", { kubernetes: openapi.kubernetes, groups, resources });
write("schemas.json", reachable(openapi.definitions, roots(openapi)));
write("protobuf.json", {
  kinds: protobuf.kinds,
  metaKinds: protobuf.metaKinds,
  messages: mapValues(protobuf.messages, message),
});

function read(file) {
  return JSON.parse(readFileSync(path.join(data, file), "utf8"));
}

/** Writes one entry of the outermost lists and objects a line. */
function write(file, value) {
  writeFileSync(path.join(target, file), `${lines(value, file === "schemas.json" ? 1 : 2)}\n`);
}

function lines(value, depth) {
  if (depth === 0 || typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[\n${value.map((item) => lines(item, depth - 1)).join(",\n")}\n]`;
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${lines(item, depth - 1)}`);
  return `{\n${entries.join(",\n")}\n}`;
}

function resource({
  group,
  version,
  kind,
  plural,
  singular,
  namespaced,
  shortNames,
  categories,
  verbs,
  subresources,
  definition,
}) {
  const subs = mapValues(subresources, (sub) => pick(sub, ["group", "version", "kind", "verbs"]));
  return {
    group,
    version,
    kind,
    plural,
    singular,
    namespaced,
    shortNames,
    categories,
    verbs,
    subresources: subs,
    definition,
  };
}

/** What clients name in requests: the served kinds, those of their subresources, and the options of meta/v1. */
function roots({ resources, definitions }) {
  const served = resources.flatMap((row) => [row, ...Object.values(row.subresources)]).map((row) => row.definition);
  const lists = resources.map((row) => `${row.definition}List`);
  const meta = Object.keys(definitions).filter((name) => name.startsWith(META));
  return [...served, ...lists, ...meta].filter((name) => name && definitions[name]);
}

function reachable(definitions, names) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, next] of JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) visit(next);
  };
  names.forEach(visit);
  return Object.fromEntries([...found].sort().map((name) => [name, schema(definitions[name])]));
}

/** Without texts, and without the list of every group that may carry a type of meta/v1. */
function schema(value) {
  const { description: _, title: __, ...rest } = value;
  if (rest["x-kubernetes-group-version-kind"]?.length > 1) delete rest["x-kubernetes-group-version-kind"];
  if (rest.properties) rest.properties = mapValues(rest.properties, withoutText);
  return rest;
}

function withoutText(property) {
  if (typeof property.description !== "string") return property;
  const { description: _, ...rest } = property;
  return rest;
}

function message({ form = "", fields }) {
  return [form, ...fields.map(field)];
}

function field({ number, name, json, type, cardinality, ...marks }) {
  const flags = Object.entries(FLAGS)
    .filter(([mark]) => marks[mark])
    .map(([, letter]) => letter)
    .join("");
  return [number, json ?? name, type, CARDINALITIES[cardinality], flags];
}

function pick(value, keys) {
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
}

function mapValues(value, change) {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
