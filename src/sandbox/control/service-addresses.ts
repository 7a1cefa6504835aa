import type { KubeObject } from "../objects/index.ts";
import type { Change, Controller, ObjectName, Snapshot } from "./controller.ts";

const ADDRESSES = "networking.k8s.io/ipaddresses";

/** An IPAddress for each cluster address that a Service has: what upstream's allocator keeps. */
export const serviceAddressController: Controller = {
  name: "ipallocator",
  resource: "/services",
  reconcile(snapshot, name) {
    const service = snapshot.get("/services", name.namespace, name.name);
    const wanted = addressesOf(service);
    const missing = wanted.filter((address) => !snapshot.get(ADDRESSES, undefined, address));
    // A Service keeps its address for life, or while it is not an ExternalName.
    const extra = wanted.length > 0 ? [] : held(snapshot, name);
    return {
      changes: [
        ...missing.map((address): Change => ({ kind: "create", resource: ADDRESSES, object: made(address, name) })),
        ...extra.map(
          ({ metadata }): Change => ({
            kind: "delete",
            resource: ADDRESSES,
            namespace: undefined,
            name: metadata.name,
          }),
        ),
      ],
    };
  },
};

function addressesOf(service: KubeObject | undefined): readonly string[] {
  const addresses: readonly string[] = service?.spec?.clusterIPs ?? [];
  return addresses.filter((address) => address !== "" && address !== "None");
}

function held(snapshot: Snapshot, { namespace, name }: ObjectName): readonly KubeObject[] {
  return snapshot
    .list(ADDRESSES)
    .filter(({ spec }) => spec?.parentRef?.namespace === namespace && spec?.parentRef?.name === name);
}

function made(address: string, { namespace, name }: ObjectName): KubeObject {
  const family = address.includes(":") ? "IPv6" : "IPv4";
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IPAddress",
    metadata: {
      name: address,
      labels: {
        "ipaddress.kubernetes.io/ip-family": family,
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
      },
    },
    spec: { parentRef: { group: "", resource: "services", namespace, name } },
  };
}
