import type { JsonObject } from "../../objects/index.ts";
import type { Check } from "./check.ts";
import { allContainers, named, quoted, setters } from "./names.ts";

const CAPABILITIES = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

const SYSCTLS = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

const SELINUX_TYPES = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);

/** The profile "baseline" of the Pod Security Standards, in the order in which upstream tells of it. */
export const BASELINE: readonly Check[] = [
  {
    reason: "forbidden AppArmor profile",
    detail: (spec) => {
      const unconfined = ({ securityContext }: JsonObject): boolean =>
        securityContext?.appArmorProfile?.type === "Unconfined";
      const who = setters(unconfined(spec), allContainers(spec).filter(unconfined));
      return who.length > 0 && `${who.join(" and ")} must not set AppArmor profile type to "Unconfined"`;
    },
  },
  {
    reason: "non-default capabilities",
    overriddenBy: "unrestricted capabilities",
    detail: (spec) => {
      const added = ({ securityContext }: JsonObject): readonly string[] =>
        ((securityContext?.capabilities?.add ?? []) as readonly string[]).filter((name) => !CAPABILITIES.has(name));
      const bad = allContainers(spec).filter((container) => added(container).length > 0);
      const names = [...new Set(bad.flatMap(added))].sort();
      return (
        bad.length > 0 &&
        `${named("container", bad)} must not include ${quoted(names)} in securityContext.capabilities.add`
      );
    },
  },
  {
    reason: "host namespaces",
    detail: (spec) =>
      ["hostNetwork", "hostPID", "hostIPC"]
        .filter((field) => spec[field] === true)
        .map((field) => `${field}=true`)
        .join(", "),
  },
  {
    reason: "hostPath volumes",
    overriddenBy: "restricted volume types",
    detail: ({ volumes = [] }) => {
      const bad = (volumes as readonly JsonObject[]).filter(({ hostPath }) => hostPath !== undefined);
      return bad.length > 0 && named("volume", bad);
    },
  },
  {
    reason: "hostPort",
    detail: (spec) => {
      const portsOf = ({ ports = [] }: JsonObject): readonly number[] =>
        (ports as readonly JsonObject[]).flatMap(({ hostPort }) => (hostPort ? [Number(hostPort)] : []));
      const bad = allContainers(spec).filter((container) => portsOf(container).length > 0);
      const ports = [...new Set(bad.flatMap(portsOf))].map(String).sort();
      const use = bad.length === 1 ? "uses" : "use";
      return (
        bad.length > 0 &&
        `${named("container", bad)} ${use} hostPort${ports.length === 1 ? "" : "s"} ${ports.join(", ")}`
      );
    },
  },
  {
    reason: "privileged",
    detail: (spec) => {
      const bad = allContainers(spec).filter(({ securityContext }) => securityContext?.privileged === true);
      return bad.length > 0 && `${named("container", bad)} must not set securityContext.privileged=true`;
    },
  },
  {
    reason: "procMount",
    detail: (spec) => {
      const mount = ({ securityContext }: JsonObject): string => securityContext?.procMount ?? "Default";
      const bad = allContainers(spec).filter((container) => mount(container) !== "Default");
      const values = [...new Set(bad.map(mount))].sort();
      return bad.length > 0 && `${named("container", bad)} must not set securityContext.procMount to ${quoted(values)}`;
    },
  },
  { reason: "seLinuxOptions", detail: selinux },
  {
    reason: "seccompProfile",
    overriddenBy: "seccompProfile",
    detail: (spec) => {
      const unconfined = ({ securityContext }: JsonObject): boolean =>
        securityContext?.seccompProfile?.type === "Unconfined";
      const who = setters(unconfined(spec), allContainers(spec).filter(unconfined));
      return who.length > 0 && `${who.join(" and ")} must not set securityContext.seccompProfile.type to "Unconfined"`;
    },
  },
  {
    reason: "forbidden sysctls",
    detail: ({ securityContext }) =>
      ((securityContext?.sysctls ?? []) as readonly JsonObject[])
        .map(({ name }) => String(name))
        .filter((name) => !SYSCTLS.has(name))
        .sort()
        .join(", "),
  },
  {
    reason: "hostProcess",
    detail: (spec) => {
      const isHost = ({ securityContext }: JsonObject): boolean =>
        securityContext?.windowsOptions?.hostProcess === true;
      const who = setters(isHost(spec), allContainers(spec).filter(isHost));
      return who.length > 0 && `${who.join(" and ")} must not set securityContext.windowsOptions.hostProcess=true`;
    },
  },
];

function selinux(spec: JsonObject): string | false {
  const faults = ({ securityContext }: JsonObject): readonly string[] => {
    const { type = "", user, role } = securityContext?.seLinuxOptions ?? {};
    return [
      ...(SELINUX_TYPES.has(type) ? [] : [`type ${JSON.stringify(type)}`]),
      ...(user ? ["user may not be set"] : []),
      ...(role ? ["role may not be set"] : []),
    ];
  };
  const bad = allContainers(spec).filter((container) => faults(container).length > 0);
  const who = setters(faults(spec).length > 0, bad);
  const what = [...new Set([spec, ...bad].flatMap(faults))];
  return who.length > 0 && `${who.join(" and ")} set forbidden securityContext.seLinuxOptions: ${what.join("; ")}`;
}
