import type { JsonObject } from "../../objects/index.ts";
import { Findings, items } from "./findings.ts";
import { networkSelector } from "./selectors.ts";
import { parseFault } from "./string-match.ts";
import type { Validator } from "./subject.ts";

const MANAGER = "envoy.filters.network.http_connection_manager";

/** What each class of objects is matched by. */
const MATCHES: readonly (readonly [field: string, name: string, applyTo: readonly string[]])[] = [
  [
    "listener",
    "listener class objects cannot have non listener",
    ["FILTER_CHAIN", "HTTP_FILTER", "LISTENER", "NETWORK_FILTER"],
  ],
  [
    "routeConfiguration",
    "http route class objects cannot have non route configuration",
    ["HTTP_ROUTE", "ROUTE_CONFIGURATION", "VIRTUAL_HOST"],
  ],
  ["cluster", "cluster class objects cannot have non cluster", ["CLUSTER"]],
];

/** An EnvoyFilter: always a warning, and what of it fits together. What Envoy would make of the patches is not looked at. */
export const envoyFilter: Validator = ({ spec }) => {
  const selector = networkSelector(spec.workloadSelector, "Envoy filter");
  if (selector.errors.length > 0) return selector;
  return new Findings()
    .warn(
      "EnvoyFilter exposes internal implementation details that may change at any time. Prefer other APIs if possible, and exercise extreme caution, especially around upgrades.",
    )
    .add(selector, ...items(spec.configPatches).map(patchFindings));
};

function patchFindings({ applyTo = "INVALID", match, patch }: JsonObject): Findings {
  const found = new Findings();
  const missing = missingPart(applyTo, patch);
  if (missing !== undefined) return found.error(`Envoy filter: ${missing}`);
  const version = match?.proxy?.proxyVersion;
  const fault = version ? parseFault(String(version)) : undefined;
  if (fault !== undefined) return found.error(`Envoy filter: invalid regex for proxy version, [${fault}]`);
  const fields = MATCHES.map(([field]) => field);
  const [field = "", name] = MATCHES.find(([, , all]) => all.includes(applyTo)) ?? [];
  const isOther = fields.some((one) => match?.[one]) && !match[field];
  if (name !== undefined && isOther) return found.error(`Envoy filter: applyTo for ${name} match`);
  const filter = field === "listener" ? match?.listener?.filterChain?.filter : undefined;
  return filter ? found.add(filterFindings(applyTo, filter)) : found;
}

function missingPart(applyTo: string, patch: JsonObject | undefined): string | undefined {
  if (applyTo === "INVALID") return "missing applyTo";
  if (!patch) return "missing patch";
  const { operation = "INVALID", value } = patch;
  if (operation === "INVALID") return "missing patch operation";
  return operation !== "REMOVE" && !value ? "missing patch value for non-remove operation" : undefined;
}

function filterFindings(applyTo: string, { name, subFilter }: JsonObject): Findings {
  const found = new Findings();
  if (["FILTER_CHAIN", "LISTENER"].includes(applyTo)) {
    found.warn(`Envoy filter: filter match has no effect when used with ${applyTo}`);
  }
  const fault = (text: string): Findings => found.error(`Envoy filter: ${text}`);
  if (!name) return fault("filter match has no name to match on");
  if (!subFilter) return found;
  if (applyTo !== "HTTP_FILTER") return fault("subfilter match can be used with applyTo HTTP_FILTER only");
  if (![MANAGER, "envoy.http_connection_manager"].includes(name)) {
    return fault(`subfilter match requires filter match with ${MANAGER}`);
  }
  return subFilter.name ? found : fault("subfilter match has no name to match on");
}
