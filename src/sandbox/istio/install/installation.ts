import type { JsonObject } from "../../objects/index.ts";
import { type Release, releaseNamed, releaseVersions } from "../versions.ts";
import { PROFILE_NAMES, profileLayers } from "./profiles.ts";
import { isTree, overlay, setValue, stepsOf, withValue } from "./tree.ts";
import { DEFAULT_VALUES } from "./values.ts";

/** What is to be installed, with everything decided. */
export interface Installation {
  readonly release: Release;
  readonly profile: string;
  /** Where the control plane lives. */
  readonly namespace: string;
  /** Empty: the default revision. */
  readonly revision: string;
  /** The charts' values, `meshConfig` and `global.hub` and `global.tag` among them. */
  readonly values: JsonObject;
  readonly hasBase: boolean;
  readonly hasPilot: boolean;
  readonly gateways: readonly GatewayWish[];
}

/** A gateway of `components.ingressGateways` or `egressGateways`. */
export interface GatewayWish {
  readonly kind: "ingress" | "egress";
  readonly name: string;
  readonly namespace: string;
  /** Values of its chart, its own settings laid on them. */
  readonly values: JsonObject;
}

/** What the user asks for: `--set` in order, the files of `-f` before them. */
export interface InstallWish {
  readonly version?: string;
  readonly revision?: string;
  /** `spec` of each IstioOperator. */
  readonly files?: readonly JsonObject[];
  /** `path=value`. */
  readonly sets?: readonly string[];
}

/** A wish that cannot be met; the message says what was found and what is expected. */
export class WishError extends Error {}

/** Fields of an IstioOperator's `spec` that are read. */
const FIELDS = ["components", "hub", "meshConfig", "namespace", "profile", "revision", "tag", "values"];

/** Decides what is installed. Throws `WishError`. The order: profile, files, `--set`, as istioctl has it. */
export function decideInstallation({ version, revision, files = [], sets = [] }: InstallWish): Installation {
  const release = releaseNamed(version);
  if (release === undefined) {
    throw new WishError(`Istio ${version} is not simulated, expected a patch of ${releaseVersions().join(" or ")}`);
  }
  const asked = sets.reduce(withSet, joined(files));
  const profile = String(asked.profile ?? "default");
  const layers = profileLayers(profile);
  if (layers === undefined) {
    throw new WishError(`profile "${profile}" not found, expected ${PROFILE_NAMES.join(", ")}`);
  }
  const spec = joined([...layers, asked]);
  const values = valuesOf(spec, release, revision);
  const namespace = String(values.global.istioNamespace);
  const { components } = spec;
  return {
    release,
    profile,
    namespace,
    revision: values.revision,
    values,
    hasBase: components.base?.enabled === true,
    hasPilot: components.pilot?.enabled === true,
    gateways: (["ingress", "egress"] as const).flatMap((kind) =>
      ((components[`${kind}Gateways`] ?? []) as readonly JsonObject[])
        .filter((one) => one.enabled === true)
        .map((one) => gatewayWish(kind, one, values, namespace)),
    ),
  };
}

function withSet(spec: JsonObject, text: string): JsonObject {
  const at = text.indexOf("=");
  const steps = at > 0 ? stepsOf(text.slice(0, at)) : undefined;
  if (steps === undefined) throw new WishError(`failed to parse set flag: "${text}", expected path=value`);
  if (!FIELDS.includes(String(steps[0]))) {
    throw new WishError(`unknown field "${steps[0]}" in --set ${text}, expected one of ${FIELDS.join(", ")}`);
  }
  return withValue(spec, steps, setValue(text.slice(at + 1))) as JsonObject;
}

/** Specs laid on each other; gateways of one name, or of one place in the list where they have none, are one. */
function joined(specs: readonly JsonObject[]): JsonObject {
  return specs.reduce((under, over) => {
    for (const field of Object.keys(over)) {
      if (!FIELDS.includes(field)) throw new WishError(`unknown field "${field}" in IstioOperator spec`);
    }
    const result = overlay(under, over);
    for (const list of ["ingressGateways", "egressGateways"]) {
      const mine = over.components?.[list];
      if (Array.isArray(mine)) result.components[list] = joinedGateways(under.components?.[list] ?? [], mine);
    }
    return result;
  }, {});
}

function joinedGateways(under: readonly JsonObject[], over: readonly JsonObject[]): readonly JsonObject[] {
  const result = [...under];
  for (const [index, gateway] of over.entries()) {
    const at = gateway.name === undefined ? index : result.findIndex((one) => one.name === gateway.name);
    if (at < 0) result.push(gateway);
    else result[at] = overlay(result[at] ?? {}, gateway);
  }
  return result;
}

function valuesOf(spec: JsonObject, release: Release, revision: string | undefined): JsonObject {
  const own = isTree(spec.values) ? spec.values : {};
  const pilot = kubernetesSettings(spec.components?.pilot?.k8s);
  const values = [
    { global: { hub: spec.hub ?? release.hub, tag: spec.tag ?? release.version } },
    ...(spec.namespace === undefined ? [] : [{ global: { istioNamespace: spec.namespace } }]),
    own,
    ...(isTree(spec.meshConfig) ? [{ meshConfig: spec.meshConfig }] : []),
    { pilot },
    { revision: revision ?? spec.revision ?? own.revision ?? "" },
  ].reduce(overlay, DEFAULT_VALUES);
  // The default revision is called so, and has no name of its own.
  return values.revision === "default" ? { ...values, revision: "" } : values;
}

function gatewayWish(kind: GatewayWish["kind"], wish: JsonObject, values: JsonObject, namespace: string): GatewayWish {
  const name = String(wish.name ?? `istio-${kind}gateway`);
  const chart: JsonObject = values.gateways[`istio-${kind}gateway`];
  const { label = {}, k8s } = wish;
  const labels =
    name === chart.name ? { ...chart.labels, ...label } : { app: name, istio: chart.labels.istio, ...label };
  return {
    kind,
    name,
    namespace: String(wish.namespace ?? namespace),
    values: overlay({ ...chart, name, labels }, kubernetesSettings(k8s)),
  };
}

/** `components.*.k8s` as values of the chart. */
function kubernetesSettings(k8s: unknown): JsonObject {
  if (!isTree(k8s)) return {};
  const { env, hpaSpec, nodeSelector, podAnnotations, replicaCount, resources, service, serviceAnnotations } = k8s;
  return {
    ...(Array.isArray(env) && { env: Object.fromEntries(env.map(({ name, value }) => [name, value])) }),
    ...(isTree(hpaSpec) && { autoscaleMax: hpaSpec.maxReplicas, autoscaleMin: hpaSpec.minReplicas }),
    ...(nodeSelector && { nodeSelector }),
    ...(podAnnotations && { podAnnotations }),
    ...(replicaCount !== undefined && { replicaCount }),
    ...(resources && { resources }),
    ...(service?.ports && { ports: service.ports }),
    ...(service?.type && { type: service.type }),
    ...(service?.loadBalancerIP && { loadBalancerIP: service.loadBalancerIP }),
    ...(service?.externalTrafficPolicy && { externalTrafficPolicy: service.externalTrafficPolicy }),
    ...(serviceAnnotations && { serviceAnnotations }),
  };
}
