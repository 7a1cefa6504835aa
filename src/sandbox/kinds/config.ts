import type { JsonObject, KubeObject } from "../objects/index.ts";
import { deepEqual } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, numberColumn } from "./column.ts";
import { forbiddenField, immutable, invalidValue, required, tooLong } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";

/** Upstream's bound for all values of a ConfigMap or a Secret together. */
const SIZE_LIMIT_BYTES = 1_048_576;
const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const FIXED = "field is immutable when `immutable` is set";

export const configMap: Behaviour = {
  columns: [NAME, numberColumn("Data", ({ data, binaryData }) => size(data) + size(binaryData)), AGE],
  strategy: {
    validate: (object, old) => [
      ...keyErrors(object.data, "data"),
      ...keyErrors(object.binaryData, "binaryData"),
      ...sizeErrors(textBytes(object.data) + decodedBytes(object.binaryData), ""),
      ...frozenErrors(object, old, ["data", "binaryData"]),
    ],
  },
};

export const secret: Behaviour = {
  columns: [
    NAME,
    column("Type", ({ type }) => String(type ?? "")),
    numberColumn("Data", ({ data }) => size(data)),
    AGE,
  ],
  strategy: {
    defaults: (object) => {
      object.type ||= "Opaque";
      moveStringData(object);
    },
    validate: (object, old) => [
      ...keyErrors(object.data, "data"),
      ...typeErrors(object),
      ...sizeErrors(decodedBytes(object.data), "data"),
      ...(old ? immutable("type", object.type, old.type) : []),
      ...frozenErrors(object, old, ["data"]),
    ],
    fieldLabels: { type: ({ type }) => String(type ?? "") },
  },
};

/** What a secret of a type must hold, by upstream's names. */
const HELD: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

function typeErrors({ type, data, metadata }: KubeObject): FieldError[] {
  const has = (key: string): boolean => Object.hasOwn(data ?? {}, key);
  const missing = (key: string): FieldError => required(`data[${key}]`);
  if (type === "kubernetes.io/basic-auth")
    return ["username", "password"].some(has) ? [] : ["username", "password"].map(missing);
  if (type === "kubernetes.io/service-account-token") {
    const account = "kubernetes.io/service-account.name";
    return metadata.annotations?.[account] ? [] : [required(`metadata.annotations[${account}]`)];
  }
  const keys = Object.hasOwn(HELD, String(type)) ? (HELD[String(type)] ?? []) : [];
  return keys.filter((key) => !has(key)).map(missing);
}

function size(map: unknown): number {
  return Object.keys(map ?? {}).length;
}

/** `stringData` can only be written: it comes back, encoded, as `data`. */
function moveStringData(object: KubeObject): void {
  if (object.stringData === undefined) return;
  const encoded = Object.entries(object.stringData as JsonObject).map(([key, value]): [string, string] => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  object.data = { ...(object.data as JsonObject | undefined), ...Object.fromEntries(encoded) };
  delete object.stringData;
}

function keyErrors(map: unknown, field: string): FieldError[] {
  return Object.keys(map ?? {}).flatMap((key) =>
    KEY.test(key) ? [] : [invalidValue(`${field}[${key}]`, key, KEY_RULE)],
  );
}

function sizeErrors(bytes: number, field: string): FieldError[] {
  return bytes > SIZE_LIMIT_BYTES ? [tooLong(field, SIZE_LIMIT_BYTES)] : [];
}

function textBytes(map: unknown): number {
  return Object.values(map ?? {}).reduce((sum: number, value) => sum + Buffer.byteLength(String(value)), 0);
}

function decodedBytes(map: unknown): number {
  return Object.values(map ?? {}).reduce((sum: number, value) => sum + Buffer.byteLength(String(value), "base64"), 0);
}

function frozenErrors(next: KubeObject, old: KubeObject | undefined, fields: readonly string[]): FieldError[] {
  if (old?.immutable !== true) return [];
  const changed = fields.filter((field) => !deepEqual(next[field] ?? {}, old[field] ?? {}));
  return [...(next.immutable === true ? [] : ["immutable"]), ...changed].map((field) => forbiddenField(field, FIXED));
}
