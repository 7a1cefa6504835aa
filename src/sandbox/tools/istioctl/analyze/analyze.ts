import { loadValidator, releaseNamed } from "../../../istio/index.ts";
import type { ParsedFlags } from "../../flags.ts";
import type { ToolContext } from "../../tool.ts";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { namespaceOf } from "../pods.ts";
import { clientVersion } from "../wish.ts";
import { ANALYZERS } from "./analyzers/index.ts";
import { LEVELS, type Level, MESSAGES } from "./catalogue.ts";
import { clusterResources } from "./cluster.ts";
import { EXTENSIONS_TEXT, type FromFiles, filesOf, readFiles } from "./files.ts";
import { KINDS, type Kind, placeOf } from "./kinds.ts";
import { isAsBad, type Message, messagesOf, type Suppression } from "./messages.ts";
import { analysisPage, errorText, FORMATS, listed, printed, told } from "./print.ts";
import { type Resource, World } from "./world.ts";

/** Exit codes of istioctl. */
const FOUND_ISSUES = 79;
const BAD_DATA = 65;
const BAD_USAGE = 64;

const SWITCHES: readonly (readonly [long: string, short?: string])[] = [
  ["all-namespaces", "A"],
  ["use-kube", "k"],
  ["recursive", "R"],
  ["list-analyzers", "L"],
  ["verbose", "v"],
  ["color"],
  ["ignore-unknown"],
];
const VALUES: readonly (readonly [long: string, short?: string])[] = [
  ["namespace", "n"],
  ["istioNamespace", "i"],
  ["output", "o"],
  ["suppress", "S"],
  ["failure-threshold"],
  ["output-threshold"],
  ["revision"],
  ["timeout"],
];

/** `istioctl analyze`: what is wrong with objects, judged together. */
export const analyze: Command = {
  flags: [
    ...SWITCHES.map(([long, short]) => ({ long, takesValue: false, ...(short && { short }) })),
    ...VALUES.map(([long, short]) => ({ long, takesValue: true, ...(short && { short }) })),
  ],
  run: async (context, given) => {
    const format = (given.values.get("output") ?? "log").toLowerCase();
    if (!FORMATS.includes(format)) {
      context.err(`Error: ${format} not a valid option for format. See istioctl analyze --help\n`);
      return BAD_USAGE;
    }
    const failing = levelOf(given, "failure-threshold", "Error");
    const shown = levelOf(given, "output-threshold", "Info");
    if (isOn(given, "list-analyzers")) {
      context.out(listed(ANALYZERS));
      return 0;
    }
    const files = await filesOf(given.rest, isOn(given, "recursive"), (file) =>
      context.err(`Skipping file ${file}, recognized file extensions are: ${EXTENSIONS_TEXT}\n`),
    );
    const usesKube = isOn(given, "use-kube", true);
    const own = usesKube ? await namespaceOf(context, given) : given.values.get("namespace") || "default";
    if (usesKube && !(await isThere(context, own))) {
      context.err(`namespace ${JSON.stringify(own)} not found\n`);
      return 0;
    }
    const namespace = isOn(given, "all-namespaces") ? "" : own;
    const target = namespace === "" ? "all namespaces" : `namespace: ${namespace}`;
    const suppressions = suppressionsOf(context, given);
    const { messages, errors } = await analyzed(context, given, { files, namespace, suppressions, target, usesKube });
    if (errors.length > 0) context.err(errorText(errors));
    const shownOnes = messages.filter(({ level }) => isAsBad(level, shown));
    context.out(
      `${await printed(shownOnes, format, given.values.get("color") === "true", clientVersion(context), "istioctl-analyze")}\n`,
    );
    if (shownOnes.length === 0)
      context.err(nothingFound(errors.length, files.length > 0 ? files.join("\n") : "", target));
    return format === "log" ? verdict(context, given, { messages, failing, errors, target }) : 0;
  },
};

async function isThere(context: ToolContext, namespace: string): Promise<boolean> {
  const { status, body } = await context.api("GET", `/api/v1/namespaces/${namespace}`);
  if (status >= 300 && status !== 404) throw new Failure(String(body?.message));
  return status < 300;
}

interface Sources {
  readonly files: readonly string[];
  readonly namespace: string;
  readonly suppressions: readonly Suppression[];
  readonly target: string;
  readonly usesKube: boolean;
}

interface Outcome {
  readonly messages: readonly Message[];
  readonly errors: readonly string[];
}

async function analyzed(context: ToolContext, given: ParsedFlags, sources: Sources): Promise<Outcome> {
  const { files, namespace, suppressions, target, usesKube } = sources;
  if (!usesKube && files.length === 0) {
    throw new Failure("at least one file and/or Kubernetes source must be provided");
  }
  await loadValidator();
  const inCluster = usesKube ? await clusterResources(context, given.values.get("revision") ?? "default") : [];
  // Without a cluster, what only a cluster has cannot be known: what asks for it does not run.
  const known = new Set((Object.keys(KINDS) as Kind[]).filter((kind) => placeOf(kind).runtime !== true));
  const definitions = releaseNamed(clientVersion(context))?.definitions ?? "";
  const { resources, errors }: FromFiles = await readFiles(files, { namespace, kinds: known, definitions });
  const world = new World(overlaid(resources, inCluster));
  const running = ANALYZERS.filter(({ inputs }) => usesKube || inputs.every((kind) => known.has(kind)));
  if (isOn(given, "verbose")) context.err(told(target, running, ANALYZERS));
  const findings = running.flatMap((one) => [...one.analyze(world)]);
  return { messages: messagesOf(findings, namespace, suppressions), errors };
}

/** Files stand for what the cluster would have of the same name. */
function overlaid(first: readonly Resource[], second: readonly Resource[]): readonly Resource[] {
  const keyOf = ({ kind, name, namespace }: Resource): string => `${kind}/${namespace}/${name}`;
  const keys = new Set(first.map(keyOf));
  return [...first, ...second.filter((one) => !keys.has(keyOf(one)))];
}

interface Verdict extends Outcome {
  readonly failing: Level;
  readonly target: string;
}

function verdict(context: ToolContext, given: ParsedFlags, { errors, failing, messages, target }: Verdict): number {
  if (messages.some(({ level }) => isAsBad(level, failing))) {
    context.err(`Error: Analyzers found issues when analyzing ${target}.\n`);
    context.err(`See ${analysisPage(clientVersion(context))} for more information about causes and resolutions.\n`);
    return FOUND_ISSUES;
  }
  if (errors.length === 0 || isOn(given, "ignore-unknown")) return 0;
  context.err("Error: Some files couldn't be parsed.\n");
  return BAD_DATA;
}

function nothingFound(errors: number, files: string, target: string): string {
  if (errors === 0) return `✔ No validation issues found when analyzing ${files || target}.\n`;
  return `No validation issues found when analyzing ${target} (but 1 file could not be parsed).\n`;
}

function isOn({ values }: ParsedFlags, name: string, byDefault = false): boolean {
  const value = values.get(name) ?? String(byDefault);
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  const parsing = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new Failure(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${parsing}`);
}

function levelOf({ values }: ParsedFlags, name: string, byDefault: Level): Level {
  const value = values.get(name) ?? byDefault;
  const found = LEVELS.find((level) => level.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  const wanted = `${JSON.stringify(value)} not a valid option, please choose from: [${LEVELS.toReversed().join(" ")}]`;
  throw new Failure(`invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${wanted}`);
}

function suppressionsOf(context: ToolContext, { all }: ParsedFlags): readonly Suppression[] {
  return (all.get("suppress") ?? []).map((text) => {
    const [code = "", resource, ...more] = text.split("=");
    if (resource === undefined || more.length > 0) {
      throw new Failure(`${text} is not a valid suppression value. See istioctl analyze --help`);
    }
    if (!Object.hasOwn(MESSAGES, code)) {
      const warning = `Supplied message code '${code}' is an unknown message code and will not have any effect.`;
      context.err(`Warning: ${warning}\n`);
    }
    return { code, resource };
  });
}
