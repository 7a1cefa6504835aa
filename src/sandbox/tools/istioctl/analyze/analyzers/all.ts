import type { Analyzer } from "../model.ts";
import { annotations } from "./annotations.ts";
import { applicationUid } from "./application-uid.ts";
import { authorizationPolicies } from "./authorization-policies.ts";
import { blockedCidrs } from "./blocked-cidrs.ts";
import { caCertificates } from "./ca-certificates.ts";
import { conditions } from "./conditions.ts";
import { conflictingGateways } from "./conflicting-gateways.ts";
import { deploymentServices } from "./deployment-services.ts";
import { deprecation } from "./deprecation.ts";
import { destinationHosts } from "./destination-hosts.ts";
import { destinationRules } from "./destination-rules.ts";
import { envoyFilters } from "./envoy-filters.ts";
import { externalControlPlane } from "./external-control-plane.ts";
import { gatewayApiVersions } from "./gateway-api-versions.ts";
import { gatewayCertificates } from "./gateway-certificates.ts";
import { gatewayPorts } from "./gateway-ports.ts";
import { gatewaySecrets } from "./gateway-secrets.ts";
import { gatewaySelectors } from "./gateway-selectors.ts";
import { injection } from "./injection.ts";
import { injectionImage } from "./injection-image.ts";
import { injectionImageAuto } from "./injection-image-auto.ts";
import { jwtClaimRoutes } from "./jwt-claim-routes.ts";
import { meshHosts } from "./mesh-hosts.ts";
import { meshNetworks } from "./mesh-networks.ts";
import { schemas } from "./schema.ts";
import { serviceEntryAddresses } from "./service-entry-addresses.ts";
import { serviceEntryProtocols } from "./service-entry-protocols.ts";
import { servicePorts } from "./service-ports.ts";
import { sidecars } from "./sidecars.ts";
import { subsets } from "./subsets.ts";
import { defaultTelemetries, telemetryProviders, telemetrySelectors } from "./telemetries.ts";
import { virtualServiceGateways } from "./virtual-service-gateways.ts";
import { webhooks } from "./webhooks.ts";

const ALL: readonly Analyzer[] = [
  annotations,
  authorizationPolicies,
  blockedCidrs,
  conditions,
  deploymentServices,
  applicationUid,
  caCertificates,
  subsets,
  deprecation,
  envoyFilters,
  externalControlPlane,
  gatewayPorts,
  gatewayCertificates,
  gatewaySecrets,
  conflictingGateways,
  injection,
  injectionImage,
  injectionImageAuto,
  gatewayApiVersions,
  gatewaySelectors,
  meshNetworks,
  servicePorts,
  sidecars,
  meshHosts,
  destinationHosts,
  destinationRules,
  virtualServiceGateways,
  jwtClaimRoutes,
  serviceEntryAddresses,
  serviceEntryProtocols,
  webhooks,
  telemetryProviders,
  telemetrySelectors,
  defaultTelemetries,
  ...schemas,
];

/** The analyzers of a release, by its minor number. */
export function analyzersOf(minor: number): readonly Analyzer[] {
  return ALL.filter(({ since = 0 }) => since <= minor);
}
