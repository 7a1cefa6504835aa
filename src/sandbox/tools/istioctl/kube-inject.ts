import { writeFile } from "node:fs/promises";
import { injectorServer, loadInjector } from "../../istio/index.ts";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { documentsOf, readInput } from "./input.ts";
import { type Item, listObjects, namespaceOf } from "./pods.ts";

/** Where each kind of workload keeps the pod that it makes. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  DaemonSet: ["spec", "template"],
  Deployment: ["spec", "template"],
  Job: ["spec", "template"],
  Pod: [],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  StatefulSet: ["spec", "template"],
};

/** `istioctl kube-inject`: what the injector would make of the workloads in a file; everything else stays as it is. */
export const kubeInject: Command = {
  flags: [
    { long: "filename", short: "f", takesValue: true },
    { long: "istioNamespace", short: "i", takesValue: true },
    { long: "namespace", short: "n", takesValue: true },
    { long: "output", short: "o", takesValue: true },
    { long: "revision", short: "r", takesValue: true },
  ],
  run: async (context, given) => {
    const { values } = given;
    const file = values.get("filename");
    if (!file) {
      throw new Failure("1 error occurred:\n\t* filename not specified (see --filename or -f)\n");
    }
    const text = await readInput(file);
    const { parse, stringify } = await import("../yaml.ts");
    const injection = await injectionOf(context, {
      istiod: values.get("istioNamespace") ?? "istio-system",
      revision: values.get("revision") ?? "",
      namespace: await namespaceOf(context, given),
    });
    const parts = documentsOf(text).map((document) => {
      const object: Item = parse(document);
      const injected = object?.kind === "List" ? injectedList(object, injection) : injectedObject(object, injection);
      if (injected === undefined) return `${document.replace(/^\n+/, "").trimEnd()}\n---\n`;
      return `${stringify(injected, { aliasDuplicateObjects: false, sortMapEntries: true })}---\n`;
    });
    const output = values.get("output");
    if (output === undefined) context.out(parts.join(""));
    else await writeFile(output, parts.join(""));
    if (injection.warnings.length > 0) context.err(`\n${injection.warnings.map((one) => `${one}\n`).join("")}`);
    return 0;
  },
};

interface Injection {
  readonly inject: (pod: Item) => Item;
  readonly namespace: string;
  readonly warnings: string[];
}

interface Asked {
  readonly istiod: string;
  readonly revision: string;
  readonly namespace: string;
}

/** The installed injector, with what it looks at: its ConfigMaps and the nodes. */
async function injectionOf(context: ToolContext, { istiod, namespace, revision }: Asked): Promise<Injection> {
  await loadInjector();
  const suffix = revision === "" || revision === "default" ? "" : `-${revision}`;
  const maps = await listObjects(context, `/api/v1/namespaces/${istiod}/configmaps`);
  const nodes = await listObjects(context, "/api/v1/nodes");
  for (const [base, advice] of [
    [
      "istio",
      "Use --meshConfigFile or re-run kube-inject with `-i <istioSystemNamespace> and ensure valid MeshConfig exists",
    ],
    [
      "istio-sidecar-injector",
      "Use --injectConfigFile or re-run kube-inject with `-i <istioSystemNamespace>` and ensure istio-sidecar-injector configmap exists",
    ],
  ] as const) {
    const name = `${base}${suffix}`;
    if (maps.some(({ metadata }) => metadata.name === name)) continue;
    const found = `could not read valid configmap "${name}" from namespace "${istiod}": configmaps "${name}" not found`;
    throw new Failure(`${found} - ${advice}`);
  }
  const objects = {
    get: (resource: string, _: string | undefined, name: string): Item | undefined =>
      resource === "/configmaps" ? maps.find(({ metadata }) => metadata.name === name) : undefined,
    list: (resource: string): readonly Item[] => (resource === "/nodes" ? nodes : []),
  };
  const inject = (pod: Item): Item => {
    const injected = injectorServer()?.(pod, { namespace: istiod, name: `istiod${suffix}` }, objects);
    if (injected === undefined) throw new Failure(`unable to read configmap "istio-sidecar-injector${suffix}"`);
    if ("error" in injected) throw new Failure(injected.error);
    return injected.pod;
  };
  return { inject, namespace, warnings: [] };
}

function injectedList(list: Item, injection: Injection): Item {
  const items: readonly Item[] = list.items ?? [];
  return { ...list, items: items.map((one) => injectedObject(one, injection) ?? one) };
}

/** The workload with the sidecar in its pod; undefined for what makes no pods. */
function injectedObject(object: Item, injection: Injection): Item | undefined {
  const path = TEMPLATES[object?.kind];
  if (path === undefined) return undefined;
  const template = path.reduce((value, field) => value?.[field], object);
  if (template?.spec === undefined) return undefined;
  const { apiVersion, kind, metadata } = object;
  const namespace = metadata?.namespace ?? injection.namespace;
  if (template.spec.hostNetwork === true) {
    const whose = JSON.stringify(`${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);
    injection.warnings.push(`===> Skipping injection because ${whose} has host networking enabled\n`);
    return undefined;
  }
  // The pod as the workload's controller would make it: by whom it is owned, it is called after.
  const owned = { apiVersion, kind, name: metadata?.name ?? "", controller: true };
  const own = template.metadata ?? {};
  const made = kind === "Pod" ? {} : { generateName: `${metadata?.name}-`, ownerReferences: [owned] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...own, ...made, namespace }, spec: template.spec };
  const injected = injection.inject(pod);
  const { annotations, labels } = injected.metadata;
  const next = {
    ...template,
    metadata: { ...own, ...(annotations && { annotations }), ...(labels && { labels }) },
    spec: injected.spec,
  };
  return withAt(object, path, next);
}

function withAt(object: Item, [field, ...rest]: readonly string[], value: Item): Item {
  return field === undefined ? value : { ...object, [field]: withAt(object[field], rest, value) };
}
