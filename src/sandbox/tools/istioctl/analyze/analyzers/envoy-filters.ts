import type { MessageName } from "../messages.ts";
import { type Analyzer, type Item, items, report } from "../model.ts";

const ROUTES = ["ROUTE_CONFIGURATION", "HTTP_ROUTE"];
const FILTERS = ["NETWORK_FILTER", "HTTP_FILTER"];

/** Patches that are not applied, or that depend on others. */
export const envoyFilters: Analyzer = {
  name: "envoyfilter.EnvoyPatchAnalyzer",
  description: "Checks an envoyFilters ",
  inputs: ["EnvoyFilter"],
  *analyze(world) {
    const versioned = new Set<string>();
    for (const filter of world.list("EnvoyFilter")) {
      for (const [index, patch] of items(filter.spec.configPatches).entries()) {
        if (!patch.patch) break;
        const name = filterName(patch);
        const found = faultOf(patch, Boolean(filter.spec.priority), versioned.has(name));
        if (found !== undefined) yield report(filter, found, [], `spec.configPatches[${index}].patch.value`);
        if (patch.match?.proxy?.proxyVersion) versioned.add(name);
      }
    }
  },
};

function faultOf({ applyTo, patch }: Item, hasPriority: boolean, isVersioned: boolean): MessageName | undefined {
  const relative = isVersioned
    ? "EnvoyFilterUsesRelativeOperationWithProxyVersion"
    : "EnvoyFilterUsesRelativeOperation";
  const dependent = hasPriority ? undefined : relative;
  switch (patch.operation) {
    case "ADD":
      return ROUTES.includes(applyTo) ? "EnvoyFilterUsesAddOperationIncorrectly" : undefined;
    case "REMOVE":
      return ROUTES.includes(applyTo) ? "EnvoyFilterUsesRemoveOperationIncorrectly" : dependent;
    case "REPLACE":
      return FILTERS.includes(applyTo) ? dependent : "EnvoyFilterUsesReplaceOperationIncorrectly";
    case "INSERT_BEFORE":
    case "INSERT_AFTER":
      return dependent;
    default:
      return undefined;
  }
}

/** What a patch puts in, by its own name or by that of the filter that it looks for. */
function filterName({ match, patch }: Item): string {
  if (!patch.value) return "";
  return patch.value.name ?? match?.listener?.filterChain?.filter?.name ?? "";
}
