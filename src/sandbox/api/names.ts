import type { FieldError, Kind } from "../kinds/index.ts";
import { type KubeObject, randomSuffix } from "../objects/index.ts";

const SUFFIX_LENGTH = 5;
/** A generated name keeps within a DNS label: longer bases are cut before the suffix. */
const GENERATED_BASE_LIMIT = 63 - SUFFIX_LENGTH;

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  `alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  `with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;

interface NameRule {
  readonly pattern: RegExp;
  readonly limit: number;
  readonly rule: string;
}

const DNS_LABEL: NameRule = { pattern: new RegExp(`^${LABEL}$`), limit: 63, rule: LABEL_RULE };
const DNS_SUBDOMAIN: NameRule = { pattern: new RegExp(`^${SUBDOMAIN}$`), limit: 253, rule: SUBDOMAIN_RULE };

/** Kinds whose names are labels; RBAC names are free but for the path; all others are subdomains. */
const LABEL_NAMES = new Set(["/namespaces", "/services"]);
const FREE_GROUPS = new Set(["rbac.authorization.k8s.io"]);

/** Fills `metadata.name` from `generateName` where it is missing. `random` gives numbers in [0, 1). */
export function generateName(object: KubeObject, random: () => number): void {
  const { metadata } = object;
  if (metadata.name || !metadata.generateName) return;
  metadata.name = metadata.generateName.slice(0, GENERATED_BASE_LIMIT) + randomSuffix(random, SUFFIX_LENGTH);
}

/** What is wrong with an object's name, in upstream's words. */
export function nameErrors(kind: Pick<Kind, "group" | "plural">, name: string | undefined): readonly FieldError[] {
  if (!name) {
    const message = "Required value: name or generateName is required";
    return [{ type: "FieldValueRequired", field: "metadata.name", message }];
  }
  if (FREE_GROUPS.has(kind.group)) return pathErrors(name).map((rule) => wrongName(name, rule));
  const { pattern, limit, rule } = LABEL_NAMES.has(`${kind.group}/${kind.plural}`) ? DNS_LABEL : DNS_SUBDOMAIN;
  const rules = [
    ...(name.length > limit ? [`must be no more than ${limit} characters`] : []),
    ...(pattern.test(name) ? [] : [rule]),
  ];
  return rules.map((one) => wrongName(name, one));
}

function pathErrors(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

function wrongName(name: string, rule: string): FieldError {
  return {
    type: "FieldValueInvalid",
    field: "metadata.name",
    message: `Invalid value: ${JSON.stringify(name)}: ${rule}`,
  };
}
