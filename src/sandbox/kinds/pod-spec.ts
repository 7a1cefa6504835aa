import type { JsonObject } from "../objects/index.ts";
import { listOf } from "./pod-status.ts";

/** Defaults of a PodSpec, in pods and in every template (upstream's core/v1 defaulting). Changes the spec itself. */
export function defaultPodSpec(spec: JsonObject): void {
  spec.restartPolicy ||= "Always";
  spec.dnsPolicy ||= "ClusterFirst";
  spec.schedulerName ||= "default-scheduler";
  spec.terminationGracePeriodSeconds ??= 30;
  spec.securityContext ??= {};
  // The old name of the same field is kept equal to the new one.
  if (spec.serviceAccountName || spec.serviceAccount) {
    spec.serviceAccountName ||= spec.serviceAccount;
    spec.serviceAccount = spec.serviceAccountName;
  }
  for (const container of containersOf(spec)) defaultContainer(container);
  for (const volume of listOf(spec.volumes)) defaultVolume(volume);
}

/** Containers, init containers and ephemeral containers of a PodSpec. */
export function containersOf(spec: JsonObject): JsonObject[] {
  return [...listOf(spec.initContainers), ...listOf(spec.containers), ...listOf(spec.ephemeralContainers)];
}

/** Defaults of the template of a workload, if it has one. */
export function defaultTemplate(spec: JsonObject | undefined): void {
  if (spec?.template === undefined) return;
  spec.template.metadata ??= {};
  spec.template.spec ??= {};
  defaultPodSpec(spec.template.spec);
}

/** Defaults that pods have and templates have not. */
export function defaultPodOnly(spec: JsonObject): void {
  spec.enableServiceLinks ??= true;
  for (const container of [...listOf(spec.initContainers), ...listOf(spec.containers)]) requestWhatIsLimited(container);
  if (spec.hostNetwork !== true) return;
  for (const port of containersOf(spec).flatMap(({ ports }) => listOf(ports))) port.hostPort ??= port.containerPort;
}

function requestWhatIsLimited({ resources }: JsonObject): void {
  if (resources?.limits === undefined) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}

function defaultContainer(container: JsonObject): void {
  container.imagePullPolicy ||= pullPolicy(container.image);
  container.terminationMessagePath ||= "/dev/termination-log";
  container.terminationMessagePolicy ||= "File";
  container.resources ??= {};
  for (const port of listOf(container.ports)) port.protocol ||= "TCP";
  for (const { valueFrom } of listOf(container.env)) if (valueFrom) defaultEnvSource(valueFrom);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  defaultHttpGet(container.lifecycle?.postStart?.httpGet);
  defaultHttpGet(container.lifecycle?.preStop?.httpGet);
}

/** Always for `latest` and for no tag at all. A digest pins the image, with or without a tag. */
function pullPolicy(image: unknown): string {
  const text = String(image ?? "");
  if (text.includes("@")) return "IfNotPresent";
  const tag = text.slice(text.lastIndexOf("/") + 1).split(":")[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultEnvSource(source: JsonObject): void {
  if (source.fieldRef) source.fieldRef.apiVersion ||= "v1";
  if (source.fileKeyRef) source.fileKeyRef.optional ??= false;
  if (source.resourceFieldRef) source.resourceFieldRef.divisor ??= "0";
}

function defaultProbe(probe: JsonObject): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.initialDelaySeconds === 0) delete probe.initialDelaySeconds;
  if (probe.grpc) probe.grpc.service ??= "";
  defaultHttpGet(probe.httpGet);
}

function defaultHttpGet(get: JsonObject | undefined): void {
  if (get === undefined) return;
  get.path ||= "/";
  get.scheme ||= "HTTP";
}

/** Defaults of one volume source each, by its name. */
const VOLUME_DEFAULTS: Readonly<Record<string, (source: JsonObject) => void>> = {
  azureDisk: (source) => fill(source, { cachingMode: "ReadWrite", fsType: "ext4", readOnly: false, kind: "Shared" }),
  configMap: defaultMode,
  downwardAPI: (source) => {
    defaultMode(source);
    defaultFieldRefs(source);
  },
  hostPath: (source) => fill(source, { type: "" }),
  image: (source) => fill(source, { pullPolicy: pullPolicy(source.reference) }),
  iscsi: (source) => fill(source, { iscsiInterface: "default" }),
  projected: (source) => {
    defaultMode(source);
    for (const { serviceAccountToken, downwardAPI } of listOf(source.sources)) {
      if (serviceAccountToken) fill(serviceAccountToken, { expirationSeconds: 3600 });
      if (downwardAPI) defaultFieldRefs(downwardAPI);
    }
  },
  rbd: (source) => fill(source, { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" }),
  scaleIO: (source) => fill(source, { storageMode: "ThinProvisioned", fsType: "xfs" }),
  secret: defaultMode,
};

function defaultVolume(volume: JsonObject): void {
  const sources = Object.keys(volume).filter((key) => key !== "name");
  if (sources.length === 0) volume.emptyDir = {};
  for (const source of sources) VOLUME_DEFAULTS[source]?.(volume[source]);
}

function defaultMode(source: JsonObject): void {
  fill(source, { defaultMode: 0o644 });
}

function defaultFieldRefs(source: JsonObject): void {
  for (const item of listOf(source.items)) defaultEnvSource(item);
}

function fill(source: JsonObject, defaults: JsonObject): void {
  for (const [key, value] of Object.entries(defaults)) source[key] ??= value;
}
