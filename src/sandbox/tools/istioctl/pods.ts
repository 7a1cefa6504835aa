import type { Flag, ParsedFlags } from "../flags.ts";
import { NotForwarded } from "../forward.ts";
import type { ToolContext } from "../tool.ts";
import { Failure } from "./failure.ts";

/** Flags of every command that looks at the cluster. */
export const CLUSTER_FLAGS: readonly Flag[] = [
  { long: "namespace", short: "n", takesValue: true },
  { long: "istioNamespace", short: "i", takesValue: true },
];

/** A pod by its name. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are walked by path
export type Item = any;

/** The namespace that a command is about: its flag's, else the one of the current context, else `default`. */
export async function namespaceOf(context: ToolContext, { values }: ParsedFlags): Promise<string> {
  return values.get("namespace") || (await contextNamespace(context)) || "default";
}

async function contextNamespace({ env }: ToolContext): Promise<string | undefined> {
  if (!env.KUBECONFIG) return undefined;
  const [{ readFile }, { parse }] = await Promise.all([import("node:fs/promises"), import("../yaml.ts")]);
  const text = await readFile(env.KUBECONFIG, "utf8").catch(() => "");
  const config = parse(text) as Item;
  const contexts: readonly Item[] = config?.contexts ?? [];
  return contexts.find(({ name }) => name === config["current-context"])?.context?.namespace;
}

/** An object of the API. Throws `Failure` with the API's words where there is none. */
export async function getObject(context: ToolContext, path: string): Promise<Item> {
  const { status, body } = await context.api("GET", path);
  if (status < 300) return body;
  throw new Failure(String(body?.message ?? `the API answered ${status} to GET ${path}`));
}

/** What a list of the API holds, perhaps only what a label selector chooses; a kind that nobody has defined has none. Throws `Failure`. */
export async function listObjects(context: ToolContext, path: string, selector = ""): Promise<readonly Item[]> {
  const query = selector === "" ? "" : `?labelSelector=${encodeURIComponent(selector)}`;
  const { status, body } = await context.api("GET", `${path}${query}`);
  if (status === 404) return [];
  if (status < 300) return body.items ?? [];
  throw new Failure(String(body?.message ?? `the API answered ${status} to GET ${path}`));
}

/** Where kinds are whose pods can be asked for: `deploy/productpage-v1`. */
const OWNERS: readonly (readonly [names: readonly string[], at: string])[] = [
  [["deployment", "deployments", "deploy", "deployment.apps", "deployments.apps"], "apis/apps/v1|deployments"],
  [["daemonset", "daemonsets", "ds", "daemonset.apps"], "apis/apps/v1|daemonsets"],
  [["statefulset", "statefulsets", "sts", "statefulset.apps"], "apis/apps/v1|statefulsets"],
  [["replicaset", "replicasets", "rs", "replicaset.apps"], "apis/apps/v1|replicasets"],
  [["job", "jobs"], "apis/batch/v1|jobs"],
  [["service", "services", "svc"], "api/v1|services"],
];

/** `name`, `name.namespace`. */
export function splitName(text: string, namespace: string): PodName {
  const from = text.lastIndexOf("/") + 1;
  const dot = text.indexOf(".", from) < 0 ? -1 : text.lastIndexOf(".");
  return dot < from ? { name: text, namespace } : { name: text.slice(0, dot), namespace: text.slice(dot + 1) };
}

/** The pods that `[TYPE/]NAME[.NAMESPACE]` means; one alone is not looked up here. Throws `Failure`. */
export async function podsNamed(context: ToolContext, text: string, namespace: string): Promise<readonly PodName[]> {
  const { name, namespace: own } = splitName(text, namespace);
  const slash = name.indexOf("/");
  const [type, rest] = slash < 0 ? ["pod", name] : [name.slice(0, slash).toLowerCase(), name.slice(slash + 1)];
  if (["pod", "pods", "po"].includes(type)) return [{ namespace: own, name: rest }];
  const found = OWNERS.find(([names]) => names.includes(type));
  if (found === undefined) throw new Failure(`the server doesn't have a resource type "${type}"`);
  const [group, plural] = found[1].split("|");
  const { status, body } = await context.api("GET", `/${group}/namespaces/${own}/${plural}/${rest}`);
  if (status >= 300) throw new Failure(`failed retrieving: ${body?.message} in the "${own}" namespace`);
  const labels = body.spec?.selector?.matchLabels ?? body.spec?.selector ?? {};
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return podsSelected(context, own, selector.join(","));
}

/** The pods of a label selector, those that run first, then the newest. Throws `Failure` where there are none. */
export async function podsSelected(
  context: ToolContext,
  namespace: string,
  selector: string,
): Promise<readonly PodName[]> {
  const pods = await listObjects(context, `/api/v1/namespaces/${namespace}/pods`, selector);
  const runs = ({ status, metadata }: Item): boolean =>
    status?.phase === "Running" && metadata.deletionTimestamp === undefined;
  const sorted = pods.toSorted(
    (a, b) =>
      Number(runs(b)) - Number(runs(a)) ||
      String(b.metadata.creationTimestamp).localeCompare(String(a.metadata.creationTimestamp)),
  );
  if (sorted.length === 0) throw new Failure("no pods found");
  return sorted.map(({ metadata }) => ({ namespace, name: metadata.name }));
}

/** What Envoy's administration in a pod answers. Throws `Failure` in istioctl's words. */
export async function askEnvoy(
  context: ToolContext,
  { namespace, name }: PodName,
  path: string,
  method = "GET",
  port = 15000,
): Promise<string> {
  try {
    const asked = { namespace, pod: name, port, method, path: `/${path}` };
    const { status, body } = await context.forward(asked);
    if (status < 300) return body;
    throw new Failure(`${method} "http://localhost:${port}/${path}": ${status} ${body.trim()}`);
  } catch (error) {
    if (!(error instanceof NotForwarded)) throw error;
    throw new Failure(`failure running port forward process: ${error.message}`);
  }
}

/** The dump of a pod's proxy, or a part of it. Throws `Failure`. */
export async function fetchDump(context: ToolContext, pod: PodName, query = ""): Promise<Item> {
  try {
    return JSON.parse(await askEnvoy(context, pod, `config_dump${query}`));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`failed to execute command on ${pod.name}.${pod.namespace} sidecar: ${error.message}`);
  }
}
