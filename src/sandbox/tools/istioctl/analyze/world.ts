import type { Item } from "../pods.ts";
import type { Code, Parameter } from "./catalogue.ts";
import type { Kind } from "./kinds.ts";

/** An object that is analyzed. */
export interface Resource {
  readonly kind: Kind;
  /** Empty for a kind that has none. */
  readonly namespace: string;
  readonly name: string;
  readonly object: Item;
  /** Where it was read, unless it is the cluster's. */
  readonly place?: Place;
}

export interface Place {
  readonly file: string;
  /** The first line of its document, from 1. */
  readonly line: number;
  /** The line of a field; undefined where it is not written. */
  readonly lineOf: (path: Field) => number | undefined;
}

/** A field by its path from the object. */
export type Field = readonly (string | number)[];

/** What an analyzer has found about a resource. */
export interface Finding {
  readonly code: Code;
  readonly resource: Resource;
  readonly parameters: readonly Parameter[];
  /** What is wrong there, where a line can tell it. */
  readonly field?: Field;
}

/** One check of objects against each other, told apart by the kinds it needs: it does not run where one cannot be known. */
export interface Analyzer {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly Kind[];
  readonly analyze: (world: World) => Iterable<Finding>;
}

/** All objects that are analyzed together. */
export class World {
  readonly #lists = new Map<Kind, Resource[]>();
  constructor(resources: Iterable<Resource>) {
    for (const one of resources) {
      const list = this.#lists.get(one.kind);
      if (list === undefined) this.#lists.set(one.kind, [one]);
      else list.push(one);
    }
  }

  list(kind: Kind): readonly Resource[] {
    return this.#lists.get(kind) ?? [];
  }

  find(kind: Kind, namespace: string, name: string): Resource | undefined {
    return this.list(kind).find((one) => one.name === name && one.namespace === namespace);
  }
}

/** `namespace/name`, as upstream writes a name in full. */
export function fullName({ namespace, name }: Pick<Resource, "namespace" | "name">): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

export function labelsOf({ object }: Resource): Readonly<Record<string, string>> {
  return object.metadata.labels ?? {};
}

export function annotationsOf({ object }: Resource): Readonly<Record<string, string>> {
  return object.metadata.annotations ?? {};
}

/** Whether all of a selector's labels are there; a selector without any selects all. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

/** A selector as client-go writes it: sorted by key. */
export function selectorText(selector: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");
}
