import type { ToolContext } from "../tool.ts";
import { type Code, LEVELS, type Level, MESSAGES, type Parameter, textOf } from "./analyze/catalogue.ts";
import { isAsBad, type Message, sorted } from "./analyze/messages.ts";
import { analysisPage, FORMATS, printed } from "./analyze/print.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { getObject, type Item, listObjects } from "./pods.ts";
import { clientVersion } from "./wish.ts";

/** The oldest minor version of Kubernetes that a release takes, by the release's own. */
const OLDEST_KUBERNETES = 28;
/** The kinds of the Gateway API that have to be served as v1beta1 or newer, where they are there. */
const GATEWAY_KINDS = new Set(["Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"]);
const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";

/** What an installation creates, as upstream asks whether it may. `namespaced` is of the control plane's namespace. */
const CREATED: readonly { readonly group: string; readonly resource: string; readonly namespaced?: true }[] = [
  { group: "", resource: "namespaces" },
  { group: RBAC, resource: "clusterroles" },
  { group: RBAC, resource: "clusterrolebindings" },
  { group: "apiextensions.k8s.io", resource: "customresourcedefinitions" },
  { group: RBAC, resource: "roles", namespaced: true },
  { group: "", resource: "serviceaccounts", namespaced: true },
  { group: "", resource: "services", namespaced: true },
  { group: "apps", resource: "deployments", namespaced: true },
  { group: "", resource: "configmaps", namespaced: true },
  { group: ADMISSION, resource: "mutatingwebhookconfigurations" },
  { group: ADMISSION, resource: "validatingwebhookconfigurations" },
];

/** `istioctl x precheck`: whether Istio can be installed into the cluster, or upgraded. */
export const precheck: Command = {
  flags: [
    { long: "namespace", short: "n", takesValue: true },
    { long: "istioNamespace", short: "i", takesValue: true },
    { long: "output", short: "o", takesValue: true },
    { long: "output-threshold", takesValue: true },
    { long: "skip-controlplane", takesValue: false },
    { long: "revision", short: "r", takesValue: true },
  ],
  run: async (context, { values }) => {
    const format = values.get("output") ?? "log";
    if (!FORMATS.includes(format)) {
      throw new Failure(`invalid format, expected one of [${FORMATS.join(" ")}] but got ${JSON.stringify(format)}`);
    }
    const threshold = levelNamed(values.get("output-threshold") ?? "Warning");
    const isSkipped = values.get("skip-controlplane") === "true";
    const messages = isSkipped ? [] : await checked(context, values.get("istioNamespace") ?? "istio-system");
    const shown = messages.filter(({ level }) => isAsBad(level, threshold));
    const version = clientVersion(context);
    if (shown.length > 0) context.out(`${await printed(shown, format, true, version)}\n`);
    else context.err(SAFE);
    if (!messages.some(({ level }) => isAsBad(level, "Warning"))) return 0;
    const fault = "Issues found when checking the cluster. Istio may not be safe to install or upgrade.";
    throw new Failure(`${fault}\nSee ${analysisPage(version)} for more information about causes and resolutions.`);
  },
};

const SAFE = `✔ No issues found when checking the cluster. Istio is safe to install or upgrade!
  To get started, check out https://istio.io/latest/docs/setup/getting-started/.
`;

function levelNamed(name: string): Level {
  const found = LEVELS.find((level) => level.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const wanted = `${JSON.stringify(name)} not a valid option, please choose from: [${LEVELS.toReversed().join(" ")}]`;
  throw new Failure(`invalid argument ${JSON.stringify(name)} for "--output-threshold" flag: ${wanted}`);
}

async function checked(context: ToolContext, namespace: string): Promise<readonly Message[]> {
  const { gitVersion, minor } = await getObject(context, "/version");
  const messages: Message[] = [];
  if (Number.parseInt(minor, 10) < OLDEST_KUBERNETES) {
    messages.push(message("IST0142", "Cluster", [gitVersion, `1.${OLDEST_KUBERNETES}`]));
  }
  for (const { group, namespaced, resource } of CREATED) {
    const fault = await refusal(context, { group, resource, ...(namespaced && { namespace }) });
    if (fault !== undefined) messages.push(message("IST0141", "Cluster", [resource, fault]));
  }
  for (const { metadata, spec } of await listObjects(context, DEFINITIONS)) {
    if (spec.group !== "gateway.networking.k8s.io" || !GATEWAY_KINDS.has(spec.names.kind)) continue;
    const served: readonly string[] = spec.versions.filter((one: Item) => one.served).map((one: Item) => one.name);
    if (served.some((version) => version === "v1" || version === "v1beta1")) continue;
    const text = served.length === 0 ? "none" : served.toSorted().join(",");
    messages.push(message("IST0156", `CustomResourceDefinition ${metadata.name}`, [text, "v1beta1"]));
  }
  return sorted(messages);
}

/** Why something may not be created; undefined when it may. */
async function refusal(context: ToolContext, attributes: Item): Promise<string | undefined> {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { verb: "create", version: "v1", ...attributes } },
  };
  const { status, body } = await context.api("POST", REVIEWS, review);
  if (status >= 300) return String(body?.message);
  return body.status?.allowed ? undefined : body.status?.reason || "permission denied";
}

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

function message(code: Code, origin: string, parameters: readonly Parameter[]): Message {
  return { code, level: MESSAGES[code].level, origin, reference: undefined, text: textOf(code, parameters) };
}
