import { DocumentError, type Value } from "../modes/document.ts";
import { readJson } from "../modes/read-json.ts";
import { readYaml } from "../modes/read-yaml.ts";
import { reshaped, sampleOf } from "./mutate-lines.ts";
import { type Mutation, WRONG_LINE, WRONG_WORDS } from "./mutation.ts";

const READERS = { json: readJson, yaml: readYaml };
const MOST_VALUES = 200;

type Place = readonly (string | number)[];
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Wrong documents made of one that was seen, written as JSON, which is YAML too. */
export function mutateDocument(mode: "json" | "yaml", output: string): readonly Mutation[] {
  const value = read(mode, output);
  if (value === undefined) return [];
  const root = plain(value);
  const mutations: Mutation[] = [
    { kind: "nothing", output: "" },
    { kind: "other-line", output: `${WRONG_LINE}\n` },
  ];
  const places = placesIn(root);
  const leaves = places.filter((place) => isLeaf(at(root, place)));
  for (const [part, place] of sampleOf(leaves, MOST_VALUES).entries()) {
    for (const other of othersOf(at(root, place))) {
      mutations.push({ kind: "changed-value", output: written(changed(root, place, () => other)), part });
    }
  }
  for (const place of sampleOf(places, MOST_VALUES)) {
    if (place.length > 0) mutations.push({ kind: "dropped-line", output: written(without(root, place)) });
  }
  return mutations;
}

function read(mode: "json" | "yaml", output: string): Value | undefined {
  try {
    return READERS[mode](output);
  } catch (error) {
    if (error instanceof DocumentError) return undefined;
    throw error;
  }
}

function plain(value: Value): Json {
  if (value.kind === "array") return value.items.map(plain);
  if (value.kind === "object") return Object.fromEntries([...value.entries].map(([key, one]) => [key, plain(one)]));
  if (value.type === "string") return value.value;
  return value.type === "number" ? Number(value.source) : value.type === "null" ? null : value.value === "true";
}

function othersOf(value: Json): readonly Json[] {
  if (typeof value === "boolean") return [!value, WRONG_WORDS[0]];
  if (typeof value === "number") return [value + 1, WRONG_WORDS[0]];
  if (typeof value === "string") return [reshaped(value), ...WRONG_WORDS];
  return [WRONG_WORDS[0]];
}

function isLeaf(value: Json): boolean {
  return value === null || typeof value !== "object" || Object.keys(value).length === 0;
}

function placesIn(value: Json, place: Place = []): readonly Place[] {
  if (isLeaf(value)) return [place];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value as object);
  return [place, ...keys.flatMap((key) => placesIn(at(value, [key]), [...place, key]))];
}

function at(value: Json, place: Place): Json {
  return place.reduce<Json>((inner, key) => (inner as Record<string | number, Json>)[key] as Json, value);
}

function changed(value: Json, place: Place, change: (old: Json) => Json): Json {
  const [key, ...rest] = place;
  if (key === undefined) return change(value);
  if (Array.isArray(value)) return value.with(Number(key), changed(at(value, [key]), rest, change));
  return { ...(value as object), [key]: changed(at(value, [key]), rest, change) };
}

function without(value: Json, place: Place): Json {
  const last = place.at(-1) as string | number;
  return changed(value, place.slice(0, -1), (holder) => {
    if (Array.isArray(holder)) return holder.toSpliced(Number(last), 1);
    return Object.fromEntries(Object.entries(holder as object).filter(([key]) => key !== last)) as Json;
  });
}

function written(value: Json): string {
  return `${JSON.stringify(value)}\n`;
}
