import type { KubeObject } from "../../objects/index.ts";
import type { Workload } from "../model.ts";
import { writesAccessLog } from "./access-log.ts";
import { type ClusterShape, clusterShape } from "./clusters/clusters.ts";
import { type DestinationRule, destinationRuleFor, destinationRules } from "./clusters/destination-rules.ts";
import type { GatewayListener } from "./config.ts";
import { apiListeners } from "./gateway-api/gateways.ts";
import { apiRoutes } from "./gateway-api/routes.ts";
import { gatewayListeners } from "./gateways/listeners.ts";
import { isSelectedBy } from "./gateways/ports.ts";
import { type GatewayServer, gatewayServers } from "./gateways/server.ts";
import type { InboundPort } from "./inventory.ts";
import { type CompileOptions, type MeshOptions, meshOptions } from "./mesh-options.ts";
import { inboundPolicy } from "./policies.ts";
import type { InboundPolicy } from "./policy.ts";
import { targetPortOf } from "./registry/endpoints.ts";
import { allServices } from "./registry/registry.ts";
import { clusterName } from "./routes/rules.ts";
import { virtualServices } from "./routes/virtual-services.ts";
import { type PortListeners, portListeners } from "./sidecar/listeners.ts";
import { type Scope, type ScopeInput, scopeOf, sidecarsOf } from "./sidecar/scope.ts";
import { type ObjectView, RESOURCES } from "./view.ts";

/**
 * All that follows from services and rules, without the pods behind them. What is asked for is made then, and kept: for
 * all workloads of a namespace together that rules cannot tell apart.
 */
export class MeshModel {
  readonly options: MeshOptions;
  readonly accessLog: (workload: Workload) => boolean;
  readonly #view: ObjectView;
  readonly #input: ScopeInput;
  readonly #servers: readonly GatewayServer[];
  readonly #rules: ReadonlyMap<string, readonly DestinationRule[]>;
  readonly #looksAtLabels: boolean;
  readonly #scopes = new Map<string, Scope>();
  readonly #scopeOf = new WeakMap<Workload, Scope>();
  readonly #listeners = new WeakMap<Scope, Map<number, PortListeners>>();
  readonly #clusters = new WeakMap<Scope, Map<string, ClusterShape | undefined>>();
  readonly #inbound = new WeakMap<Workload, Map<number, InboundPolicy>>();
  readonly #gateways = new WeakMap<Workload, ReadonlyMap<number, GatewayListener>>();

  constructor(view: ObjectView, options: CompileOptions) {
    this.#view = view;
    this.options = meshOptions(view, options);
    this.accessLog = writesAccessLog(view, this.options);
    const listeners = apiListeners(view);
    this.#input = {
      services: allServices(view, this.options),
      rules: [...virtualServices(view, this.options), ...apiRoutes(view, listeners, this.options)],
      sidecars: sidecarsOf(view),
      options: this.options,
    };
    this.#servers = [...gatewayServers(view), ...listeners.map(({ server }) => server)];
    this.#rules = destinationRules(view, this.options);
    this.#looksAtLabels = looksAtLabels(view);
  }

  /** What a workload's proxy knows. */
  scope(workload: Workload): Scope {
    let scope = this.#scopeOf.get(workload);
    if (scope !== undefined) return scope;
    const isGateway = workload.proxy === "gateway";
    const labels = this.#looksAtLabels ? JSON.stringify(workload.labels) : "";
    const key = `${isGateway} ${workload.namespace} ${labels}`;
    scope = this.#scopes.get(key) ?? scopeOf(this.#input, workload.namespace, workload.labels, isGateway);
    this.#scopes.set(key, scope);
    this.#scopeOf.set(workload, scope);
    return scope;
  }

  listeners(scope: Scope, port: number): PortListeners {
    return kept(this.#listeners, scope, port, () => portListeners(scope, port, this.options));
  }

  cluster(scope: Scope, name: string): ClusterShape | undefined {
    return kept(this.#clusters, scope, name, () => clusterShape(name, scope, this.#rules, this.options));
  }

  inbound(workload: Workload, port: number): InboundPolicy {
    const { rootNamespace, providers } = this.options;
    return kept(this.#inbound, workload, port, () =>
      inboundPolicy(this.#view, workload, port, rootNamespace, providers),
    );
  }

  /** By port. */
  gateways(workload: Workload): ReadonlyMap<number, GatewayListener> {
    let ports = this.#gateways.get(workload);
    if (ports === undefined) {
      ports = this.#gatewayPorts(workload);
      this.#gateways.set(workload, ports);
    }
    return ports;
  }

  /** The clusters of all services that a scope knows, each with its subsets. */
  clusterNames(scope: Scope): readonly string[] {
    return scope.services.all.flatMap((service) => {
      if (service.aliasOf !== undefined) return [];
      const rule = destinationRuleFor(this.#rules, service, scope, this.options.rootNamespace);
      const subsets = ["", ...(rule?.subsets ?? []).map(({ name }) => String(name))];
      return service.ports.flatMap(({ number }) => subsets.map((subset) => clusterName(service.host, number, subset)));
    });
  }

  /** Ports that a scope's programs may connect to, by number. */
  ports(scope: Scope): readonly number[] {
    const numbers = scope.services.all.flatMap((service) =>
      service.ports.map(({ number }) => number).filter((number) => scope.listens(service, number)),
    );
    return [...new Set(numbers)].sort((a, b) => a - b);
  }

  /** The ports of a workload that Services lead to; of two that lead to one the older Service says what it speaks. */
  inboundPorts(workload: Workload): readonly InboundPort[] {
    const pod = this.#podOf(workload);
    if (pod === undefined || workload.proxy !== "sidecar") return [];
    const found = new Map<number, InboundPort>();
    for (const { isKubernetes, namespace, object, host, ports } of this.#input.services) {
      if (!isKubernetes || namespace !== workload.namespace || !isSelectedBy(object, pod)) continue;
      for (const own of ports) {
        const port = targetPortOf(own, pod);
        if (!found.has(port)) found.set(port, { port, protocol: own.protocol, host, servicePort: own.number });
      }
    }
    return [...found.values()].sort((a, b) => a.port - b.port);
  }

  #podOf({ namespace, name }: Workload): KubeObject | undefined {
    return this.#view.list(RESOURCES.pods, namespace).find(({ metadata }) => metadata.name === name);
  }

  #gatewayPorts(workload: Workload): ReadonlyMap<number, GatewayListener> {
    const pod = this.#podOf(workload);
    if (pod === undefined) return new Map();
    const input = { view: this.#view, servers: this.#servers, services: this.#input.services, options: this.options };
    return gatewayListeners(input, pod, this.scope(workload));
  }
}

/** Whether any rule asks for the labels of those that it is for. */
function looksAtLabels(view: ObjectView): boolean {
  const has = (resource: string, test: (spec: string) => boolean): boolean =>
    view.list(resource).some(({ spec }) => spec !== undefined && test(JSON.stringify(spec)));
  return (
    has(RESOURCES.virtualServices, (spec) => spec.includes('"sourceLabels"')) ||
    has(RESOURCES.sidecars, (spec) => spec.includes('"workloadSelector"')) ||
    has(RESOURCES.destinationRules, (spec) => spec.includes('"workloadSelector"'))
  );
}

/** What was made before for a key, else what is made now. */
function kept<S extends object, K, V>(cache: WeakMap<S, Map<K, V>>, scope: S, key: K, make: () => V): V {
  let own = cache.get(scope);
  if (own === undefined) {
    own = new Map();
    cache.set(scope, own);
  }
  if (!own.has(key)) own.set(key, make());
  return own.get(key) as V;
}
