import type { JsonObject, KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import { type Change, type Controller, NOTHING, type ObjectName, type Snapshot } from "./controller.ts";
import { isDeleting, nameOf } from "./owner.ts";

const DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions";
const API_SERVICES = "apiregistration.k8s.io/apiservices";
const SLICES = "discovery.k8s.io/endpointslices";
const MANAGED = "kube-aggregator.kubernetes.io/automanaged";

/** The condition of what the API server itself serves. `at`: RFC 3339. */
export function localCondition(at: string): JsonObject {
  return {
    type: "Available",
    status: "True",
    lastTransitionTime: at,
    reason: "Local",
    message: "Local APIServices are always available",
  };
}

/** Upstream's crd-autoregister: an APIService for each version that definitions serve. Those of one group have it in common. */
export const customApisController: Controller = {
  name: "crd-autoregister",
  resource: DEFINITIONS,
  wakes: {
    [API_SERVICES]: ({ metadata, spec }, snapshot) =>
      metadata.labels?.[MANAGED] === "true"
        ? snapshot
            .list(DEFINITIONS)
            .filter((one) => one.spec?.group === spec?.group)
            .map(nameOf)
        : [],
  },
  reconcile(snapshot, { name }) {
    // A definition's name is its plural and its group: that is known even when it is gone.
    const group = name.slice(name.indexOf(".") + 1);
    const wanted = servedVersions(snapshot, group);
    const there = snapshot
      .list(API_SERVICES)
      .filter(({ metadata, spec }) => spec?.group === group && metadata.labels?.[MANAGED] === "true");
    const extra = there.filter(({ spec }) => !wanted.has(String(spec?.version)));
    const missing = [...wanted].filter((version) => !snapshot.get(API_SERVICES, undefined, `${version}.${group}`));
    return {
      changes: [
        ...missing.map(
          (version) => ({ kind: "create", resource: API_SERVICES, object: made(group, version) }) as const,
        ),
        ...extra.map((one) => ({ kind: "delete", resource: API_SERVICES, ...nameOf(one) }) as const),
      ],
    };
  },
};

function servedVersions(snapshot: Snapshot, group: string): ReadonlySet<string> {
  const served = snapshot
    .list(DEFINITIONS)
    .filter((one) => one.spec?.group === group && !isDeleting(one))
    .filter(({ status }) => conditionOf(status?.conditions, "Established")?.status === "True")
    .flatMap(({ spec }) => (spec?.versions ?? []) as readonly JsonObject[])
    .filter((version) => version.served === true);
  return new Set(served.map(({ name }) => String(name)));
}

function made(group: string, version: string): KubeObject {
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}`, labels: { [MANAGED]: "true" } },
    spec: { group, version, groupPriorityMinimum: 1000, versionPriority: 100 },
  };
}

/** Says of each APIService whether it can be had. Servers of other people's APIs are not run here: none of them answers. */
export const availabilityController: Controller = {
  name: "apiservice-status",
  resource: API_SERVICES,
  wakes: {
    "/services": behind,
    [SLICES]: (slice, snapshot) => {
      const { name, namespace } = { ...slice.metadata, name: slice.metadata.labels?.["kubernetes.io/service-name"] };
      return name === undefined ? [] : behind({ ...slice, metadata: { name, namespace } } as KubeObject, snapshot);
    },
  },
  reconcile(snapshot, { name }) {
    const service = snapshot.get(API_SERVICES, undefined, name);
    if (service === undefined) return NOTHING;
    const next = availability(snapshot, service);
    const before = conditionOf(service.status?.conditions, "Available");
    if (before?.reason === next.reason && before?.message === next.message) return NOTHING;
    const change: Change = {
      kind: "update-status",
      resource: API_SERVICES,
      ...nameOf(service),
      status: { ...service.status, conditions: [next] },
    };
    return { changes: [change] };
  },
};

function behind({ metadata }: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list(API_SERVICES)
    .filter(({ spec }) => spec?.service?.name === metadata.name && spec.service.namespace === metadata.namespace)
    .map(nameOf);
}

function availability(snapshot: Snapshot, { spec = {} }: KubeObject): JsonObject {
  const at = timestamp(snapshot.now);
  const reference = spec.service as JsonObject | undefined;
  if (!reference) return localCondition(at);
  const { namespace, name, port = 443 } = reference;
  const no = (reason: string, message: string): JsonObject => ({
    type: "Available",
    status: "False",
    lastTransitionTime: at,
    reason,
    message,
  });
  const service = snapshot.get("/services", namespace, name);
  if (!service) return no("ServiceNotFound", `service/${name} in "${namespace}" is not present`);
  const hasPort = ((service.spec?.ports ?? []) as readonly JsonObject[]).some((one) => one.port === port);
  if (!hasPort) return no("ServicePortError", `service/${name} in "${namespace}" is not listening on port ${port}`);
  const isAnswered = snapshot
    .list(SLICES, namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap(({ endpoints }) => (endpoints ?? []) as readonly JsonObject[])
    .some(({ conditions }) => conditions?.ready !== false);
  if (!isAnswered) {
    return no(
      "MissingEndpoints",
      `endpoints for service/${name} in "${namespace}" have no addresses with port name ""`,
    );
  }
  const address = `${service.spec?.clusterIP}:${port}`;
  const url = `https://${address}/apis/${spec.group}/${spec.version}`;
  const failure = `Get "${url}": dial tcp ${address}: connect: connection refused`;
  return no("FailedDiscoveryCheck", `failing or missing response from ${url}: ${failure}`);
}
