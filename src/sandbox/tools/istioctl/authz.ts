import type { ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { CLUSTER_FLAGS, fetchDump, type Item, namespaceOf, podsNamed } from "./pods.ts";
import { compareText, partOf } from "./proxy-config/dump.ts";
import { columns } from "./table.ts";

/** A policy without rules has no name in Envoy. */
const ANONYMOUS = "_anonymous_match_nothing_";
const ACTIONS = ["DENY", "ALLOW", "LOG"] as const;
const HTTP_RBAC = "envoy.filters.http.rbac";
const TCP_RBAC = "envoy.filters.network.rbac";

/** `istioctl x authz check`: the policies that a proxy has got, by what its filters say. */
export const authzCheck: Command = {
  flags: [...CLUSTER_FLAGS, { long: "file", short: "f", takesValue: true }],
  run: async (context, given) => {
    const rows = rowsOf(await dumpOf(context, given));
    context.out(columns([["ACTION", "AuthorizationPolicy", "RULES"], ...rows], 3));
    return 0;
  },
};

async function dumpOf(context: ToolContext, given: ParsedFlags): Promise<Item> {
  const file = given.values.get("file");
  if (file !== undefined) return JSON.parse(await (await import("node:fs/promises")).readFile(file, "utf8"));
  const [named] = given.rest;
  if (named === undefined) throw new Failure("check requires only <pod-name>[.<pod-namespace>]");
  const [pod] = await podsNamed(context, named, await namespaceOf(context, given));
  if (pod === undefined) throw new Failure("no pods found");
  return fetchDump(context, pod);
}

function rowsOf(dump: Item): readonly (readonly string[])[] {
  const rules = new Map<string, Map<string, Set<string>>>(ACTIONS.map((action) => [action, new Map()]));
  for (const { action = "ALLOW", policies = {} } of accessRules(dump)) {
    const names = Object.keys(policies);
    for (const name of names.length === 0 ? [""] : names) {
      const [, namespace, policy, rule] = /^ns\[(.+)\]-policy\[(.+)\]-rule\[(.+)\]$/.exec(name) ?? [];
      const title = policy === undefined ? ANONYMOUS : `${policy}.${namespace}`;
      const own = rules.get(action)?.get(title) ?? new Set();
      own.add(rule ?? "0");
      rules.get(action)?.set(title, own);
    }
  }
  return ACTIONS.flatMap((action) =>
    [...(rules.get(action) ?? [])]
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([title, own]) => [action, title, String(own.size)]),
  );
}

/** `rules` of every RBAC filter in listeners that istiod sent, in their order. */
export function accessRules(dump: Item): readonly Item[] {
  const listeners: readonly Item[] = partOf(dump, "ListenersConfigDump").dynamic_listeners ?? [];
  return listeners
    .flatMap(({ active_state }) => active_state?.listener?.filter_chains ?? [])
    .flatMap((chain: Item) => chain.filters ?? [])
    .flatMap(({ name, typed_config }: Item) => {
      if (name === TCP_RBAC) return [typed_config.rules ?? {}];
      const filters: readonly Item[] = typed_config?.http_filters ?? [];
      return filters.filter((one) => one.name === HTTP_RBAC).map((one) => one.typed_config.rules ?? {});
    });
}
