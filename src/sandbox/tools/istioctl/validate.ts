import { errorList, findDecodeError, loadValidator, releaseNamed, validatorServer } from "../../istio/index.ts";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { documentsOf, filesNamed, readInput } from "./input.ts";
import { type Item, namespaceOf } from "./pods.ts";
import { clientVersion } from "./wish.ts";

const MISSING = `error: you must specify resources by --filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;
const FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const REQUIREMENTS = "https://istio.io/v1.31/docs/ops/deployment/application-requirements/";
const PROTOCOLS = /^(?:grpc|grpc-web|hbone|http|http2|http_proxy|https|mongo|mysql|redis|tcp|tls|udp)$/i;

interface Told {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** `istioctl validate`: what istiod would say of files, without a cluster. */
export const validate: Command = {
  flags: [
    { long: "filename", short: "f", takesValue: true },
    { long: "namespace", short: "n", takesValue: true },
    { long: "referential", short: "x", takesValue: false },
  ],
  run: async (context, given) => {
    const names = (given.all.get("filename") ?? []).flatMap((one) => one.split(","));
    if (names.length === 0) throw new Failure(MISSING);
    await loadValidator();
    const namespace = await namespaceOf(context, given);
    const told = new Map<string, Told>();
    const errors: string[] = [];
    for (const name of names) {
      try {
        for (const file of await filesNamed(name)) told.set(file, await judgeFile(context, file, namespace));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        errors.push(error.message);
      }
    }
    errors.push(...[...told.values()].flatMap((one) => one.errors));
    for (const [file, { warnings }] of told) tell(context, file, warnings, errors.length > 0);
    if (errors.length > 0) throw new Failure(errorList(errors).trimEnd());
    return 0;
  },
};

/** A file's line on stderr, where istioctl writes it. Once there are errors, only warnings are told. */
function tell(context: ToolContext, file: string, warnings: readonly string[], hasErrors: boolean): void {
  const list = `\n\t${warnings.map((one) => `* ${one}`).join("\n\t")}\n`;
  if (file === "-") {
    if (warnings.length > 0) context.err(list);
    else if (!hasErrors) context.err("validation succeed\n");
  } else if (warnings.length > 0) context.err(`${JSON.stringify(file)} has warnings: ${list}\n`);
  else if (!hasErrors) context.err(`${JSON.stringify(file)} is valid\n`);
}

async function judgeFile(context: ToolContext, file: string, namespace: string): Promise<Told> {
  const { parse } = await import("../yaml.ts");
  const errors: string[] = [];
  const warnings: string[] = [];
  for (const document of documentsOf(await readInput(file))) {
    let object: Item;
    try {
      object = parse(document);
    } catch (error) {
      errors.push(`failed to decode file ${file}:  ${error instanceof Error ? error.message : String(error)}`);
      break;
    }
    const { namespace: own = "", name = "" } = object?.metadata ?? {};
    const whose = `${object?.kind ?? ""}/${own}/${name}:`;
    const told = await judge(context, object, namespace);
    errors.push(...told.errors.map((one) => `${whose} ${one}`));
    warnings.push(...told.warnings.map((one) => `${whose} ${one}`));
  }
  return { errors, warnings };
}

async function judge(context: ToolContext, object: Item, namespace: string): Promise<Told> {
  const isObject = typeof object?.apiVersion === "string" && typeof object.kind === "string";
  const found = isObject ? validatorServer()?.({ metadata: {}, ...object }, namespace) : undefined;
  if (found !== undefined) {
    const fault = await findDecodeError(object, releaseNamed(clientVersion(context))?.definitions ?? "");
    if (fault !== undefined) return { errors: [`cannot parse proto message: ${fault}`], warnings: [] };
    const unknown = Object.keys(object).filter((field) => !FIELDS.has(field));
    if (unknown.length > 0) {
      return { errors: unknown.map((field) => `unknown field ${JSON.stringify(field)}`), warnings: [] };
    }
    return found;
  }
  const items: readonly Item[] = object?.kind === "List" ? (object.items ?? []) : [object];
  return { errors: items.flatMap((one) => judgePorts(one)), warnings: [] };
}

/** A Service whose ports do not say what they speak. */
function judgePorts({ kind, metadata = {}, spec = {} }: Item = {}): readonly string[] {
  if (kind !== "Service" || metadata.namespace === "istio-system") return [];
  const whose = JSON.stringify(`${metadata.name ?? ""}/${metadata.namespace ?? ""}/:`);
  return (spec.ports ?? []).flatMap(({ appProtocol, name, protocol }: Item): readonly string[] => {
    if (String(protocol ?? "").toUpperCase() === "UDP") return [];
    if (appProtocol) {
      const advice = "https://istio.io/v1.31/docs/ops/configuration/traffic-management/protocol-selection/";
      const what = `service ${whose} doesn't follow Istio protocol selection. This is not recommended, See ${advice}`;
      return PROTOCOLS.test(appProtocol) ? [] : [what];
    }
    if (!name) return [`service ${whose} has an unnamed port. This is not recommended, See ${REQUIREMENTS}`];
    const follows = PROTOCOLS.test(String(name).split("-")[0] ?? "");
    const fault = `service ${whose} port ${JSON.stringify(name)} does not follow the Istio naming convention.`;
    return follows ? [] : [`${fault} See ${REQUIREMENTS}`];
  });
}
