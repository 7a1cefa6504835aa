import type { Workload } from "../model.ts";
import { clusterOf } from "./clusters/clusters.ts";
import type { Cluster, MeshConfig, OutboundListener } from "./config.ts";
import type { CompileOptions } from "./mesh-options.ts";
import { MeshModel } from "./model.ts";
import { Places } from "./registry/endpoints.ts";
import { workloadsByAddress } from "./registry/workloads.ts";
import type { Scope } from "./sidecar/scope.ts";
import type { ObjectView } from "./view.ts";

/** The configuration of the mesh that a cluster's objects make, as of now. */
export function compile(view: ObjectView, options: CompileOptions): MeshConfig {
  return placed(view, new MeshModel(view, options), workloadsByAddress(view));
}

/** A model with the pods that are there now. */
export function placed(view: ObjectView, model: MeshModel, workloads: ReadonlyMap<string, Workload>): MeshConfig {
  const places = new Places(view, workloads);
  const clusters = new WeakMap<Scope, Map<string, Cluster | undefined>>();
  const { rootNamespace, trustDomain } = model.options;
  return {
    rootNamespace,
    trustDomain,
    accessLog: model.accessLog,
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
    gateway: (gateway, port) => model.gateway(gateway, port),
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
  };
}
