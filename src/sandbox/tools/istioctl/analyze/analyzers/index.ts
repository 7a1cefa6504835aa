import type { Analyzer } from "../world.ts";
import { authorizationPolicies } from "./authorization-policies.ts";
import { gatewayConflicts } from "./gateway-conflicts.ts";
import { gatewayPorts } from "./gateway-ports.ts";
import { injection } from "./injection.ts";
import { meshHosts } from "./mesh-hosts.ts";
import { portNames } from "./port-names.ts";
import { schemas } from "./schema.ts";
import { secrets } from "./secrets.ts";
import { defaultSidecars, sidecars } from "./sidecars.ts";
import { subsets } from "./subsets.ts";
import { gateways } from "./virtual-service-gateways.ts";
import { destinationHosts } from "./virtual-service-hosts.ts";
import { destinationRules } from "./virtual-service-subsets.ts";

/** All analyzers, in upstream's order. */
export const ANALYZERS: readonly Analyzer[] = [
  authorizationPolicies,
  gatewayPorts,
  secrets,
  gatewayConflicts,
  injection,
  portNames,
  defaultSidecars,
  sidecars,
  meshHosts,
  destinationHosts,
  destinationRules,
  gateways,
  subsets,
  ...schemas,
];
