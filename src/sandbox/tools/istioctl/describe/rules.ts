import type { Item } from "../pods.ts";
import { selects, shortName } from "./text.ts";

/** The subsets of a DestinationRule that pods belong to, and the others. */
export interface Subsets {
  readonly matching: readonly string[];
  readonly others: readonly string[];
}

/** Which subsets a rule has for pods with any of these labels; without a rule there are none. */
export function subsetsOf(rule: Item | undefined, labels: readonly Item[]): Subsets {
  const all: readonly Item[] = rule?.spec?.subsets ?? [];
  const matches = (subset: Item): boolean => labels.some((own) => selects(subset.labels, own));
  return {
    matching: all.filter(matches).map(({ name }) => name),
    others: all.filter((one) => !matches(one)).map(({ name }) => name),
  };
}

const POLICIES: readonly (readonly [field: string, title: string])[] = [
  ["loadBalancer", "load balancer"],
  ["connectionPool", "connection pool"],
  ["outlierDetection", "outlier detection"],
];

/** What a DestinationRule says for a pod. `indent` is in blanks. */
export function destinationRuleText(rule: Item, labels: readonly Item[], own: string, indent: number): string {
  const at = (level: number, text: string): string => `${" ".repeat(indent + level)}${text}\n`;
  const { matching, others } = subsetsOf(rule, labels);
  const lines = [at(0, `DestinationRule: ${shortName(rule.metadata, own)} for "${rule.spec.host}"`)];
  if (matching.length + others.length > 0) {
    if (matching.length === 0) {
      lines.push(at(3, `WARNING POD DOES NOT MATCH ANY SUBSETS.  (Non matching subsets ${others.join(",")})`));
    }
    lines.push(at(3, `Matching subsets: ${matching.join(",")}`));
    if (others.length > 0) lines.push(at(6, `(Non-matching subsets ${others.join(",")})`));
  }
  const policy = rule.spec.trafficPolicy;
  if (policy === undefined) return [...lines, at(3, "No Traffic Policy")].join("");
  if (policy.tls !== undefined) lines.push(at(3, `Traffic Policy TLS Mode: ${policy.tls.mode ?? "DISABLE"}`));
  lines.push(policiesText(policy, (text) => at(3, text)));
  if (policy.portLevelSettings !== undefined) {
    lines.push(at(3, "Port Level Settings:"));
    for (const one of policy.portLevelSettings) {
      lines.push(`    ${one.port?.number ?? 0}:\n`);
      if (one.tls !== undefined) lines.push(at(6, `TLS Mode: ${one.tls.mode ?? "DISABLE"}`));
      lines.push(policiesText(one, (text) => at(6, text)));
    }
  }
  return lines.join("");
}

function policiesText(policy: Item, line: (text: string) => string): string {
  const said = POLICIES.filter(([field]) => policy[field] !== undefined).map(([, title]) => title);
  return said.length === 0 ? "" : line(`Policies: ${said.join("/")}`);
}
