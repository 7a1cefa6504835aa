import { suggest } from "../text/index.ts";
import { readKeys } from "./block-keys.ts";
import type { Context, Script } from "./commands.ts";
import { createFindings } from "./findings.ts";
import type { Condition, TargetName } from "./lesson.ts";
import type { Range } from "./source.ts";

/** A place where a lesson may run: conditions leave blocks out by it, before anything has run. */
interface World {
  readonly target: TargetName;
  readonly os: NonNullable<Condition["os"]>;
  /** Background blocks that run at this point; `maybe` hangs on a condition that only the run knows. */
  readonly running: Map<string, "yes" | "maybe">;
}

/** Judge the names of background blocks, in the order of the file: each is started once, and stopped once at most. */
export function reportBackgrounds(context: Context): void {
  const targets: readonly TargetName[] = ["sandbox", "live", "none"];
  const worlds = targets.flatMap((target) =>
    (["linux", "darwin"] as const).map((os): World => ({ target, os, running: new Map() })),
  );
  const named = new Set<string>();
  for (const script of context.scripts) {
    const { condition, background, stop } = script.command;
    const here = worlds.filter(({ target, os }) => {
      return condition.targets?.includes(target) !== false && (condition.os ?? os) === os;
    });
    if (background !== undefined) start(context, script, background.name, here);
    if (stop !== undefined) end(context, script, stop, { here, named });
    if (background !== undefined) named.add(background.name);
  }
}

/** Whether it runs is known only in the run, or, where it is skipped for good, to somebody who takes the key away. */
function isUnsure({ command }: Script): boolean {
  return command.condition.ifCommand !== undefined || command.condition.skip !== undefined;
}

function start(context: Context, script: Script, name: string, here: readonly World[]): void {
  if (here.some(({ running }) => running.get(name) === "yes")) {
    const message = `A background block named \`${name}\` runs here already, expected a name of its own`;
    context.findings.add("LI043", rangeOfKey(context, script, "background"), message, "stop the first, or rename one");
  }
  for (const { running } of here) {
    // Two of one name under `if` are variants of each other: the run refuses the second where both hold.
    if (!isUnsure(script)) running.set(name, "yes");
    else if (!running.has(name)) running.set(name, "maybe");
  }
}

function end(
  context: Context,
  script: Script,
  name: string,
  { here, named }: { readonly here: readonly World[]; readonly named: ReadonlySet<string> },
): void {
  // A cleanup runs when all is over, wherever it stands: what it stops is only the name's matter.
  const isKnown = script.role === "cleanup" ? named.has(name) : here.some(({ running }) => running.has(name));
  if (!isKnown) {
    const found = named.has(name)
      ? "has been stopped already, or never runs where this does"
      : "names nothing above it";
    const near = named.has(name) ? undefined : suggest(name, named);
    const hint = near === undefined ? "write `background=…` on the block that it stops" : `did you mean \`${near}\`?`;
    const message = `\`stop=${name}\` ${found}, expected a background block that runs`;
    context.findings.add("LI042", rangeOfKey(context, script, "stop"), message, hint);
  }
  if (script.role === "cleanup") return;
  for (const { running } of here) {
    if (!running.has(name)) continue;
    if (isUnsure(script)) running.set(name, "maybe");
    else running.delete(name);
  }
}

function rangeOfKey({ source }: Context, { fence }: Script, name: string): Range {
  const key = readKeys(source, fence, createFindings(source)).find((candidate) => candidate.name === name);
  return key?.range ?? fence.range;
}
