import { errorList, quoted } from "./findings.ts";
import { isAddress, prefixError } from "./names.ts";

const LARGEST_PORT = 65_535;
const LARGEST_UINT32 = 4_294_967_295;
/** Variables, and asterisks that are a whole part of a path beside a template. */
const NOT_IN_TEMPLATE = /\/\{\w+=\*\*?\}|\{\w*\}|\/\*\*?|\*\*?\//;

type Check = (key: string, values: readonly string[]) => string | undefined;

const anything: Check = () => undefined;
const keyed: Check = (key) => (/^[^[]+\[.+\]$/.test(key) ? undefined : `bad key (${key}): should have format a[b]`);
const blocks: Check = (_, values) => listOf(ipErrors(values));
const ports: Check = (_, values) => listOf(portErrors(values));

/** What a condition may ask for, and how its values are read. A name that ends with an asterisk is how a key begins. */
const ATTRIBUTES: readonly (readonly [name: string, check: Check])[] = [
  ["request.headers*", keyed],
  ["source.ip", blocks],
  ["remote.ip", blocks],
  ["source.namespace", anything],
  ["source.serviceAccount", anything],
  ["source.principal", anything],
  ["request.auth.principal", anything],
  ["request.auth.audiences", anything],
  ["request.auth.presenter", anything],
  ["request.auth.claims*", keyed],
  ["destination.ip", blocks],
  ["destination.port", ports],
  ["connection.sni", anything],
  ["experimental.envoy.filters.*", keyed],
  ["destination.namespace", (key) => `attribute ${key} is replaced by the metadata.namespace`],
  ["destination.labels*", (key) => `attribute ${key} is replaced by the workload selector`],
  ["destination.name", (key) => `deprecated attribute ${key}: only supported in v1alpha1`],
  ["destination.user", (key) => `deprecated attribute ${key}: only supported in v1alpha1`],
];

/** Whether a condition's key is known, and its values fit. */
export function attributeError(key: string, values: readonly string[]): string | undefined {
  const [, check] =
    ATTRIBUTES.find(([name]) => (name.endsWith("*") ? key.startsWith(name.slice(0, -1)) : key === name)) ?? [];
  return emptyValueError(key, values) ?? (check ? check(key, values) : `unknown attribute: ${key}`);
}

/** An empty value would match nothing, or everything. */
export function emptyValueError(name: string, values: readonly string[]): string | undefined {
  return values.includes("") ? `empty value not allowed, found in ${name}` : undefined;
}

/** Whether paths with `{*}` or `{**}` are templates that Envoy reads. */
export function pathTemplateError(name: string, paths: readonly string[]): string | undefined {
  const isTemplate = (path: string): boolean => path.includes("{*}") || path.includes("{**}");
  return paths.some((path) => isTemplate(path) && NOT_IN_TEMPLATE.test(path))
    ? `invalid or unsupported path template, found in ${name}`
    : undefined;
}

/** What is wrong with addresses and blocks of them. */
export function ipErrors(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    if (!value.includes("/")) return isAddress(value) ? [] : [`bad IP address (${value})`];
    const fault = prefixError(value);
    return fault === undefined ? [] : [`bad CIDR range (${value}): ${fault}`];
  });
}

/** What is wrong with ports, which are texts here. */
export function portErrors(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    const parsing = `strconv.ParseUint: parsing ${quoted(value)}`;
    if (!/^\d+$/.test(value)) return [`bad port (${value}): ${parsing}: invalid syntax`];
    if (Number(value) > LARGEST_UINT32) return [`bad port (${value}): ${parsing}: value out of range`];
    return Number(value) > LARGEST_PORT ? [`bad port (${value}): <nil>`] : [];
  });
}

function listOf(errors: readonly string[]): string | undefined {
  return errors.length === 0 ? undefined : errorList(errors);
}
