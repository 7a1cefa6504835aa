import { type Answer, type AskOptions, ask } from "./ask.ts";
import type { Masker } from "./mask.ts";

/** A file of the bundle. */
export interface Part {
  readonly name: string;
  readonly text: string;
}

/** How long all questions to a cluster may take, and one. */
const ALL_MS = 60_000;
const ONE_MS = 10_000;
const MOST_PODS = 20;

/** What is asked of every cluster: file, arguments of kubectl. */
const QUESTIONS: readonly (readonly [string, readonly string[]])[] = [
  ["all.txt", ["get", "all", "-A", "-o", "wide"]],
  ["nodes.txt", ["get", "nodes", "-o", "wide"]],
  ["events.txt", ["get", "events", "-A", "--sort-by=.metadata.creationTimestamp"]],
];

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount?: number }[];
  };
}

type Kubectl = (...args: string[]) => Promise<Answer>;

/**
 * The cluster as it is now, by the target's own kubectl, which reads and changes nothing: what runs, events, the pods that
 * are not ready with their logs, Istio's configuration. Never rejects; what does not answer in time is said in its file.
 * The values of Secrets are told to `masker` and written nowhere.
 */
export async function clusterParts(about: Omit<AskOptions, "timeoutMs">, masker: Masker): Promise<readonly Part[]> {
  const deadline = Date.now() + ALL_MS;
  const kubectl: Kubectl = (...args) => {
    const timeoutMs = Math.min(ONE_MS, deadline - Date.now());
    if (timeoutMs <= 0) return Promise.resolve({ ok: false, text: "(not asked: the time was up)\n", stdout: "" });
    return ask(["kubectl", `--request-timeout=${Math.ceil(timeoutMs / 1000)}s`, ...args], { ...about, timeoutMs });
  };
  const secrets = await kubectl("get", "secrets", "-A", "-o", "json");
  for (const value of secretValues(secrets.stdout)) masker.add(value);
  const parts: Part[] = [];
  // Fail closed: what pods print is not written down when we do not know what must not be in it.
  const mayShowLogs = secrets.ok;
  if (!mayShowLogs)
    parts.push({ name: "no-logs.txt", text: `Secrets could not be read, so no logs are here.\n${secrets.text}` });
  for (const [name, args] of QUESTIONS) parts.push({ name, text: (await kubectl(...args)).text });
  parts.push(...(await podParts(kubectl, mayShowLogs)), ...(await istioParts(kubectl)));
  return parts;
}

async function podParts(kubectl: Kubectl, mayShowLogs: boolean): Promise<readonly Part[]> {
  const found = itemsOf<Pod>((await kubectl("get", "pods", "-A", "-o", "json")).stdout).filter((pod) => !isReady(pod));
  const parts: Part[] = [];
  for (const { metadata, status } of found.slice(0, MOST_PODS)) {
    const { name, namespace } = metadata;
    const file = `pods/${namespace}.${name}`;
    parts.push({ name: `${file}.describe.txt`, text: (await kubectl("describe", "pod", "-n", namespace, name)).text });
    if (!mayShowLogs) continue;
    const logs = ["logs", "-n", namespace, name, "--all-containers", "--prefix", "--tail=500", "--limit-bytes=262144"];
    parts.push({ name: `${file}.log`, text: (await kubectl(...logs)).text });
    const restarted = status?.containerStatuses?.some(({ restartCount = 0 }) => restartCount > 0) === true;
    if (restarted) parts.push({ name: `${file}.previous.log`, text: (await kubectl(...logs, "--previous")).text });
  }
  if (found.length > MOST_PODS)
    parts.push({ name: "pods/more.txt", text: `${found.length - MOST_PODS} more pods are not ready.\n` });
  return parts;
}

async function istioParts(kubectl: Kubectl): Promise<readonly Part[]> {
  const { stdout } = await kubectl("get", "customresourcedefinitions", "-o", "name");
  const kinds = stdout
    .split("\n")
    .map((line) => line.replace(/^.*\//, "").trim())
    .filter((name) => /\.istio\.io$|\.gateway\.networking\.k8s\.io$/.test(name));
  if (kinds.length === 0) return [];
  const { text } = await kubectl("get", kinds.join(","), "-A", "-o", "yaml");
  return [{ name: "istio.yaml", text }];
}

function isReady({ status }: Pod): boolean {
  if (status?.phase === "Succeeded") return true;
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
}

/** What the Secrets of a cluster hold, decoded. */
function secretValues(json: string): readonly string[] {
  return itemsOf<{ readonly data?: Readonly<Record<string, string>> | null }>(json).flatMap(({ data }) =>
    Object.values(data ?? {}).map((value) => Buffer.from(value, "base64").toString("utf8")),
  );
}

function itemsOf<Item>(json: string): readonly Item[] {
  try {
    const items = (JSON.parse(json) as { items?: unknown }).items;
    return Array.isArray(items) ? items : [];
  } catch {
    // Not an answer of the cluster: its own file says what it was.
    return [];
  }
}
