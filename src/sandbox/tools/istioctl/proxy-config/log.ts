import type { ParsedFlags } from "../../flags.ts";
import type { ToolContext } from "../../tool.ts";
import { Failure } from "../failure.ts";
import { askEnvoy, namespaceOf, type PodName, podsNamed, podsSelected } from "../pods.ts";

const LEVELS: Readonly<Record<string, string>> = {
  trace: "trace",
  debug: "debug",
  info: "info",
  warning: "warning",
  warn: "warning",
  error: "error",
  critical: "critical",
  off: "off",
};
/** All loggers at once. */
const EACH = "level";

/** `proxy-config log`: shows the levels of a proxy's own log, sets them, or takes them back to `warning`. */
export async function logLevels(context: ToolContext, given: ParsedFlags, args: readonly string[]): Promise<number> {
  const { values } = given;
  const selector = values.get("selector");
  if (selector === undefined && args.length < 1) throw new Failure("log requires pod name or --selector");
  const isReset = values.get("reset") === "true";
  const level = values.get("level");
  if (isReset && level !== undefined) throw new Failure("--level cannot be combined with --reset");
  if (!["short", undefined].includes(values.get("output"))) {
    throw new Failure("--output is not applicable for this command");
  }
  const namespace = await namespaceOf(context, given);
  const pods =
    selector === undefined
      ? await podsNamed(context, args[0] ?? "", namespace)
      : await podsSelected(context, namespace, selector);
  for (const pod of pods) {
    const known = await logging(context, pod, "");
    const wishes = isReset ? [[EACH, "warning"] as const] : wishesOf(level, known);
    let answer = known;
    for (const [name, wish] of wishes) answer = await logging(context, pod, `?${name}=${wish}`);
    context.out(`${pod.name}.${pod.namespace}:\n${answer}`);
  }
  return 0;
}

async function logging(context: ToolContext, pod: PodName, query: string): Promise<string> {
  try {
    return await askEnvoy(context, pod, `logging${query}`, "POST");
  } catch (error) {
    throw error instanceof Failure ? new Failure(`failed to execute command on Envoy: ${error.message}`) : error;
  }
}

/** `debug`, `http:debug,redis:info`; all loggers come before single ones. */
function wishesOf(text: string | undefined, known: string): readonly (readonly [logger: string, level: string])[] {
  if (text === undefined) return [];
  const wishes = new Map<string, string>();
  for (const one of text.split(",")) {
    const own = one.split("::").at(-1) ?? "";
    const [name = "", level] = /[:=]/.test(own) ? own.split(/[:=]/, 2) : [EACH, own];
    if (name !== EACH && !known.includes(`  ${name}:`)) throw new Failure(`unrecognized logger name: ${name}`);
    const full = Object.hasOwn(LEVELS, level ?? "") ? LEVELS[level ?? ""] : undefined;
    if (full === undefined) throw new Failure(`unrecognized logging level: ${level}`);
    if (name === EACH) wishes.clear();
    wishes.set(name, full);
  }
  return [...wishes].toSorted(([a], [b]) => Number(b === EACH) - Number(a === EACH));
}
