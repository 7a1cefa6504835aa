import { readGenerated } from "./generated.ts";

/** A field of a message: number, JSON name, type, cardinality (`r`: list, `m`: map), flags (`p`ointer, omit `e`mpty, omit `z`ero, `i`nline). */
export type ProtobufField = readonly [number: number, json: string, type: string, cardinality: string, flags: string];
export type ProtobufMessage = readonly [form: string, ...fields: ProtobufField[]];

/** The messages of Kubernetes' protobuf, and which kind is which. */
export interface ProtobufTable {
  readonly kinds: Readonly<Record<string, string>>;
  readonly metaKinds: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, ProtobufMessage>>;
}

let loaded: ProtobufTable | undefined;

/** Read at the first call. */
export function protobufTable(): ProtobufTable {
  loaded ??= readGenerated("protobuf.json") as ProtobufTable;
  return loaded;
}

/**
 * Whether a field is always there in upstream's Go types: a struct that is held by value, a list or a map that prints even when
 * it is empty. Such a field never comes or goes: only what is in it has owners.
 */
export function isInlineField(definition: string, field: string): boolean {
  const message = protobufTable().messages[definition.replace(/^io\.k8s\./, "k8s.io.").replaceAll("-", "_")];
  if (message === undefined) return false;
  const [, ...fields] = message;
  const found = fields.find(([, json]) => json === field);
  if (found === undefined) return false;
  const [, , type, cardinality, flags] = found;
  if (cardinality !== "") return !flags.includes("e") && !flags.includes("z");
  return type.includes(".") && !flags.includes("p");
}
