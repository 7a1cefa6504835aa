import type { JsonObject } from "../../objects/index.ts";
import type { AccessCondition, AccessPolicy, AccessRule, Authorization, Values } from "../config/policy.ts";

/** In the order in which filters decide; ALLOW is the default, which is not printed. */
const ACTIONS: readonly (readonly [keyof Omit<Authorization, "custom">, JsonObject])[] = [
  ["audit", { action: "LOG" }],
  ["deny", { action: "DENY" }],
  ["allow", {}],
];

/** What a proxy's RBAC filters are told, one for each action that policies have. A policy without rules matches nobody. */
export function accessFilters(authorization: Authorization): readonly JsonObject[] {
  return ACTIONS.flatMap(([action, fields]) => {
    const own = authorization[action];
    return own.length === 0 ? [] : [{ ...fields, policies: policiesOf(own) }];
  });
}

function policiesOf(policies: readonly AccessPolicy[]): JsonObject {
  const rules = policies.flatMap(({ origin, rules: own }) =>
    own.map((rule, index) => {
      const name = `ns[${origin.namespace}]-policy[${origin.name}]-rule[${index}]`;
      return [name, ruleOf(rule)] as const;
    }),
  );
  return Object.fromEntries(rules);
}

/** Who comes and what they ask for; a condition is one of the two, by its key. */
function ruleOf({ from, to, when }: AccessRule): JsonObject {
  const isOfRequest = ({ key }: AccessCondition): boolean =>
    key.startsWith("destination.") || key.startsWith("connection.");
  const sources = from.map((source) => Object.entries(source) as [string, Values][]);
  const operations = to.map((operation) => Object.entries(operation) as [string, Values][]);
  const conditions = (own: readonly AccessCondition[]): [string, Values][] => own.map((one) => [one.key, one]);
  return {
    permissions: alternatives(operations, conditions(when.filter(isOfRequest))),
    principals: alternatives(sources, conditions(when.filter((one) => !isOfRequest(one))), "ids"),
  };
}

function alternatives(
  of: readonly [string, Values][][],
  all: readonly [string, Values][],
  list = "rules",
): readonly JsonObject[] {
  const choices = of.length === 0 ? [[]] : of;
  return choices.map((choice) => {
    const asked = [...choice, ...all].flatMap(([field, values]) => matchers(field, values, list));
    return { [`and_${list}`]: { [list]: asked.length === 0 ? [{ any: true }] : asked } };
  });
}

function matchers(field: string, { some, none }: Values, list: string): readonly JsonObject[] {
  const any = (values: readonly string[]): JsonObject => ({
    [`or_${list}`]: { [list]: values.map((value) => matcher(field, value)) },
  });
  const not = list === "ids" ? "not_id" : "not_rule";
  return [...(some.length > 0 ? [any(some)] : []), ...(none.length > 0 ? [{ [not]: any(none) }] : [])];
}

/** How Envoy is asked for a value of a field; what has no word of its own is asked of the request's metadata. */
const FIELDS: Readonly<Record<string, (value: string) => JsonObject>> = {
  methods: (value) => header(":method", value),
  hosts: (value) => header(":authority", value, { ignore_case: true }),
  paths: (value) => ({ url_path: { path: text(value) } }),
  ports: (value) => ({ destination_port: Number(value) }),
  "destination.port": (value) => ({ destination_port: Number(value) }),
  "destination.ip": (value) => ({ destination_ip: range(value) }),
  "connection.sni": (value) => ({ requested_server_name: text(value) }),
  ipBlocks: (value) => ({ direct_remote_ip: range(value) }),
  "source.ip": (value) => ({ direct_remote_ip: range(value) }),
  remoteIpBlocks: (value) => ({ remote_ip: range(value) }),
  "remote.ip": (value) => ({ remote_ip: range(value) }),
  principals: (value) => principal(text(value === "*" ? value : `spiffe://${value}`)),
  "source.principal": (value) => principal(text(value === "*" ? value : `spiffe://${value}`)),
  namespaces: (value) => principal(pattern(`.*/ns/${value.replaceAll("*", ".*")}/.*`)),
  "source.namespace": (value) => principal(pattern(`.*/ns/${value.replaceAll("*", ".*")}/.*`)),
  serviceAccounts: (value) => principal(pattern(`.*/ns/.*/sa/${value.split("/").at(-1)}`)),
};

function matcher(field: string, value: string): JsonObject {
  const own = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (own !== undefined) return own(value);
  const [, name] = /^request\.headers\[(.+)\]$/.exec(field) ?? [];
  if (name !== undefined) return header(name, value);
  const path = field.replaceAll(/\[([^\]]+)\]/g, ".$1").split(".");
  return {
    metadata: {
      filter: "envoy.filters.http.jwt_authn",
      path: path.map((key) => ({ key })),
      value: { string_match: text(value) },
    },
  };
}

function header(name: string, value: string, more: JsonObject = {}): JsonObject {
  if (value === "*") return { header: { name, present_match: true } };
  return { header: { name, string_match: { ...text(value), ...more } } };
}

function principal(name: JsonObject): JsonObject {
  return { authenticated: { principal_name: name } };
}

function pattern(regex: string): JsonObject {
  return { safe_regex: { regex } };
}

/** Exact, `prefix*`, `*suffix`, or `*` for anything that is there. */
function text(value: string): JsonObject {
  if (value === "*") return pattern(".+");
  if (value.startsWith("*")) return { suffix: value.slice(1) };
  return value.endsWith("*") ? { prefix: value.slice(0, -1) } : { exact: value };
}

function range(block: string): JsonObject {
  const [address_prefix, length = block.includes(":") ? "128" : "32"] = block.split("/");
  return { address_prefix, prefix_len: Number(length) };
}
