import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Owner } from "./owner.ts";
import type { Settings } from "./settings.ts";

/** All that a template is filled in from. */
export interface Injection {
  readonly settings: Settings;
  /** The pod as it came, without what an earlier injection has added. */
  readonly pod: KubeObject;
  readonly owner: Owner;
  readonly proxyConfig: JsonObject;
  /** Whether the proxy is an init container that keeps running. */
  readonly isNative: boolean;
}

/** The pod's annotation, else what the values say. */
export function annotated({ pod }: Injection, name: string, otherwise: unknown): string {
  return pod.metadata.annotations?.[name] ?? String(otherwise ?? "");
}

/** The pod's containers without the proxy, where the user has written one. */
export function appContainers({ pod }: Injection): readonly JsonObject[] {
  return (pod.spec?.containers ?? []).filter(({ name }: JsonObject) => name !== "istio-proxy");
}

/** `HUB/proxyv2:TAG`, or the image that the pod or the values name in full; with the type of image that is asked for. */
export function proxyImage(injection: Injection): string {
  const { global } = injection.settings.values;
  const asked = annotated(injection, "sidecar.istio.io/proxyImage", global.proxy.image);
  if (asked.includes("/")) return asked;
  const type = annotated(injection, "sidecar.istio.io/proxyImageType", injection.proxyConfig.image?.imageType);
  const tag = type === "" ? String(global.tag) : String(global.tag).replace(/-(distroless|debug)$/, "");
  return `${global.hub}/${global.proxy.image}:${tag}${type === "" || type === "default" ? "" : `-${type}`}`;
}

/** How traffic is led to the proxy: `REDIRECT`, `TPROXY` or `NONE`. */
export function interceptionMode(injection: Injection): string {
  return annotated(
    injection,
    "sidecar.istio.io/interceptionMode",
    injection.proxyConfig.interceptionMode ?? "REDIRECT",
  );
}

/** The port of the agent's health checks. */
export function statusPort(injection: Injection): number {
  const { proxyConfig, settings } = injection;
  const { statusPort: port } = settings.values.global.proxy;
  return Number(annotated(injection, "status.sidecar.istio.io/port", proxyConfig.statusPort ?? port));
}
