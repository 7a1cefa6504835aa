import type { Workload } from "../model.ts";
import { clusterOf, unreadyPlaces } from "./clusters/clusters.ts";
import type { Cluster, MeshConfig, OutboundListener } from "./config.ts";
import type { PlacedListener } from "./inventory.ts";
import type { CompileOptions } from "./mesh-options.ts";
import { MeshModel } from "./model.ts";
import { Places } from "./registry/endpoints.ts";
import { workloadsByAddress } from "./registry/workloads.ts";
import type { Scope } from "./sidecar/scope.ts";
import type { ObjectView } from "./view.ts";

/** Every address but those that have a listener of their own. */
const ANY = "0.0.0.0";

/** The configuration of the mesh that a cluster's objects make, as of now. */
export function compile(view: ObjectView, options: CompileOptions): MeshConfig {
  return placed(view, new MeshModel(view, options), workloadsByAddress(view), options);
}

/** A model with the pods that are there now. */
export function placed(
  view: ObjectView,
  model: MeshModel,
  workloads: ReadonlyMap<string, Workload>,
  { resolve }: Pick<CompileOptions, "resolve">,
): MeshConfig {
  const places = new Places(view, workloads, resolve);
  const clusters = new WeakMap<Scope, Map<string, Cluster | undefined>>();
  const { rootNamespace, trustDomain } = model.options;
  return {
    rootNamespace,
    trustDomain,
    accessLog: model.accessLog,
    accessLogForm: model.options.accessLogForm,
    workloadAt: (address) => workloads.get(address),
    outbound(source, address, port): OutboundListener {
      const { byAddress, perPod, elsewhere } = model.listeners(model.scope(source), port);
      const own = byAddress.get(address);
      if (own !== undefined) return own;
      const pod = perPod.find(({ service }) =>
        service.ports.some(
          (one) => one.number === port && places.of(service, one).some(({ endpoint }) => endpoint.address === address),
        ),
      );
      return pod?.listener ?? elsewhere;
    },
    gateway: (gateway, port) => model.gateways(gateway).get(port),
    inbound: (workload, port) => model.inbound(workload, port),
    cluster(name, source) {
      const scope = model.scope(source);
      let own = clusters.get(scope);
      if (own === undefined) {
        own = new Map();
        clusters.set(scope, own);
      }
      if (!own.has(name)) {
        const shape = model.cluster(scope, name);
        own.set(name, shape && clusterOf(shape, places));
      }
      return own.get(name);
    },
    inventory(proxy) {
      const isGateway = proxy.proxy === "gateway";
      const scope = model.scope(proxy);
      return {
        clusters: model.clusterNames(scope),
        outbound: isGateway ? [] : placedListeners(model, scope, places),
        gatewayPorts: isGateway ? [...model.gateways(proxy).keys()].sort((a, b) => a - b) : [],
        inbound: model.inboundPorts(proxy),
        unready: (name) => {
          const shape = model.cluster(scope, name);
          return shape === undefined ? [] : unreadyPlaces(shape, places);
        },
      };
    },
  };
}

function placedListeners(model: MeshModel, scope: Scope, places: Places): readonly PlacedListener<OutboundListener>[] {
  return model.ports(scope).flatMap((port): readonly PlacedListener<OutboundListener>[] => {
    const { byAddress, perPod, elsewhere } = model.listeners(scope, port);
    const pods = perPod.flatMap(({ service, listener }) =>
      service.ports
        .filter(({ number }) => number === port)
        .flatMap((one) => places.of(service, one).map(({ endpoint: { address } }) => ({ address, port, listener }))),
    );
    const own = [...byAddress].map(([address, listener]) => ({ address, port, listener }));
    return [...own, ...pods, ...(elsewhere.kind === "unknown" ? [] : [{ address: ANY, port, listener: elsewhere }])];
  });
}
