import type { Command, Step } from "../../lesson/index.ts";
import { blockKey, type Recording } from "./recording.ts";

/** What to show in place of a live output, and where it comes from. */
export interface Fallback {
  /** `recorded, 2026-11-24`, or `as the page shows it`: never passed off as live. */
  readonly label: string;
  readonly blocks: readonly { readonly command: Command; readonly output: string }[];
}

/**
 * What a step printed in the recorded run; a command that was edited since has none. Else what the page shows of it.
 * `solved`: of its solution. Undefined: neither has anything.
 */
export function fallbackOf(step: Step, recording: Recording | undefined, solved: boolean): Fallback | undefined {
  const commands = (solved && step.solution !== undefined ? [step.solution] : step.commands).filter(
    ({ file }) => file === undefined,
  );
  if (commands.length === 0) return undefined;
  const recorded = commands.map((command) => ({
    command,
    output: recording?.blocks.find(({ key }) => key === blockKey(step.id, command.source))?.output,
  }));
  const isWhole = recorded.every((one): one is { command: Command; output: string } => one.output !== undefined);
  if (recording !== undefined && isWhole) return { label: `Recorded, ${labelOf(recording)}`, blocks: recorded };
  const onPage = commands.map((command) => ({
    command,
    output: command.expectations.map(({ source }) => source.trimEnd()).join("\n"),
  }));
  if (onPage.every(({ output }) => output === "")) return undefined;
  return { label: "Not run: as the page shows it", blocks: onPage };
}

function labelOf({ at, target }: Recording): string {
  return `${new Date(at).toISOString().slice(0, 10)}, on ${target}`;
}
