import { type Admission, StatusError } from "../api/index.ts";
import { POOLS, poolError } from "../metallb/index.ts";
import { type JsonObject, type KubeObject, matchesLabels, SelectorError, selectorOf } from "../objects/index.ts";
import type { Store } from "../store/index.ts";

const CONFIGURATIONS = "admissionregistration.k8s.io/validatingwebhookconfigurations";
const SLICES = "discovery.k8s.io/endpointslices";

type Verdict = (object: KubeObject, store: Pick<Store, "list">) => string | undefined;

/** What the servers behind webhooks say, by the path that they are asked under. Those that are not here allow all. */
const SERVERS: Readonly<Record<string, Verdict>> = {
  "/validate-metallb-io-v1beta1-ipaddresspool": (pool, store) =>
    poolError(pool, store.list(POOLS, pool.metadata.namespace)),
};

/**
 * The validating webhooks of a cluster: each that a write matches is called, and refuses it when nobody answers. That is
 * what a resource meets whose webhook's pod is not up yet.
 */
export function webhooks(store: Pick<Store, "get" | "list">): Admission {
  return (write) => {
    for (const configuration of store.list(CONFIGURATIONS)) {
      for (const webhook of (configuration.webhooks ?? []) as readonly JsonObject[]) {
        if (matches(store, webhook, write)) call(store, webhook, write.object);
      }
    }
  };
}

type Write = Parameters<Admission>[0];

function matches(store: Pick<Store, "get">, webhook: JsonObject, { kind, operation, object }: Write): boolean {
  const rules: readonly JsonObject[] = webhook.rules ?? [];
  const isRuled = rules.some(
    (rule) =>
      has(rule.operations, operation) &&
      has(rule.apiGroups, kind.group) &&
      // matchPolicy Equivalent, the default: any version of the resource.
      (webhook.matchPolicy !== "Exact" || has(rule.apiVersions, kind.version)) &&
      has(rule.resources, kind.plural),
  );
  if (!isRuled || !selects(webhook.objectSelector, object.metadata.labels)) return false;
  const { namespace } = object.metadata;
  if (namespace === undefined) return true;
  return selects(webhook.namespaceSelector, store.get("/namespaces", undefined, namespace)?.metadata.labels);
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((one) => one === "*" || one === value) ?? false;
}

function selects(selector: JsonObject | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  try {
    return matchesLabels(selectorOf(selector ?? {}), labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

function call(store: Pick<Store, "get" | "list">, webhook: JsonObject, object: KubeObject): void {
  const { name = "", clientConfig = {}, failurePolicy, timeoutSeconds = 10 } = webhook;
  const { service } = clientConfig;
  // A webhook at a URL is somewhere in the world: from here it cannot be asked.
  const failure =
    service === undefined ? unreachableUrl(clientConfig.url) : unreachable(store, service, timeoutSeconds);
  if (failure !== undefined) {
    if (failurePolicy === "Ignore") return;
    throw new StatusError(
      500,
      "InternalError",
      `Internal error occurred: failed calling webhook "${name}": ${failure}`,
      {
        causes: [{ message: `failed calling webhook "${name}": ${failure}` }],
      },
    );
  }
  const refusal = SERVERS[service?.path ?? ""]?.(object, store);
  if (refusal !== undefined) {
    throw new StatusError(403, "Forbidden", `admission webhook "${name}" denied the request: ${refusal}`, {});
  }
}

function unreachableUrl(url: unknown): string {
  return `failed to call webhook: Post "${String(url)}": the sandbox does not leave the machine`;
}

function unreachable(store: Pick<Store, "get" | "list">, reference: JsonObject, seconds: number): string | undefined {
  const { namespace, name, path = "", port = 443 } = reference;
  const service = store.get("/services", namespace, name);
  const post = `failed to call webhook: Post "https://${name}.${namespace}.svc:${port}${path}?timeout=${seconds}s"`;
  if (service === undefined) return `${post}: service "${name}" not found`;
  const isAnswered = store
    .list(SLICES, namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => (slice.endpoints ?? []) as readonly JsonObject[])
    .some(({ conditions }) => conditions?.ready !== false);
  return isAnswered ? undefined : `${post}: dial tcp ${service.spec?.clusterIP}:${port}: connect: connection refused`;
}
