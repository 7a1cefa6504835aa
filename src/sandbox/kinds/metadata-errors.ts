import type { KubeObject } from "../objects/index.ts";
import { invalidValue, tooLong } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";

/** Upstream's bound for all annotations of an object together. */
const ANNOTATIONS_LIMIT_BYTES = 262_144;
const NAME_LIMIT = 63;
const PREFIX_LIMIT = 253;

const NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const VALUE = `(${NAME})?`;
const PREFIX = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const NAME_PATTERN = new RegExp(`^${NAME}$`);
const VALUE_PATTERN = new RegExp(`^${VALUE}$`);
const PREFIX_PATTERN = new RegExp(`^${PREFIX}$`);

const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  `character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${NAME}')`;
const VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  `with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${VALUE}')`;
const PREFIX_RULE =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must " +
  `start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${PREFIX}')`;

/** What is wrong with the labels and annotations of any object. Names are checked with the request. */
export function metadataErrors({ metadata }: KubeObject): FieldError[] {
  const { annotations = {}, labels = {} } = metadata;
  return [...labelErrors(labels, "metadata.labels"), ...annotationErrors(annotations, "metadata.annotations")];
}

/** What is wrong with a map of annotations; `field` is its path. Their keys are checked as if in lower case. */
export function annotationErrors(annotations: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  const sizes = Object.entries(annotations).map(
    ([key, value]) => Buffer.byteLength(key) + Buffer.byteLength(String(value)),
  );
  const isTooLong = sizes.reduce((sum, size) => sum + size, 0) > ANNOTATIONS_LIMIT_BYTES;
  return [
    ...Object.keys(annotations).flatMap((key) => keyErrors(key, field, key.toLowerCase())),
    ...(isTooLong ? [tooLong(field, ANNOTATIONS_LIMIT_BYTES)] : []),
  ];
}

/** What is wrong with a map of labels; `field` is its path. */
export function labelErrors(labels: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...keyErrors(key, field),
    ...valueErrors(String(value), field),
  ]);
}

function keyErrors(key: string, field: string, checked = key): FieldError[] {
  const parts = checked.split("/");
  if (parts.length > 2)
    return [invalidValue(field, key, `a valid label key must be a name part with an optional prefix and '/'`)];
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const rules = [
    ...(prefix !== undefined && !PREFIX_PATTERN.test(prefix) ? [PREFIX_RULE] : []),
    ...(prefix !== undefined && prefix.length > PREFIX_LIMIT ? [tooManyCharacters("prefix part ", PREFIX_LIMIT)] : []),
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...(name.length > NAME_LIMIT ? [tooManyCharacters("name part ", NAME_LIMIT)] : []),
    ...(NAME_PATTERN.test(name) ? [] : [NAME_RULE]),
  ];
  return rules.map((rule) => invalidValue(field, key, rule));
}

function valueErrors(value: string, field: string): FieldError[] {
  return [
    ...(value.length > NAME_LIMIT ? [invalidValue(field, value, tooManyCharacters("", NAME_LIMIT))] : []),
    ...(VALUE_PATTERN.test(value) ? [] : [invalidValue(field, value, VALUE_RULE)]),
  ];
}

function tooManyCharacters(part: string, limit: number): string {
  return `${part}must be no more than ${limit} bytes`;
}
