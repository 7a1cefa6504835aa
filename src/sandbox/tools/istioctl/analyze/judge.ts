import { infoOf } from "./kinds.ts";
import { LEVELS, MESSAGES } from "./messages.ts";
import { type Analyzer, fullName, type Message, type World } from "./model.ts";
import { filled } from "./template.ts";

/** A code and the resources for which it is not to be told; `*` stands for any text. */
export interface Suppression {
  readonly code: string;
  readonly resource: string;
}

export interface Scope {
  /** Empty for all. */
  readonly namespace: string;
  readonly suppressions: readonly Suppression[];
}

const SUPPRESS = "galley.istio.io/analyze-suppress";

/** What analyzers find, without what is out of scope or not to be told, sorted, each once. */
export function judge(analyzers: readonly Analyzer[], world: World, scope: Scope): readonly Message[] {
  const found = analyzers.flatMap((one) => [...one.analyze(world)]).filter((one) => isTold(one, scope));
  return sorted(found);
}

/** Messages in upstream's order: by level, code, object, then by what they say; each once. */
export function sorted(messages: readonly Message[]): readonly Message[] {
  const keyed = messages.map((message) => ({ message, keys: keysOf(message) }));
  keyed.sort((one, other) => {
    const index = one.keys.findIndex((key, at) => key !== other.keys[at]);
    return index < 0 ? 0 : (one.keys[index] ?? "") < (other.keys[index] ?? "") ? -1 : 1;
  });
  return keyed.filter(({ keys }, at) => keys.at(-1) !== keyed[at - 1]?.keys.at(-1)).map(({ message }) => message);
}

function keysOf(message: Message): readonly string[] {
  const { code, level } = MESSAGES[message.name];
  const { kind, name, namespace } = message.resource;
  const object = `${infoOf(kind).kind}/${name}/${namespace}`;
  return [String(LEVELS.indexOf(level)), code, object, textOf(message)];
}

/** A message as it is logged, without colour. */
export function textOf(message: Message): string {
  const { code, level } = MESSAGES[message.name];
  return `${level} [${code}] ${restOf(message)}`;
}

/** What follows level and code in the log: the origin, and the words. */
export function restOf(message: Message): string {
  const place = placeOf(message);
  const origin = `${friendlyName(message)}${place === undefined ? "" : ` ${place}`}`;
  return `(${origin}) ${wordsOf(message)}`;
}

export function wordsOf({ name, args }: Message): string {
  return filled(MESSAGES[name].template, args);
}

/** `Kind namespace/name`; of the cluster itself the kind alone. */
export function friendlyName({ resource }: Pick<Message, "resource">): string {
  return [infoOf(resource.kind).kind, fullName(resource)].filter((one) => one !== "").join(" ");
}

/** `file:line`; undefined for an object of the cluster. JSON has no lines. */
export function placeOf({ resource, line }: Message): string | undefined {
  const { source } = resource;
  if (source === undefined) return undefined;
  return source.file.endsWith(".json") ? source.file : `${source.file}:${line ?? source.line}`;
}

function isTold(message: Message, { namespace, suppressions }: Scope): boolean {
  const { resource, name } = message;
  const own = resource.kind === "Namespace" ? resource.name : resource.namespace;
  if (namespace !== "" && own !== "" && own !== namespace) return false;
  const { code } = MESSAGES[name];
  const annotated = (resource.annotations[SUPPRESS] ?? "").split(",");
  if (annotated.includes("*") || annotated.includes(code)) return false;
  return !suppressions.some((one) => one.code === code && isGlobbed(one.resource, friendlyName(message)));
}

function isGlobbed(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((one) => one.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
