import { type Analyzer, items, report } from "../model.ts";

/** TCP to outside without an address: it would take all traffic of the port. */
export const serviceEntryAddresses: Analyzer = {
  name: "serviceentry.Analyzer",
  description: "Checks the validity of ServiceEntry",
  inputs: ["ServiceEntry"],
  *analyze(world) {
    const metadata = world.mesh.defaultConfig?.proxyMetadata ?? {};
    const isAllocated =
      metadata.ISTIO_META_DNS_CAPTURE === "true" &&
      (metadata.ISTIO_META_DNS_AUTO_ALLOCATE === "true" || metadata.PILOT_ENABLE_IP_AUTOALLOCATE === "true");
    if (isAllocated) return;
    for (const entry of world.list("ServiceEntry")) {
      if (items(entry.spec.addresses).length > 0 || items(entry.status?.addresses).length > 0) continue;
      for (const [index, { protocol }] of items(entry.spec.ports).entries())
        if (!protocol || String(protocol).toUpperCase() === "TCP")
          yield report(entry, "ServiceEntryAddressesRequired", [], `spec.ports[${index}].name`);
    }
  },
};
