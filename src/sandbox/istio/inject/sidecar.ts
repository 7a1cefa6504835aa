import type { JsonObject } from "../../objects/index.ts";
import { isTree } from "../install/tree.ts";
import {
  canonicalLabels,
  defaultContainer,
  PROXY_MOUNTS,
  proxyArgs,
  proxyEnv,
  proxyVolumes,
  readiness,
} from "./proxy-parts.ts";
import { annotated, type Injection, interceptionMode, proxyImage, statusPort } from "./request.ts";

const PROXY_ID = 1337;

/** Template `sidecar`: the proxy beside the application, and what leads the pod's traffic to it. */
export function sidecarTemplate(injection: Injection): JsonObject {
  const { isNative, pod, settings } = injection;
  const proxy = sidecar(injection);
  const before = interceptionMode(injection) === "NONE" ? [] : [redirection(injection)];
  const { podDNSSearchNamespaces, imagePullSecrets = [] } = settings.values.global;
  return {
    metadata: {
      labels: {
        "security.istio.io/tlsMode": pod.metadata.labels?.["security.istio.io/tlsMode"] ?? "istio",
        ...canonicalLabels(injection),
      },
      annotations: { "istio.io/rev": settings.revision || "default", ...defaultContainer(injection) },
    },
    spec: {
      initContainers: isNative ? [...before, proxy] : before,
      ...(!isNative && { containers: [proxy] }),
      volumes: [...bootstrapVolume(injection), ...proxyVolumes(injection), ...userParts(injection, "userVolume")],
      ...(imagePullSecrets.length > 0 && {
        imagePullSecrets: (imagePullSecrets as readonly string[]).map((name) => ({ name })),
      }),
      ...(podDNSSearchNamespaces && { dnsConfig: { searches: podDNSSearchNamespaces } }),
    },
  };
}

/** `istio-init`: iptables rules, that lead all traffic of the pod to the proxy. */
function redirection(injection: Injection): JsonObject {
  const { settings } = injection;
  const { global, istio_cni: cni } = settings.values;
  const { proxy } = global;
  const traffic = (name: string, otherwise: unknown): string =>
    annotated(injection, `traffic.sidecar.istio.io/${name}`, otherwise);
  const optional = (option: string, name: string, otherwise: unknown): string[] => {
    const value = traffic(name, otherwise);
    return value === "" ? [] : [option, value];
  };
  const excluded = [traffic("excludeInboundPorts", proxy.excludeInboundPorts), String(statusPort(injection))];
  const init = global.proxy_init.image.includes("/") ? global.proxy_init.image : proxyImage(injection);
  return {
    name: cni.enabled ? "istio-validation" : "istio-init",
    image: init,
    args: [
      "istio-iptables",
      ...["-p", "15001", "-z", "15006", "-u", String(PROXY_ID), "-m", interceptionMode(injection)],
      ...["-i", traffic("includeOutboundIPRanges", proxy.includeIPRanges)],
      ...["-x", traffic("excludeOutboundIPRanges", proxy.excludeIPRanges)],
      ...["-b", traffic("includeInboundPorts", proxy.includeInboundPorts)],
      ...["-d", ["15090", "15021", ...excluded.filter(Boolean)].join(",")],
      ...optional("-q", "includeOutboundPorts", proxy.includeOutboundPorts),
      ...optional("-o", "excludeOutboundPorts", proxy.excludeOutboundPorts),
      ...optional("-k", "kubevirtInterfaces", ""),
      ...optional("-c", "excludeInterfaces", ""),
      `--log_output_level=${annotated(injection, "sidecar.istio.io/agentLogLevel", global.logging.level)}`,
      ...(cni.enabled ? ["--run-validation", "--skip-rule-apply"] : []),
    ],
    ...(global.imagePullPolicy && { imagePullPolicy: global.imagePullPolicy }),
    resources: resources(injection),
    securityContext: {
      allowPrivilegeEscalation: proxy.privileged,
      capabilities: { ...(!cni.enabled && { add: ["NET_ADMIN", "NET_RAW"] }), drop: ["ALL"] },
      privileged: proxy.privileged,
      ...(cni.enabled
        ? { readOnlyRootFilesystem: true, runAsGroup: PROXY_ID, runAsNonRoot: true, runAsUser: PROXY_ID }
        : { readOnlyRootFilesystem: false, runAsGroup: 0, runAsNonRoot: false, runAsUser: 0 }),
    },
  };
}

function sidecar(injection: Injection): JsonObject {
  const { isNative, settings } = injection;
  const { global } = settings.values;
  const { proxy } = global;
  return {
    name: "istio-proxy",
    image: proxyImage(injection),
    ...(isNative && { restartPolicy: "Always" }),
    ports: [{ name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" }],
    args: proxyArgs(injection, "sidecar"),
    ...lifecycle(injection),
    env: [...proxyEnv(injection, "sidecar"), ...bootstrapEnv(injection)],
    ...(global.imagePullPolicy && { imagePullPolicy: global.imagePullPolicy }),
    ...(statusPort(injection) !== 0 && {
      ...(proxy.startupProbe.enabled && {
        startupProbe: {
          httpGet: { path: "/healthz/ready", port: 15021 },
          periodSeconds: 1,
          timeoutSeconds: 3,
          failureThreshold: proxy.startupProbe.failureThreshold,
        },
      }),
      readinessProbe: ownReadiness(injection),
    }),
    resources: resources(injection),
    securityContext: proxySecurity(injection),
    volumeMounts: [
      ...PROXY_MOUNTS,
      ...(bootstrapVolume(injection).length > 0
        ? [{ name: "custom-bootstrap-volume", mountPath: "/etc/istio/custom-bootstrap" }]
        : []),
      ...userParts(injection, "userVolumeMount"),
    ],
  };
}

function ownReadiness(injection: Injection): JsonObject {
  const { initialDelaySeconds, ...probe } = readiness(injection);
  const own = (name: string, otherwise: unknown): number =>
    Number(annotated(injection, `readiness.status.sidecar.istio.io/${name}`, otherwise ?? 0));
  const delay = own("initialDelaySeconds", initialDelaySeconds);
  return {
    ...probe,
    ...(delay > 0 && { initialDelaySeconds: delay }),
    periodSeconds: own("periodSeconds", probe.periodSeconds),
    failureThreshold: own("failureThreshold", probe.failureThreshold),
  };
}

/** Before the pod ends a native sidecar drains; one that the application waits for says when it is up. */
function lifecycle({ isNative, proxyConfig, settings }: Injection): JsonObject {
  const { proxy } = settings.values.global;
  const exec = (...command: string[]): JsonObject => ({ exec: { command } });
  if (proxy.lifecycle) return { lifecycle: proxy.lifecycle };
  if (!isNative && isHeld(proxyConfig, proxy)) return { lifecycle: { postStart: exec("pilot-agent", "wait") } };
  if (!isNative) return {};
  return { lifecycle: { preStop: exec("pilot-agent", "request", "--debug-port=15020", "POST", "drain") } };
}

/** Whether the application waits for its proxy. */
export function isHeld(proxyConfig: JsonObject, proxy: JsonObject): boolean {
  return proxyConfig.holdApplicationUntilProxyStarts === true || proxy.holdApplicationUntilProxyStarts === true;
}

function proxySecurity(injection: Injection): JsonObject {
  const { proxy } = injection.settings.values.global;
  const isTransparent = interceptionMode(injection) === "TPROXY";
  const bindsLow = annotated(injection, "sidecar.istio.io/capNetBindService", proxy.capNetBindService) === "true";
  const add = [...(isTransparent ? ["NET_ADMIN"] : []), ...(bindsLow ? ["NET_BIND_SERVICE"] : [])];
  const isRoot = add.length > 0;
  return {
    allowPrivilegeEscalation: proxy.privileged,
    capabilities: { ...(isRoot && { add }), drop: ["ALL"] },
    privileged: proxy.privileged,
    readOnlyRootFilesystem: true,
    runAsGroup: PROXY_ID,
    runAsNonRoot: !isRoot,
    runAsUser: isRoot ? 0 : PROXY_ID,
  };
}

/** What the pod's annotations ask for replaces all of what the values say. */
function resources({ pod, settings }: Injection): JsonObject {
  const { annotations = {} } = pod.metadata;
  const [cpu, memory, cpuLimit, memoryLimit] = ["proxyCPU", "proxyMemory", "proxyCPULimit", "proxyMemoryLimit"].map(
    (name) => annotations[`sidecar.istio.io/${name}`],
  );
  if (![cpu, memory, cpuLimit, memoryLimit].some((one) => one !== undefined))
    return settings.values.global.proxy.resources;
  return {
    ...((cpu ?? memory) !== undefined && { requests: { ...(cpu && { cpu }), ...(memory && { memory }) } }),
    ...((cpuLimit ?? memoryLimit) !== undefined && {
      limits: { ...(cpuLimit && { cpu: cpuLimit }), ...(memoryLimit && { memory: memoryLimit }) },
    }),
  };
}

const BOOTSTRAP = "sidecar.istio.io/bootstrapOverride";

function bootstrapVolume({ pod }: Injection): readonly JsonObject[] {
  const name = pod.metadata.annotations?.[BOOTSTRAP];
  return name === undefined ? [] : [{ name: "custom-bootstrap-volume", configMap: { name } }];
}

function bootstrapEnv({ pod }: Injection): readonly JsonObject[] {
  if (pod.metadata.annotations?.[BOOTSTRAP] === undefined) return [];
  return [{ name: "ISTIO_BOOTSTRAP_OVERRIDE", value: "/etc/istio/custom-bootstrap/custom_bootstrap.json" }];
}

/** `userVolume` and `userVolumeMount`: JSON objects, by name. */
function userParts({ pod }: Injection, annotation: string): readonly JsonObject[] {
  const text = pod.metadata.annotations?.[`sidecar.istio.io/${annotation}`];
  if (text === undefined) return [];
  const parts: unknown = JSON.parse(text);
  return isTree(parts) ? Object.entries(parts).map(([name, part]) => ({ name, ...part })) : [];
}
