import { errorList, loadValidator, releaseNamed } from "../../../istio/index.ts";
import type { ParsedFlags } from "../../flags.ts";
import type { ToolContext } from "../../tool.ts";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { namespaceOf } from "../pods.ts";
import { clientVersion } from "../wish.ts";
import { analyzersOf } from "./analyzers/all.ts";
import { clusterResources } from "./cluster.ts";
import { parseFile } from "./documents.ts";
import { gatherFiles, type Named } from "./files.ts";
import { formatOf, formatted } from "./format.ts";
import { judge, type Suppression } from "./judge.ts";
import { allKinds, infoOf } from "./kinds.ts";
import { isKnownCode, MESSAGES } from "./messages.ts";
import type { Analyzer, Resource, World } from "./model.ts";
import { isAsBad, isOn, levelOf } from "./options.ts";
import { worldOf } from "./world.ts";

const WRONG_USAGE = 64;
const UNREADABLE = 65;
const FOUND_ISSUES = 79;

/** `istioctl analyze`: what is wrong with objects of the cluster, of files, or of both together. */
export const analyze: Command = {
  flags: [
    { long: "all-namespaces", short: "A", takesValue: false },
    { long: "color", takesValue: false },
    { long: "failure-threshold", takesValue: true },
    { long: "ignore-unknown", takesValue: false },
    { long: "istioNamespace", short: "i", takesValue: true },
    { long: "list-analyzers", short: "L", takesValue: false },
    { long: "meshConfigFile", takesValue: true },
    { long: "namespace", short: "n", takesValue: true },
    { long: "output", short: "o", takesValue: true },
    { long: "output-threshold", takesValue: true },
    { long: "recursive", short: "R", takesValue: false },
    { long: "revision", takesValue: true },
    { long: "suppress", short: "S", takesValue: true },
    { long: "timeout", takesValue: true },
    { long: "use-kube", short: "k", takesValue: false },
    { long: "verbose", short: "v", takesValue: false },
  ],
  run: async (context, given) => {
    const asked = (given.values.get("output") ?? "log").toLowerCase();
    const format = formatOf(asked);
    if (format === undefined) {
      context.err(`Error: ${asked} not a valid option for format. See istioctl analyze --help\n`);
      return WRONG_USAGE;
    }
    const [, minor = ""] = clientVersion(context).split(".");
    const analyzers = analyzersOf(Number(minor));
    if (isOn(given, "list-analyzers", false)) {
      context.out(analyzersText(analyzers));
      return 0;
    }
    const failure = levelOf(given, "failure-threshold", "Error");
    const output = levelOf(given, "output-threshold", "Info");
    const files = await gatherFiles(given.rest, isOn(given, "recursive", false), context.err);
    const usesCluster = isOn(given, "use-kube", true);
    const named = usesCluster ? await namespaceOf(context, given) : given.values.get("namespace") || "default";
    if (usesCluster && !(await isNamespace(context, named))) {
      context.err(`namespace ${JSON.stringify(named)} not found\n`);
      return 0;
    }
    const namespace = isOn(given, "all-namespaces", false) ? "" : named;
    const target = namespace === "" ? "all namespaces" : `namespace: ${namespace}`;
    const suppressions = suppressionsOf(context, given);
    if (!usesCluster && files.length === 0)
      throw new Failure("at least one file and/or Kubernetes source must be provided");
    const read = await readFiles(context, files, namespace);
    const world = await worldFor(context, given, read.resources, usesCluster);
    const able = analyzers.filter((one) => usesCluster || one.inputs.every((kind) => infoOf(kind).isRuntime !== true));
    await loadValidator();
    const messages = judge(able, world, { namespace, suppressions });
    if (isOn(given, "verbose", false)) context.err(verboseText(target, analyzers, able));
    const isColoured = isOn(given, "color", context.isTerminal === true);
    const shown = messages.filter(({ name }) => isAsBad(MESSAGES[name].level, output));
    context.out(`${await formatted(shown, format, minor, isColoured, "istioctl-analyze")}\n`);
    if (shown.length === 0) context.err(clean(target, files, read.hasErrors));
    if (format !== "log") return 0;
    if (messages.some(({ name }) => isAsBad(MESSAGES[name].level, failure))) {
      const documents = `https://istio.io/v1.${minor}/docs/reference/config/analysis`;
      context.err(
        `Error: Analyzers found issues when analyzing ${target}.\nSee ${documents} for more information about causes and resolutions.\n`,
      );
      return FOUND_ISSUES;
    }
    if (!read.hasErrors || isOn(given, "ignore-unknown", false)) return 0;
    context.err("Error: Some files couldn't be parsed.\n");
    return UNREADABLE;
  },
};

async function isNamespace(context: ToolContext, name: string): Promise<boolean> {
  const { status, body } = await context.api("GET", `/api/v1/namespaces/${name}`);
  if (status >= 300 && status !== 404) throw new Failure(String(body?.message));
  return status !== 404;
}

function suppressionsOf(context: ToolContext, { all }: ParsedFlags): readonly Suppression[] {
  return (all.get("suppress") ?? []).map((text) => {
    const [code = "", resource, ...more] = text.split("=");
    if (resource === undefined || more.length > 0)
      throw new Failure(`${text} is not a valid suppression value. See istioctl analyze --help`);
    if (!isKnownCode(code))
      context.err(
        `Warning: Supplied message code '${code}' is an unknown message code and will not have any effect.\n`,
      );
    return { code, resource };
  });
}

interface Read {
  readonly resources: readonly Resource[];
  readonly hasErrors: boolean;
}

async function readFiles(context: ToolContext, files: readonly Named[], namespace: string): Promise<Read> {
  const definitions = releaseNamed(clientVersion(context))?.definitions ?? "";
  const resources: Resource[] = [];
  const errors: string[] = [];
  for (const { name, text } of files) {
    const found = await parseFile(name, text, { namespace, definitions });
    resources.push(...found.resources);
    if (found.errors.length > 0)
      errors.push(`errors parsing content ${JSON.stringify(name)}: ${errorList(found.errors)}`);
  }
  if (errors.length > 0) context.err(`Error(s) adding files: ${errorList(errors)}`);
  return { resources, hasErrors: errors.length > 0 };
}

async function worldFor(
  context: ToolContext,
  { values }: ParsedFlags,
  files: readonly Resource[],
  usesCluster: boolean,
): Promise<World> {
  const { parse } = await import("../../yaml.ts");
  const istioNamespace = values.get("istioNamespace") || "istio-system";
  const revision = values.get("revision") || "default";
  const cluster = usesCluster ? await clusterResources(context, allKinds(), istioNamespace, revision) : [];
  const own = cluster.find(({ kind, name }) => kind === "ConfigMap" && name === "istio")?.object.data ?? {};
  const meshFile = values.get("meshConfigFile");
  const [given] = meshFile === undefined ? [] : await gatherFiles([meshFile], false, context.err);
  const mesh = parse(given?.text ?? own.mesh ?? "") ?? {};
  const networks = parse(own.meshNetworks ?? "") ?? {};
  return worldOf({ files, cluster, mesh, networks, istioNamespace, now: context.now() });
}

function clean(target: string, files: readonly Named[], hasErrors: boolean): string {
  if (hasErrors) return `No validation issues found when analyzing ${target} (but 1 file could not be parsed).\n`;
  const what = files.length > 0 ? files.map(({ name }) => name).join("\n") : target;
  return `✔ No validation issues found when analyzing ${what}.\n`;
}

function analyzersText(analyzers: readonly Analyzer[]): string {
  return analyzers
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description }) => `* ${name}:\n    ${description}\n`)
    .join("");
}

function verboseText(target: string, all: readonly Analyzer[], able: readonly Analyzer[]): string {
  const names = (list: readonly Analyzer[]): string => list.map(({ name }) => `\t ${name}\n`).join("");
  const skipped = all.filter((one) => !able.includes(one));
  const told = skipped.length > 0 ? `Skipped analyzers:\n${names(skipped)}` : "";
  return `Analyzed resources in ${target}\n${told}Executed analyzers:\n${names(able)}\n`;
}
