import type { Analyzer } from "../world.ts";
import { gatewayPorts } from "./gateway-ports.ts";
import { injection } from "./injection.ts";
import { schemas } from "./schema.ts";
import { subsets } from "./subsets.ts";
import { gateways } from "./virtual-service-gateways.ts";
import { destinationHosts } from "./virtual-service-hosts.ts";
import { destinationRules } from "./virtual-service-subsets.ts";

/** All analyzers. Their order is told by nothing: messages are sorted, and so is the list of names. */
export const ANALYZERS: readonly Analyzer[] = [
  destinationHosts,
  destinationRules,
  gatewayPorts,
  gateways,
  injection,
  subsets,
  ...schemas,
];
