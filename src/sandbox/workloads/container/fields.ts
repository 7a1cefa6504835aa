import type { JsonObject, KubeObject } from "../../objects/index.ts";

const FIELDS: Readonly<Record<string, (pod: KubeObject) => string | undefined>> = {
  "metadata.name": ({ metadata }) => metadata.name,
  "metadata.namespace": ({ metadata }) => metadata.namespace,
  "metadata.uid": ({ metadata }) => metadata.uid,
  "metadata.labels": ({ metadata }) => lines(metadata.labels),
  "metadata.annotations": ({ metadata }) => lines(metadata.annotations),
  "spec.nodeName": ({ spec }) => spec?.nodeName,
  "spec.serviceAccountName": ({ spec }) => spec?.serviceAccountName,
  "status.hostIP": ({ status }) => status?.hostIP,
  "status.hostIPs": ({ status }) => status?.hostIP,
  "status.podIP": ({ status }) => status?.podIP,
  "status.podIPs": ({ status }) => status?.podIP,
};

/** A pod's field as the downward API gives it. */
export function fieldOf(pod: KubeObject, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as "labels"]?.[keyed[2] ?? ""] ?? "";
  return (Object.hasOwn(FIELDS, path) ? FIELDS[path]?.(pod) : undefined) ?? "";
}

function lines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/** What a container may use, divided and rounded up as the kubelet does; without a limit, what the node has. */
export function resourceOf(pod: KubeObject, container: JsonObject, ref: JsonObject): string {
  const all: JsonObject[] = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const of = ref.containerName ? (all.find((one) => one.name === ref.containerName) ?? container) : container;
  const [kind = "limits", name = ""] = String(ref.resource).split(".");
  const value = of.resources?.[kind]?.[name] ?? (kind === "requests" ? "0" : NODE[name]) ?? "0";
  const divisor = quantity(String(ref.divisor ?? "1")) || 1;
  return String(Math.ceil(quantity(String(value)) / divisor));
}

const NODE: Readonly<Record<string, string>> = { cpu: "4", memory: "8145432Ki", "ephemeral-storage": "61255492Ki" };
const UNITS: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function quantity(text: string): number {
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1) : 0;
}
