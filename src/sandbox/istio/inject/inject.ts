import type { KubeObject } from "../../objects/index.ts";
import { ownerOf } from "./owner.ts";
import { InjectionError, injectedPod } from "./pod.ts";
import { isInjected } from "./required.ts";
import { type Objects, proxyConfigOf, readSettings, type Settings } from "./settings.ts";

/** The injector's answer: the pod as it may be stored, or why it may not. */
export type Injected = { readonly pod: KubeObject } | { readonly error: string };

/** Which istiod is asked. */
export interface InjectorService {
  readonly namespace: string;
  readonly name: string;
}

/** From here on a kubelet runs init containers that keep running. */
const NATIVE_SINCE = 33;

/** What the injector of an istiod makes of a pod that is to be created; undefined while it has no configuration. */
export function inject(pod: KubeObject, service: InjectorService, objects: Objects): Injected | undefined {
  const settings = readSettings(objects, service.namespace, service.name);
  if (settings === undefined) return undefined;
  if (!isInjected(pod, settings.config) || isDone(pod)) return { pod };
  try {
    return {
      pod: injectedPod({
        settings,
        pod,
        owner: ownerOf(pod),
        proxyConfig: proxyConfigOf(settings, pod.metadata.annotations ?? {}),
        isNative: isNative(pod, settings, objects),
      }),
    };
  } catch (error) {
    if (error instanceof InjectionError || error instanceof SyntaxError) return { error: error.message };
    throw error;
  }
}

/** What was injected already is left alone: by another injector's round, or by `istioctl kube-inject`. */
function isDone({ metadata }: KubeObject): boolean {
  return metadata.annotations?.["sidecar.istio.io/status"] !== undefined;
}

/** The pod's own word, then istiod's, then what every kubelet can: the pod's own where it names one. */
function isNative({ metadata, spec }: KubeObject, settings: Settings, objects: Objects): boolean {
  const word =
    metadata.annotations?.["sidecar.istio.io/nativeSidecar"] ?? settings.values.pilot.env?.ENABLE_NATIVE_SIDECARS;
  if (["true", "false"].includes(String(word))) return String(word) === "true";
  const nodes = objects.list("/nodes").filter((node) => !spec?.nodeName || node.metadata.name === spec.nodeName);
  return nodes.length > 0 && nodes.every((node) => minorOf(node.status?.nodeInfo?.kubeletVersion) >= NATIVE_SINCE);
}

/** `v1.35.0` → 35; 0 for what is no version. */
function minorOf(version: unknown): number {
  return Number(/^v1\.(\d+)/.exec(String(version))?.[1] ?? 0);
}
