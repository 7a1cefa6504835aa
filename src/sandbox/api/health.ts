import type { Call } from "./call.ts";
import { unknownPath } from "./status.ts";
import { sendText } from "./wire.ts";

const HOOKS = [
  "start-apiserver-admission-initializer",
  "generic-apiserver-start-informers",
  "priority-and-fairness-config-consumer",
  "priority-and-fairness-filter",
  "storage-object-count-tracker-hook",
  "start-apiextensions-informers",
  "start-apiextensions-controllers",
  "crd-informer-synced",
  "start-system-namespaces-controller",
  "start-cluster-authentication-info-controller",
  "start-kube-apiserver-identity-lease-controller",
  "start-kube-apiserver-identity-lease-garbage-collector",
  "start-legacy-token-tracking-controller",
  "start-service-ip-repair-controllers",
  "rbac/bootstrap-roles",
  "scheduling/bootstrap-system-priority-classes",
  "priority-and-fairness-config-producer",
  "bootstrap-controller",
  "start-kubernetes-service-cidr-controller",
  "aggregator-reload-proxy-client-cert",
  "start-kube-aggregator-informers",
  "apiservice-status-local-available-controller",
  "apiservice-status-remote-available-controller",
  "apiservice-registration-controller",
  "apiservice-discovery-controller",
  "kube-apiserver-autoregistration",
].map((name) => `poststarthook/${name}`);

const COMMON = [
  "ping",
  "log",
  "etcd",
  ...HOOKS,
  "autoregister-completion",
  "poststarthook/apiservice-openapi-controller",
  "poststarthook/apiservice-openapiv3-controller",
];

/** The named checks of upstream's three endpoints, in the order of `?verbose`. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: COMMON,
  livez: COMMON,
  readyz: [...COMMON.slice(0, 3), "etcd-readiness", "informer-sync", ...COMMON.slice(3), "shutdown"],
};

/** `/healthz`, `/livez`, `/readyz`: whoever can answer at all is well; the names of the checks are upstream's. */
export function serveHealth({ response, query }: Call, endpoint: "healthz" | "livez" | "readyz"): void {
  const checks = CHECKS[endpoint] ?? [];
  const excluded = query.getAll("exclude");
  const unknown = excluded.filter((name) => !checks.includes(name));
  if (!query.has("verbose")) {
    sendText(response, "ok");
    return;
  }
  const lines = checks.map((name) => `[+]${name} ${excluded.includes(name) ? "excluded: ok" : "ok"}`);
  const list = unknown.map((name) => JSON.stringify(name)).join(", ");
  const warning = unknown.length === 0 ? [] : [`warn: some health checks cannot be excluded: no matches for ${list}`];
  sendText(response, `${[...lines, ...warning, `${endpoint} check passed`].join("\n")}\n`);
}

/** One check by its name, such as `/livez/etcd`. 404 for one that is not known. */
export function serveCheck({ response, query }: Call, endpoint: "healthz" | "livez" | "readyz", name: string): void {
  if (!CHECKS[endpoint]?.includes(name)) throw unknownPath();
  sendText(response, query.has("verbose") ? `[+]${name} ok\n${name} check passed\n` : "ok");
}
