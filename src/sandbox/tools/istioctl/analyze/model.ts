import type { Kind } from "./kinds.ts";
import type { MessageName } from "./messages.ts";

// biome-ignore lint/suspicious/noExplicitAny: objects are walked by path
export type Item = any;
export type Labels = Readonly<Record<string, string>>;

/** An object that is analysed. */
export interface Resource {
  readonly kind: Kind;
  /** Empty for a kind that is in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: Item;
  readonly status: Item;
  readonly object: Item;
  /** Where it was read; absent for one of the cluster. */
  readonly source?: Source;
}

export interface Source {
  readonly file: string;
  /** Of the document's first line. */
  readonly line: number;
  /** The line of a field by its path, `spec.http[0].route[0].destination.host`. */
  readonly lines: ReadonlyMap<string, number>;
}

/** A finding. */
export interface Message {
  readonly name: MessageName;
  readonly resource: Resource;
  readonly args: readonly unknown[];
  /** Of the field that is at fault; without it the line of the object counts. */
  readonly line?: number;
}

/** All that analyzers look at. */
export interface World {
  readonly list: (kind: Kind) => readonly Resource[];
  readonly find: (kind: Kind, namespace: string, name: string) => Resource | undefined;
  /** The mesh's configuration, with upstream's defaults. */
  readonly mesh: Item;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One of istioctl's analyzers. It is left out when a kind that it needs is in no source. */
export interface Analyzer {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly Kind[];
  /** The first minor release that has it; absent where all have. */
  readonly since?: number;
  readonly analyze: (world: World) => Iterable<Message>;
}

/** `namespace/name`, or the name of what is in no namespace. */
export function fullName({ namespace, name }: Pick<Resource, "namespace" | "name">): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** A finding at a field, if a path is given and its line is known. */
export function report(resource: Resource, name: MessageName, args: readonly unknown[] = [], path?: string): Message {
  const line = path === undefined ? undefined : resource.source?.lines.get(path);
  return { name, resource, args, ...(line !== undefined && { line }) };
}

/** The entries of a list; what is none has none. */
export function items(list: unknown): readonly Item[] {
  return Array.isArray(list) ? list.filter((one) => one !== null && one !== undefined) : [];
}

/** The entries of a map; what is none has none. */
export function pairs(map: unknown): readonly (readonly [string, Item])[] {
  return typeof map === "object" && map !== null && !Array.isArray(map) ? Object.entries(map) : [];
}

/** Whether labels have all of a map's. Nothing asked is always there. */
export function hasLabels(labels: Labels, wanted: unknown): boolean {
  return pairs(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** A map of labels as a selector: `a=1,b=2`. */
export function selectorText(wanted: unknown): string {
  return pairs(wanted)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");
}

/** The name of a selector's first label: its line is told. */
export function firstLabel(wanted: unknown): string {
  return selectorText(wanted).split("=")[0] ?? "";
}

/** Values by a key, in the order in which they come. */
export function grouped<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
