import type { AccessPolicy, AccessRule, Values } from "../config/policy.ts";
import { ATTRIBUTES, attributeOfKey, type FactTest } from "./attributes.ts";
import type { Facts } from "./facts.ts";

type Protocol = "http" | "tcp";

/** Where a field or value cannot be used, an `allow` rule as a whole never matches; of a `deny` rule only that part is dropped. */
type Strictness = "allow" | "deny";

interface NamedRule {
  /** `ns[default]-policy[x]-rule[0]` */
  readonly name: string;
  readonly matches: FactTest;
}

const compiled = new WeakMap<readonly AccessPolicy[], Map<string, readonly NamedRule[]>>();

/**
 * The name of the first rule of these policies that matches, as Envoy's log tells it: rules are tried in the order of their
 * names. What policies ask for is worked out once for each list of them.
 */
export function firstMatch(
  policies: readonly AccessPolicy[],
  strictness: Strictness,
  facts: Facts,
): string | undefined {
  if (policies.length === 0) return undefined;
  const protocol = facts.request === undefined ? "tcp" : "http";
  for (const { name, matches } of namedRules(policies, strictness, protocol)) if (matches(facts)) return name;
  return undefined;
}

function namedRules(
  policies: readonly AccessPolicy[],
  strictness: Strictness,
  protocol: Protocol,
): readonly NamedRule[] {
  let own = compiled.get(policies);
  if (own === undefined) {
    own = new Map();
    compiled.set(policies, own);
  }
  const key = `${strictness} ${protocol}`;
  let rules = own.get(key);
  if (rules === undefined) {
    rules = policies
      .flatMap((policy) => rulesOf(policy, strictness, protocol))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    own.set(key, rules);
  }
  return rules;
}

function rulesOf({ origin, rules }: AccessPolicy, strictness: Strictness, protocol: Protocol): readonly NamedRule[] {
  const { namespace, name } = origin;
  return rules.flatMap((rule, at) => {
    const matches = ruleTest(rule, { namespace, strictness, protocol });
    return matches === undefined ? [] : [{ name: `ns[${namespace}]-policy[${name}]-rule[${at}]`, matches }];
  });
}

/** Where a rule stands and what it is used for. */
interface Use {
  readonly namespace: string;
  readonly strictness: Strictness;
  readonly protocol: Protocol;
}

/** Undefined: the rule never matches. */
function ruleTest({ from, to, when }: AccessRule, use: Use): FactTest | undefined {
  const conditions = allOf(
    when.map((condition) => valuesTest(attributeOfKey(condition.key), condition.key, condition, use)),
  );
  const sources = from.map((source) => fieldsTest(Object.entries(source), use));
  const operations = to.map((operation) => fieldsTest(Object.entries(operation), use));
  return allOf([conditions, anyOf(sources), anyOf(operations)]);
}

function fieldsTest(fields: readonly (readonly [field: string, values: Values])[], use: Use): FactTest | undefined {
  return allOf(fields.map(([field, values]) => valuesTest(ATTRIBUTES[field], field, values, use)));
}

function valuesTest(
  attribute: (typeof ATTRIBUTES)[string] | undefined,
  key: string,
  { some, none }: Values,
  { namespace, strictness, protocol }: Use,
): FactTest | undefined {
  if (attribute === undefined) return undefined;
  const isBlind = attribute.isHttp && protocol === "tcp";
  const testsOf = (values: readonly string[]): readonly (FactTest | undefined)[] =>
    values.map((value) => (isBlind ? undefined : attribute.test(value, namespace, key)));
  const [wanted, unwanted] = [testsOf(some), testsOf(none)];
  if (strictness === "allow" && [...wanted, ...unwanted].includes(undefined)) return undefined;
  const [isSome, isNone] = [usable(wanted), usable(unwanted)];
  return (facts) => (isSome.length === 0 || isSome.some((test) => test(facts))) && !isNone.some((test) => test(facts));
}

function usable(tests: readonly (FactTest | undefined)[]): readonly FactTest[] {
  return tests.filter((test) => test !== undefined);
}

/** One that can never match makes all of them so. */
function allOf(tests: readonly (FactTest | undefined)[]): FactTest | undefined {
  const all = usable(tests);
  if (all.length < tests.length) return undefined;
  return (facts) => all.every((test) => test(facts));
}

/** None asked for is all right; one that can never match spoils the rule, as it does in istiod. */
function anyOf(tests: readonly (FactTest | undefined)[]): FactTest | undefined {
  const all = usable(tests);
  if (all.length < tests.length) return undefined;
  return (facts) => all.length === 0 || all.some((test) => test(facts));
}
