import type { JsonObject, KubeObject } from "../../objects/index.ts";
import { gatewayTemplate } from "./gateway.ts";
import { laidOver } from "./merge.ts";
import { rewriteProbes } from "./probes.ts";
import { mergeMetrics } from "./prometheus.ts";
import { type Injection, statusPort } from "./request.ts";
import { isHeld, sidecarTemplate } from "./sidecar.ts";

const STATUS = "sidecar.istio.io/status";
const OVERRIDES = "proxy.istio.io/overrides";
const PROXY = "istio-proxy";

/** The templates that are simulated. */
const TEMPLATES: Readonly<Record<string, (injection: Injection) => JsonObject>> = {
  gateway: gatewayTemplate,
  sidecar: sidecarTemplate,
};

/** Why a pod cannot be injected, in the injector's words. */
export class InjectionError extends Error {}

/** The pod with the proxy in it. Throws `InjectionError`. The order of the steps: istio's `injectPod`. */
export function injectedPod(injection: Injection): KubeObject {
  const { pod } = injection;
  const templates = templateNames(injection).map((name) => filled(injection, name));
  const isNativeProxy = templates.some(({ spec }) => containerNamed(spec.initContainers, PROXY) !== undefined);
  const before = isNativeProxy ? withProxyFirst(pod) : pod;
  const merged = templates.reduce(laidOver, before);
  const overridden = keepOverrides(merged, pod, templates);
  const scraped = scrapedAtAgent(overridden, injection);
  const probed = probedAtAgent(scraped, injection);
  return inOrder(withStatus(probed, templates, injection), injection);
}

function templateNames({ pod, settings }: Injection): readonly string[] {
  const asked = pod.metadata.annotations?.["inject.istio.io/templates"];
  return asked === undefined
    ? (settings.config.defaultTemplates ?? ["sidecar"])
    : asked.split(",").map((one) => one.trim());
}

function filled(injection: Injection, name: string): JsonObject {
  const template = Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
  if (template === undefined) {
    const known = Object.keys(TEMPLATES).join(", ");
    throw new InjectionError(`failed to run injection template: requested template "${name}" not found; have ${known}`);
  }
  return template(injection);
}

/** A proxy that the user has written among the containers is the native one. */
function withProxyFirst(pod: KubeObject): KubeObject {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const proxy = containerNamed(containers, PROXY);
  if (proxy === undefined) return pod;
  const rest = (containers as readonly JsonObject[]).filter(({ name }) => name !== PROXY);
  return { ...pod, spec: { ...pod.spec, containers: rest, initContainers: [...initContainers, proxy] } };
}

/** What the user says of a container that a template fills counts for more; it is noted, for another injection. */
function keepOverrides(merged: KubeObject, pod: KubeObject, templates: readonly JsonObject[]): KubeObject {
  const overrides: Record<string, JsonObject[]> = {};
  let result = merged;
  for (const field of ["containers", "initContainers"] as const) {
    for (const { name } of templates.flatMap(({ spec }) => (spec[field] ?? []) as readonly JsonObject[])) {
      const own = containerNamed(pod.spec?.[field], name) ?? containerNamed(pod.spec?.containers, name);
      if (own === undefined) continue;
      const { image, ...rest } = own;
      const overlay = image === "auto" ? rest : own;
      overrides[field] = [...(overrides[field] ?? []), overlay];
      result = laidOver(result, { spec: { [field]: [overlay] } });
    }
  }
  return Object.keys(overrides).length === 0
    ? result
    : annotatedWith(result, { [OVERRIDES]: JSON.stringify(overrides) });
}

function scrapedAtAgent(pod: KubeObject, injection: Injection): KubeObject {
  const scraped = mergeMetrics(pod.metadata.annotations ?? {}, injection.settings.mesh, agentPort(injection));
  if (scraped === undefined) return pod;
  const next = { ...pod, metadata: { ...pod.metadata, annotations: { ...scraped.annotations } } };
  return scraped.own === undefined ? next : withProxyEnv(next, "ISTIO_PROMETHEUS_ANNOTATIONS", scraped.own);
}

function probedAtAgent(pod: KubeObject, injection: Injection): KubeObject {
  const word = pod.metadata.annotations?.["sidecar.istio.io/rewriteAppHTTPProbers"];
  const isAsked =
    word === undefined ? injection.settings.values.sidecarInjectorWebhook.rewriteAppHTTPProbe : word === "true";
  if (!isAsked || proxyOf(pod) === undefined) return pod;
  const port = statusPort(injection);
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const main = rewriteProbes(containers, port);
  const init = rewriteProbes(initContainers, port);
  const probers = { ...init.probers, ...main.probers };
  if (Object.keys(probers).length === 0) return pod;
  const spec = {
    ...pod.spec,
    containers: main.containers,
    ...(initContainers.length > 0 && { initContainers: init.containers }),
  };
  const sorted = Object.fromEntries(Object.entries(probers).sort(([a], [b]) => (a < b ? -1 : 1)));
  return withProxyEnv({ ...pod, spec }, "ISTIO_KUBE_APP_PROBERS", sorted);
}

/** The port of the mesh, whatever the pod says of its own: that is how istio's injector does it. */
function agentPort({ settings }: Injection): number {
  return Number(settings.mesh.defaultConfig?.statusPort ?? settings.values.global.proxy.statusPort);
}

function withProxyEnv(pod: KubeObject, name: string, value: JsonObject): KubeObject {
  const field = containerNamed(pod.spec?.containers, PROXY) === undefined ? "initContainers" : "containers";
  if (containerNamed(pod.spec?.[field], PROXY) === undefined) return pod;
  return laidOver(pod, { spec: { [field]: [{ name: PROXY, env: [{ name, value: JSON.stringify(value) }] }] } });
}

/** What was injected: tools that look, and another injection, go by it. */
function withStatus(pod: KubeObject, templates: readonly JsonObject[], { settings }: Injection): KubeObject {
  const names = (field: string): string[] | null => {
    const all = templates.flatMap(({ spec }) => (spec[field] ?? []) as readonly JsonObject[]);
    return all.length === 0 ? null : all.map(({ name }) => String(name));
  };
  const status = {
    initContainers: names("initContainers"),
    containers: names("containers"),
    volumes: names("volumes"),
    imagePullSecrets: names("imagePullSecrets"),
    revision: settings.revision || "default",
  };
  return annotatedWith(pod, { [STATUS]: JSON.stringify(status), ...settings.config.injectedAnnotations });
}

/** Native: redirection, proxy, the rest. Classic: redirection last, so that other init containers have the network. */
function inOrder(pod: KubeObject, { proxyConfig, settings }: Injection): KubeObject {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const isFirst = isHeld(proxyConfig, settings.values.global.proxy);
  const isNativeProxy = containerNamed(initContainers, PROXY) !== undefined;
  const own = (pod.metadata.annotations?.["sidecar.istio.io/init-containers-before-proxy"] ?? "")
    .split(",")
    .filter(Boolean);
  const init = isNativeProxy
    ? [...own, PROXY].reduceRight((all, name) => moved(all, name, true), initContainers as readonly JsonObject[])
    : (initContainers as readonly JsonObject[]);
  const validated = moved(init, "istio-validation", true);
  const spec = {
    ...pod.spec,
    containers: moved(containers, PROXY, isFirst),
    ...(initContainers.length > 0 && { initContainers: moved(validated, "istio-init", isNativeProxy) }),
  };
  return { ...pod, spec };
}

function moved(containers: readonly JsonObject[], name: string, toFront: boolean): readonly JsonObject[] {
  const one = containers.filter((container) => container.name === name);
  const rest = containers.filter((container) => container.name !== name);
  return toFront ? [...one, ...rest] : [...rest, ...one];
}

function annotatedWith(pod: KubeObject, more: Readonly<Record<string, string>>): KubeObject {
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...more } } };
}

function proxyOf({ spec }: KubeObject): JsonObject | undefined {
  return containerNamed(spec?.containers, PROXY) ?? containerNamed(spec?.initContainers, PROXY);
}

function containerNamed(containers: unknown, name: string): JsonObject | undefined {
  return Array.isArray(containers) ? containers.find((one: JsonObject) => one.name === name) : undefined;
}
