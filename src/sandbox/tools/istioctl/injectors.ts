import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { getObject, type Item, listObjects, namespaceOf } from "./pods.ts";
import { columns } from "./table.ts";

const MUTATING = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const REVISION = "istio.io/rev";
const INJECTION = "istio-injection";
const SYSTEM = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage", "istio-system"]);
/** The webhooks that go by a namespace's label. */
const BY_NAMESPACE = ["rev.namespace.sidecar-injector.istio.io", "namespace.sidecar-injector.istio.io"];

/** Of a mark with its colour, which is what istioctl's columns are measured by. */
const MARK_WIDTH = 12;

type Labels = Readonly<Record<string, string>>;

/** `istioctl x injector list`: who injects where, and which pods are not as their namespace asks. */
export const injectorList: Command = {
  flags: [
    { long: "namespace", short: "n", takesValue: true },
    { long: "istioNamespace", short: "i", takesValue: true },
  ],
  run: async (context, { values }) => {
    const only = values.get("namespace");
    const every = (await listObjects(context, "/api/v1/namespaces"))
      .filter(({ metadata }) => !SYSTEM.has(metadata.name))
      .filter(({ metadata }) => metadata.labels?.["istio.io/dataplane-mode"] !== "ambient");
    const chosen = every.filter(({ metadata }) => metadata.name === only);
    const namespaces = chosen.length > 0 ? chosen : every;
    const hooks = (await listObjects(context, MUTATING, "app=sidecar-injector")).toSorted(byName);
    const rows: (readonly string[])[] = [];
    for (const { metadata } of namespaces.toSorted(byName)) {
      const revision = revisionOf(metadata.labels ?? {}, hooks);
      const pods = await listObjects(context, `/api/v1/namespaces/${metadata.name}/pods`);
      for (const text of podCounts(pods, revision)) rows.push([metadata.name, revision, text]);
    }
    context.out(
      rows.length === 0
        ? "No Istio injected namespaces present.\n"
        : columns([["NAMESPACE", "ISTIO-REVISION", "POD-REVISIONS"], ...rows], 1),
    );
    context.out("\n");
    await printHooks(context, hooks, namespaces.toSorted(byName));
    return 0;
  },
};

function byName(one: Item, other: Item): number {
  return one.metadata.name < other.metadata.name ? -1 : 1;
}

async function printHooks(context: ToolContext, hooks: readonly Item[], namespaces: readonly Item[]): Promise<void> {
  if (hooks.length === 0) return context.out("No Istio injection hooks present.\n");
  const images = await sidecarImages(context);
  const rows = hooks.flatMap(({ metadata, webhooks }): readonly (readonly string[])[] => {
    const revision = metadata.labels?.[REVISION] ?? "";
    const own = (webhooks as readonly Item[]).filter(({ name }) => BY_NAMESPACE.includes(name));
    const chosen = namespaces.filter((one) =>
      own.some(({ namespaceSelector }) => selects(namespaceSelector, one.metadata.labels ?? {})),
    );
    const names = chosen.length > 0 ? chosen.map((one) => one.metadata.name) : ["DOES NOT AUTOINJECT"];
    return names.map((name) => [name, metadata.name, revision, images.get(revision) ?? ""]);
  });
  context.out(columns([["NAMESPACES", "INJECTOR-HOOK", "ISTIO-REVISION", "SIDECAR-IMAGE"], ...rows], 1));
}

/** The proxy's image of each revision, by the injectors' ConfigMaps. */
async function sidecarImages(context: ToolContext): Promise<ReadonlyMap<string, string>> {
  const images = new Map<string, string>();
  for (const { data, metadata } of await listObjects(context, "/api/v1/configmaps", REVISION)) {
    if (data?.values === undefined) continue;
    const { global } = JSON.parse(data.values);
    const { image = "proxyv2" } = global?.proxy ?? {};
    images.set(metadata.labels[REVISION], image.includes("/") ? image : `${global.hub}/${image}:${global.tag}`);
  }
  return images;
}

/** Whose injector a namespace has, were it only for pods that ask by themselves; `MISSING/…` when it asks for one that is not there. */
function revisionOf(labels: Labels, hooks: readonly Item[]): string {
  const hook = hooks.find(({ webhooks }) =>
    webhooks.some(({ namespaceSelector }: Item) => selects(namespaceSelector, labels)),
  );
  if (hook !== undefined) return hook.metadata.labels?.[REVISION] ?? "";
  const [revision, injection] = [labels[REVISION], labels[INJECTION]];
  if (revision) return `MISSING/${revision}`;
  return injection === undefined || injection === "disabled" ? "" : `MISSING/${INJECTION}`;
}

function podCounts(pods: readonly Item[], expected: string): readonly string[] {
  if (pods.length === 0) return expected === "" ? [] : ["<no pods>"];
  const counts = new Map<string, { pods: number; disabled: number; stale: number }>();
  for (const { metadata } of pods) {
    const status = metadata.annotations?.["sidecar.istio.io/status"];
    const revision = status ? (JSON.parse(status).revision ?? "") : "";
    const key = revision || "<non-Istio>";
    const count = counts.get(key) ?? { pods: 0, disabled: 0, stale: 0 };
    const word = metadata.labels?.["sidecar.istio.io/inject"] ?? metadata.annotations?.["sidecar.istio.io/inject"];
    const isDisabled = String(word).toLowerCase() === "false";
    counts.set(key, {
      pods: count.pods + 1,
      disabled: count.disabled + Number(isDisabled),
      stale: count.stale + Number(!isDisabled && revision !== expected),
    });
  }
  return [...counts].map(([revision, count]) => {
    const disabled = count.disabled > 0 ? ` (injection disabled: ${count.disabled})` : "";
    return `${revision}: ${count.pods}${disabled}${count.stale > 0 ? ` NEEDS RESTART: ${count.stale}` : ""}`;
  });
}

/** `istioctl x check-inject`: whether a pod is, or would be, injected, and by which label. */
export const checkInject: Command = {
  flags: [
    { long: "namespace", short: "n", takesValue: true },
    { long: "istioNamespace", short: "i", takesValue: true },
    { long: "labels", short: "l", takesValue: true },
  ],
  run: async (context, given) => {
    const { rest, values } = given;
    const text = values.get("labels");
    if ((rest.length === 0 && !text) || rest.length > 1) {
      throw new Failure(
        "check-inject requires only [<resource-type>/]<resource-name>[.<namespace>], or specify labels flag",
      );
    }
    const asked = await namespaceOf(context, given);
    const { labels, namespace } =
      rest[0] === undefined
        ? { labels: labelsIn(text ?? ""), namespace: asked }
        : await podLabels(context, rest[0], asked);
    const { metadata } = await getObject(context, `/api/v1/namespaces/${namespace}`);
    const hooks = (await listObjects(context, MUTATING)).filter(({ webhooks }) =>
      (webhooks ?? []).some(({ name }: Item) => name.endsWith("istio.io")),
    );
    if (hooks.length === 0) {
      context.out("ERROR: no Istio injection hooks present.\n");
      return 0;
    }
    const verdicts = hooks
      .toSorted(byName)
      .map((hook) => ({ hook, ...verdictOf(hook.webhooks, labels, metadata.labels ?? {}) }));
    const rows = verdicts.map(({ hook, isInjected, reason }) => [
      hook.metadata.name,
      hook.metadata.labels?.[REVISION] ?? "",
      (isInjected ? "✔" : "✘").padEnd(MARK_WIDTH),
      reason,
    ]);
    context.out(coloured(columns([["WEBHOOK", "REVISION", "INJECTED", "REASON"], ...rows], 2)));
    if (verdicts.filter(({ isInjected }) => isInjected).length > 1) {
      context.out("ERROR: multiple webhooks will inject, which can lead to errors");
    }
    return 0;
  },
};

/** istioctl colours the marks wherever it writes to. */
function coloured(table: string): string {
  return table.replace(/✔/g, "\x1b[32m✔\x1b[0m").replace(/✘/g, "\x1b[31m✘\x1b[0m");
}

function labelsIn(text: string): Labels {
  return Object.fromEntries(text.split(",").map((one) => [one.split("=")[0] ?? "", one.split("=")[1] ?? ""]));
}

/** The labels of a pod, or of the first one of a workload. */
async function podLabels(
  context: ToolContext,
  text: string,
  asked: string,
): Promise<{ readonly labels: Labels; readonly namespace: string }> {
  const [, type = "pod", name = "", own] = /^(?:([^/]+)\/)?([^/.]+)(?:\.(.+))?$/.exec(text) ?? [];
  const namespace = own ?? asked;
  if (["pod", "pods", "po"].includes(type)) {
    const pod = await getObject(context, `/api/v1/namespaces/${namespace}/pods/${name}`);
    return { labels: pod.metadata.labels ?? {}, namespace };
  }
  const kinds = [
    ["daemonset", "ds"],
    ["deployment", "deploy"],
    ["replicaset", "rs"],
    ["statefulset", "sts"],
  ];
  const kind = kinds.find(([full, short]) => [full, `${full}s`, short].includes(type.toLowerCase()))?.[0];
  if (kind === undefined) throw new Failure(`the server doesn't have a resource type "${type}"`);
  const workload = await getObject(context, `/apis/apps/v1/namespaces/${namespace}/${kind}s/${name}`);
  return { labels: workload.spec.template.metadata?.labels ?? {}, namespace };
}

interface Verdict {
  readonly isInjected: boolean;
  readonly reason: string;
}

function verdictOf(webhooks: readonly Item[], pod: Labels, namespace: Labels): Verdict {
  for (const { namespaceSelector, objectSelector } of webhooks) {
    const [byNamespace, byPod] = [selects(namespaceSelector, namespace), selects(objectSelector, pod)];
    if (byNamespace && byPod) {
      const [first, second] = [matched(namespaceSelector, namespace), matched(objectSelector, pod)];
      const told = [
        first && `Namespace label ${first} matches`,
        second && `${first ? "and pod" : "Pod"} label ${second} matches`,
      ];
      const reason = told.filter(Boolean).join(", ");
      if (reason !== "") return { isInjected: true, reason };
    } else if (byNamespace) {
      const prevents = preventing(objectSelector, pod);
      if (prevents) return { isInjected: false, reason: `Pod has ${prevents} label, preventing injection` };
    } else if (byPod && namespace[INJECTION] !== undefined && namespace[INJECTION] !== "enabled") {
      const label = `${INJECTION}=${namespace[INJECTION]}`;
      return { isInjected: false, reason: `Namespace has ${label} label, preventing injection` };
    }
  }
  if (
    webhooks.some(({ namespaceSelector }) => namespaceSelector?.matchLabels?.["istio.io/deactivated"] === "never-match")
  ) {
    return { isInjected: false, reason: "The injection webhook is deactivated, and will never match labels." };
  }
  const asked = (field: string): string =>
    webhooks
      .flatMap((one) =>
        termsOf(one[field])
          .filter(({ operator }) => operator === "In")
          .flatMap(({ key, values }) => values.map((value: string) => `${key}=${value}`)),
      )
      .join(", ");
  const reason = `No matching namespace labels (${asked("namespaceSelector")}) or pod labels (${asked("objectSelector")})`;
  return { isInjected: false, reason };
}

function termsOf(selector: Item): readonly Item[] {
  return selector?.matchExpressions ?? [];
}

/** The label by which a selector matches. */
function matched(selector: Item, labels: Labels): string {
  const term = termsOf(selector).find(
    ({ key, operator }) => ["In", "NotIn"].includes(operator) && labels[key] !== undefined,
  );
  return term === undefined ? "" : `${term.key}=${labels[term.key]}`;
}

/** The label that a selector does not want. */
function preventing(selector: Item, labels: Labels): string {
  const term = termsOf(selector).find(
    ({ key, operator, values }) =>
      labels[key] !== undefined &&
      (operator === "DoesNotExist" || (operator === "NotIn" && values.includes(labels[key]))),
  );
  return term === undefined ? "" : `${term.key}=${labels[term.key]}`;
}

/** Whether a label selector chooses labels. */
function selects(selector: Item, labels: Labels): boolean {
  const isEqual = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    isEqual &&
    termsOf(selector).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === "In");
    })
  );
}
