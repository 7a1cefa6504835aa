import { type Component, componentsOf, defaultTag, type Installation } from "../../istio/index.ts";
import type { ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { apply, find, installed, managed, pathOf, remove } from "./objects.ts";
import { installationOf, WISH_FLAGS } from "./wish.ts";

const BOAT = String.raw`
        |\          
        | \         
        |  \        
        |   \       
      /||    \      
     / ||     \     
    /  ||      \    
   /   ||       \   
  /    ||        \  
 /     ||         \ 
/______||__________\
____________________
  \__       _____/  
     \_____/        

`.slice(1);

const WORDS: Readonly<Record<Component["kind"], readonly [title: string, sign: string]>> = {
  Base: ["Istio core", "⛵️"],
  Pilot: ["Istiod", "🧠"],
  IngressGateways: ["Ingress gateways", "🛬"],
  EgressGateways: ["Egress gateways", "🛫"],
};

const POLL_MS = 20;
const PATIENCE_MS = 300_000;

/** `istioctl install`: everything through the API, each component awaited before what builds on it. */
export const install: Command = {
  flags: [
    ...WISH_FLAGS,
    { long: "dry-run", takesValue: false },
    { long: "skip-confirmation", short: "y", takesValue: false },
  ],
  run: runInstall,
};

async function runInstall(context: ToolContext, given: ParsedFlags): Promise<number> {
  const { values } = given;
  const installation = await installationOf(context, given);
  const { profile, release } = installation;
  if ((await context.call<{ clusters: readonly unknown[] }>("clusters")).clusters.length === 0) {
    throw new Failure("the sandbox has no cluster, expected one to install into: `kind create cluster` makes it");
  }
  context.err(BOAT);
  await warnOfUpgrade(context, installation);
  if (values.get("skip-confirmation") !== "true" && values.get("dry-run") !== "true") {
    context.out(
      `This will install the Istio ${release.version} profile "${profile}" into the cluster. Proceed? (y/N) `,
    );
    if (!/^y(es)?$/i.test(((await context.readLine()) ?? "").trim())) {
      context.out("Cancelled.\n");
      return 1;
    }
  }
  const { stringify } = await import("../yaml.ts");
  const components = componentsOf(installation, stringify);
  if (values.get("dry-run") === "true") return 0;
  await makeNamespace(context, installation.namespace);
  await applyAll(context, installation, components);
  context.err("- Pruning removed resources\n");
  await prune(context, installation, components);
  context.err("✔ Installation complete\n");
  return 0;
}

async function warnOfUpgrade(context: ToolContext, { namespace, release, revision }: Installation): Promise<void> {
  const name = revision === "" ? "istiod" : `istiod-${revision}`;
  const before = await find(context, pathOf({ kind: "Deployment", metadata: { namespace, name } }));
  const version = before?.metadata.labels?.["operator.istio.io/version"];
  if (version === undefined || version === release.version) return;
  const isUpgrade = version.localeCompare(release.version, undefined, { numeric: true }) < 0;
  const word = isUpgrade ? "upgraded" : "downgraded";
  context.err(`WARNING: Istio is being ${word} from ${version} to ${release.version}.\n`);
}

async function makeNamespace(context: ToolContext, name: string): Promise<void> {
  if ((await find(context, `/api/v1/namespaces/${name}`)) !== undefined) return;
  const { status, body } = await context.api("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  });
  if (status >= 300) throw new Failure(String(body.message));
}

/** The core, then istiod, then the gateways together. */
async function applyAll(
  context: ToolContext,
  installation: Installation,
  components: readonly Component[],
): Promise<void> {
  const gateways = components.filter(({ kind }) => kind.endsWith("Gateways"));
  const steps = [...components.filter((one) => !gateways.includes(one)).map((one) => [one]), gateways];
  for (const step of steps.filter((one) => one.length > 0)) {
    const titles = step
      .map(({ kind }) => WORDS[kind][0])
      .sort()
      .join(", ");
    context.err(`- Processing resources for ${titles}.\n`);
    for (const { kind, objects } of step) {
      for (const object of objects) await apply(context, managed(object, kind, installation.release.version));
    }
    const waited = step.flatMap(({ objects }) => objects).filter((one) => one.kind === "Deployment");
    const names = waited.map(({ metadata }) => `Deployment/${metadata.namespace}/${metadata.name}`).sort();
    if (names.length > 0) context.err(`- Processing resources for ${titles}. Waiting for ${names.join(", ")}\n`);
    await Promise.all(
      step.map(async ({ kind, objects }) => {
        await untilReady(context, objects);
        context.err(`✔ ${WORDS[kind][0]} installed ${WORDS[kind][1]}\n`);
      }),
    );
    if (step.some(({ kind }) => kind === "Pilot")) await tagDefault(context, installation);
  }
}

/** The first revision is the default one, whatever it is called. */
async function tagDefault(context: ToolContext, installation: Installation): Promise<void> {
  const path = pathOf({ kind: "MutatingWebhookConfiguration", metadata: { name: "istio-revision-tag-default" } });
  if (installation.revision !== "" && (await find(context, path)) !== undefined) return;
  for (const object of defaultTag(installation))
    await apply(context, managed(object, "Pilot", installation.release.version));
}

async function untilReady(context: ToolContext, objects: Component["objects"]): Promise<void> {
  const end = context.now() + PATIENCE_MS;
  const waiting = new Set(objects.filter(({ kind }) => kind === "Deployment" || kind === "CustomResourceDefinition"));
  while (waiting.size > 0) {
    for (const object of waiting) {
      const found = await find(context, pathOf(object));
      if (found !== undefined && isReady(found)) waiting.delete(object);
    }
    if (waiting.size === 0) return;
    if (context.now() > end) {
      const names = [...waiting].map(({ kind, metadata }) => `  ${kind}/${metadata.namespace ?? ""}/${metadata.name}`);
      throw new Failure(
        `failed to wait for resource: resources not ready after 5m0s: context deadline exceeded\n${names.join("\n")}`,
      );
    }
    await context.sleep(POLL_MS);
  }
}

function isReady({ kind, metadata, spec, status }: Component["objects"][number]): boolean {
  if (kind === "CustomResourceDefinition") {
    const conditions: readonly { type: string; status: string }[] = status?.conditions ?? [];
    return conditions.some((one) => one.type === "Established" && one.status === "True");
  }
  const wanted = Number(spec?.replicas ?? 1);
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0 } = status ?? {};
  return observedGeneration >= Number(metadata.generation ?? 0) && updatedReplicas >= wanted && readyReplicas >= wanted;
}

/** What an earlier installation of this revision had and this one has not. */
async function prune(
  context: ToolContext,
  installation: Installation,
  components: readonly Component[],
): Promise<void> {
  const wanted = new Set([...components.flatMap(({ objects }) => objects), ...defaultTag(installation)].map(pathOf));
  const selector = `operator.istio.io/managed=Reconcile,istio.io/rev=${installation.revision || "default"}`;
  for (const object of await installed(context, selector)) {
    if (!wanted.has(pathOf(object))) await remove(context, object);
  }
}
