import type { KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, NONE, orElse, UNKNOWN, wide } from "./column.ts";
import { listOf } from "./pod-status.ts";

const ROLE_PREFIX = "node-role.kubernetes.io/";
const ROLE_LABEL = "kubernetes.io/role";

export const node: Behaviour = {
  columns: [
    NAME,
    column("Status", status),
    column("Roles", roles),
    AGE,
    column("Version", (object) => object.status?.nodeInfo?.kubeletVersion ?? ""),
    wide(column("Internal-IP", (object) => address(object, "InternalIP"))),
    wide(column("External-IP", (object) => address(object, "ExternalIP"))),
    wide(column("OS-Image", (object) => orElse(object.status?.nodeInfo?.osImage, UNKNOWN))),
    wide(column("Kernel-Version", (object) => orElse(object.status?.nodeInfo?.kernelVersion, UNKNOWN))),
    wide(column("Container-Runtime", (object) => orElse(object.status?.nodeInfo?.containerRuntimeVersion, UNKNOWN))),
  ],
  strategy: {
    defaults: (object) => {
      if (object.status?.capacity) object.status.allocatable ??= { ...object.status.capacity };
    },
    fieldLabels: { "spec.unschedulable": ({ spec }) => String(spec?.unschedulable === true) },
  },
};

function status(object: KubeObject): string {
  const ready = listOf(object.status?.conditions).find(({ type }) => type === "Ready");
  const said = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return object.spec?.unschedulable ? `${said},SchedulingDisabled` : said;
}

function roles({ metadata }: KubeObject): string {
  const labels = Object.entries(metadata.labels ?? {});
  const found = labels.flatMap(([key, value]) =>
    key.startsWith(ROLE_PREFIX) ? [key.slice(ROLE_PREFIX.length)] : key === ROLE_LABEL && value ? [value] : [],
  );
  return orElse(found.filter(Boolean).toSorted().join(","));
}

function address(object: KubeObject, type: string): string {
  return listOf(object.status?.addresses).find((one) => one.type === type)?.address ?? NONE;
}
