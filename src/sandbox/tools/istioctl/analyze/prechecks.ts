import type { ToolContext } from "../../tool.ts";
import { Failure } from "../failure.ts";
import { resourceOf } from "./documents.ts";
import { type Item, items, type Message, type Resource, report } from "./model.ts";

/** The oldest minor release of Kubernetes that istioctl takes. */
const MINIMUM = 28;
const GATEWAY_API = "gateway.networking.k8s.io";
const CLUSTER = resourceOf("Cluster", {});

/** What an installation creates: group, resource, and whether in Istio's namespace. */
const CREATED: readonly (readonly [group: string, resource: string, isNamespaced: boolean])[] = [
  ["", "namespaces", false],
  ["rbac.authorization.k8s.io", "clusterroles", false],
  ["rbac.authorization.k8s.io", "clusterrolebindings", false],
  ["apiextensions.k8s.io", "customresourcedefinitions", false],
  ["rbac.authorization.k8s.io", "roles", true],
  ["", "serviceaccounts", true],
  ["", "services", true],
  ["apps", "deployments", true],
  ["", "configmaps", true],
  ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", false],
  ["admissionregistration.k8s.io", "validatingwebhookconfigurations", false],
];

/** Whether the API server is new enough. Throws `Failure`. */
export async function judgeServer(context: ToolContext): Promise<readonly Message[]> {
  const { body, status } = await context.api("GET", "/version");
  if (status >= 300) throw new Failure(`failed to get the Kubernetes version: ${body?.message}`);
  const own = Number(/^v?1\.(\d+)/.exec(body.gitVersion)?.[1]);
  return own >= MINIMUM ? [] : [report(CLUSTER, "UnsupportedKubernetesVersion", [body.gitVersion, `1.${MINIMUM}`])];
}

/** What one may not create, of all that an installation is made of. */
export async function judgePermissions(context: ToolContext, istioNamespace: string): Promise<readonly Message[]> {
  const found: Message[] = [];
  for (const [group, resource, isNamespaced] of CREATED) {
    const namespace = isNamespaced ? istioNamespace : "";
    const spec = { resourceAttributes: { namespace, verb: "create", group, version: "v1", resource } };
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const { body, status } = await context.api("POST", path, review);
    const fault = status >= 300 ? body?.message : body.status?.reason || "permission denied";
    if (status >= 300 || body.status?.allowed !== true)
      found.push(report(CLUSTER, "InsufficientPermissions", [resource, fault]));
  }
  return found;
}

/** Definitions of the Gateway API that do not serve what Istio asks for, now or soon. */
export function judgeGatewayApi(definitions: readonly Resource[]): readonly Message[] {
  return definitions
    .filter(({ spec }) => spec.group === GATEWAY_API)
    .flatMap((one) => {
      const kind: string = one.spec.names?.kind;
      const served = items(one.spec.versions).filter((each: Item) => each.served === true);
      const names = served.map(({ name }) => name).sort();
      const has = names.join(",") || "none";
      const isOwn = ["Gateway", "GatewayClass", "HTTPRoute"].includes(kind);
      if ((isOwn || kind === "ReferenceGrant") && !names.includes("v1beta1"))
        return [report(one, "UnsupportedGatewayAPIVersion", [has, "v1beta1"])];
      if ((isOwn || kind === "GRPCRoute") && !names.includes("v1"))
        return [report(one, "FutureUnsupportedGatewayAPIVersion", [has, "v1"])];
      return [];
    });
}

/** What behaves otherwise than in an older release. Throws `Failure` for a text that is no version. */
export async function judgeFromVersion(context: ToolContext, version: string): Promise<readonly Message[]> {
  const [major, minor] = version.split(".");
  if (minor === undefined) throw new Failure(`invalid version ${version}, expected format like '1.0'`);
  if (major !== "1") throw new Failure(`expected major version 1, got ${version}`);
  if (!/^\d+$/.test(minor)) throw new Failure(`minor version is not a number: ${version.slice(2)}`);
  if (Number(minor) > 21) return [];
  const { body, status } = await context.api("GET", "/api/v1/namespaces/istio-system/services/zipkin");
  if (status === 404) return [];
  if (status >= 300) throw new Failure(String(body?.message));
  const tracing = "tracing is no longer by default enabled to send to 'zipkin.istio-system.svc'";
  const advice = "follow https://istio.io/latest/docs/tasks/observability/distributed-tracing/telemetry-api/";
  const args = ["meshConfig.defaultConfig.tracer", "1.21", `${tracing}; ${advice}`, "1.21"];
  return [report(resourceOf("Service", body), "UpdateIncompatibility", args)];
}
