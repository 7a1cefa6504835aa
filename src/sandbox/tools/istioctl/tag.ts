import { decideInstallation, tagObjects } from "../../istio/index.ts";
import type { ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { apply } from "./objects.ts";
import { type Item, listObjects } from "./pods.ts";
import { columns } from "./table.ts";
import { clientVersion } from "./wish.ts";

const MUTATING = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const REVISION = "istio.io/rev";
const TAG = "istio.io/tag";

const SETTING = [
  { long: "auto-inject-namespaces", takesValue: false },
  { long: "overwrite", takesValue: false },
  { long: "revision", short: "r", takesValue: true },
  { long: "skip-confirmation", short: "y", takesValue: false },
];

/** `istioctl tag set`: another name for a revision, which namespaces are labelled with. */
export const tagSet: Command = {
  flags: SETTING,
  run: async (context, given) => {
    const { revision, tag } = wishOf(given);
    for (const object of await objectsOf(context, given, false)) await apply(context, object);
    context.out(
      `Revision tag ${JSON.stringify(tag)} created, referencing control plane revision ${JSON.stringify(revision)}. To enable injection using this\nrevision tag, use 'kubectl label namespace <NAMESPACE> istio.io/rev=${tag}'\n`,
    );
    return 0;
  },
};

/** `istioctl tag generate`: the same as YAML. */
export const tagGenerate: Command = {
  flags: SETTING,
  run: async (context, given) => {
    const { stringify } = await import("../yaml.ts");
    const objects = await objectsOf(context, given, true);
    context.out(objects.map((one) => stringify(one, { aliasDuplicateObjects: false })).join("---\n"));
    return 0;
  },
};

/** `istioctl tag list`: tags, what they stand for, who is labelled with them. */
export const tagList: Command = {
  flags: [{ long: "output", short: "o", takesValue: true }],
  run: async (context, { values }) => {
    const hooks = await listObjects(context, MUTATING, REVISION);
    if (hooks.length === 0) {
      context.out("No Istio revision tag MutatingWebhookConfigurations to list\n");
      return 0;
    }
    const all = hooks.map(({ metadata }) => ({ tag: metadata.labels[TAG] ?? "", revision: metadata.labels[REVISION] }));
    const shown = all.filter(
      ({ revision, tag }) => tag !== "" || !all.some((one) => one.tag !== "" && one.revision === revision),
    );
    shown.sort((a, b) => order(a.revision, b.revision) || order(a.tag, b.tag));
    const tags = await Promise.all(
      shown.map(async (one) => ({ ...one, namespaces: await namespacesOf(context, one.tag) })),
    );
    const format = values.get("output") ?? "table";
    if (format === "json") context.out(`${JSON.stringify(tags, undefined, "\t")}\n`);
    else if (format === "yaml") context.out(`${(await import("../yaml.ts")).stringify(tags)}\n`);
    else if (format !== "table") throw new Failure(`unknown format: ${format}`);
    else {
      const rows = tags.map(({ namespaces, revision, tag }) => [tag, revision, namespaces.join(",")]);
      context.out(columns([["TAG", "REVISION", "NAMESPACES"], ...rows], 1));
    }
    return 0;
  },
};

/** `istioctl tag remove`: asked first when a namespace still has it. */
export const tagRemove: Command = {
  flags: [{ long: "skip-confirmation", short: "y", takesValue: false }],
  run: async (context, { rest, values }) => {
    const [tag] = rest;
    if (tag === undefined) throw new Failure("must provide a tag for removal");
    if (rest.length > 1) throw new Failure("must provide a single tag for removal");
    const hooks = await listObjects(context, MUTATING, `${TAG}=${tag}`);
    const name = JSON.stringify(tag);
    if (hooks.length === 0) {
      throw new Failure(`cannot remove tag ${name}: cannot find MutatingWebhookConfiguration for tag`);
    }
    const namespaces = await namespacesOf(context, tag);
    if (namespaces.length > 0 && values.get("skip-confirmation") !== "true") {
      const caution = `Caution, found ${namespaces.length} namespace(s) still injected by tag ${name}:`;
      context.out(`${caution} ${namespaces.join(" ")}\nProceed with operation? [y/N]`);
      if (!/^y(es)?$/i.test(((await context.readLine()) ?? "").trim())) {
        context.out("Aborting operation.\n");
        return 0;
      }
    }
    for (const { metadata } of hooks) {
      const { status, body } = await context.api("DELETE", `${MUTATING}/${metadata.name}`);
      if (status >= 300 && status !== 404) throw new Failure(String(body.message));
    }
    context.out(`Revision tag ${tag} removed\n`);
    return 0;
  },
};

function order(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

async function namespacesOf(context: ToolContext, tag: string): Promise<readonly string[]> {
  const namespaces = await listObjects(context, "/api/v1/namespaces", `${REVISION}=${tag}`);
  return namespaces.map(({ metadata }) => metadata.name);
}

function wishOf({ rest, values }: ParsedFlags): { readonly tag: string; readonly revision: string } {
  const [tag] = rest;
  if (tag === undefined) throw new Failure("must provide a tag for modification");
  if (rest.length > 1) throw new Failure("must provide a single tag for creation");
  const revision = values.get("revision");
  if (revision === undefined) throw new Failure('required flag(s) "revision" not set');
  return { tag, revision };
}

/** What makes a tag: an injector of its own; for `default` also the validator of what names no revision. */
async function objectsOf(context: ToolContext, given: ParsedFlags, isGenerated: boolean): Promise<readonly Item[]> {
  const { revision, tag } = wishOf(given);
  const mayOverwrite = given.values.get("overwrite") === "true";
  const own = `${REVISION}=${tag},!${TAG}`;
  const isRevision = tag !== "default" && (await listObjects(context, MUTATING, own)).length > 0;
  if (isRevision && !isGenerated && !mayOverwrite) {
    throw new Failure(
      `cannot create revision tag ${JSON.stringify(tag)}: found existing control plane revision with same name`,
    );
  }
  const [canonical] = await listObjects(context, MUTATING, `${REVISION}=${revision},!${TAG}`);
  if (canonical === undefined) {
    const missing = `cannot find MutatingWebhookConfiguration with revision ${JSON.stringify(revision)}`;
    throw new Failure(`cannot modify tag: ${missing}`);
  }
  if (!mayOverwrite && (await listObjects(context, MUTATING, `${TAG}=${tag}`)).length > 0) {
    throw new Failure(`revision tag ${JSON.stringify(tag)} already exists, and --overwrite is false`);
  }
  const everywhere = given.values.get("auto-inject-namespaces") === "true";
  const installation = decideInstallation({
    version: clientVersion(context),
    ...(revision !== "default" && { revision }),
    sets: everywhere ? ["values.sidecarInjectorWebhook.enableNamespacesByDefault=true"] : [],
  });
  const { caBundle } = canonical.webhooks[0]?.clientConfig ?? {};
  return tagObjects(installation, tag).map((object: Item) => ({
    ...object,
    webhooks: object.webhooks.map((one: Item) => ({
      ...one,
      clientConfig: { ...one.clientConfig, ...(caBundle && { caBundle }) },
    })),
  }));
}
