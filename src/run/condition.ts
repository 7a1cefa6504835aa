import type { Command, Condition } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import { judgeEnd } from "./judge.ts";
import type { RunPorts } from "./ports.ts";
import type { StepVerdict } from "./verdict.ts";

/** An `if=` command is a check of the machine: quick, or wrong. */
const IF_TIMEOUT_MS = 10_000;

/**
 * Why a command is left out, or undefined when it runs. An `if=` that ends with any status but 0 leaves the command
 * out; one that could not be judged (syntax error, timeout, session died, interrupted) is that verdict.
 */
export async function leftOut(command: Command, ports: RunPorts, session: Session): Promise<StepVerdict | undefined> {
  const reason = staticReason(command.condition, ports);
  if (reason !== undefined) return { kind: "skipped", reason };
  const source = command.condition.ifCommand;
  if (source === undefined) return undefined;
  const request = { source, mode: "check", timeoutMs: IF_TIMEOUT_MS, stream: "both", signal: ports.signal } as const;
  const { end } = await session.run(request);
  if (end.kind !== "exited") return judgeEnd({ ...command, source }, end);
  if (end.status === 0) return undefined;
  return { kind: "skipped", reason: `\`if="${source}"\` ended with status ${end.status}, not 0` };
}

/** Why a block with the flag `host` is left out; undefined when it may run, and for every other block. */
export async function hostRefusal(command: Command, { refuseHost }: RunPorts): Promise<StepVerdict | undefined> {
  if (command.host !== true) return undefined;
  const reason = refuseHost === undefined ? "it changes this machine" : await refuseHost(command);
  return reason === undefined ? undefined : { kind: "skipped", reason };
}

function staticReason(condition: Condition, ports: RunPorts): string | undefined {
  const { skip, targets, os } = condition;
  if (skip !== undefined) return skip;
  if (targets !== undefined && !targets.includes(ports.target)) {
    return `needs target ${targets.map((target) => `\`${target}\``).join(" or ")}, this run has \`${ports.target}\``;
  }
  if (os !== undefined && os !== ports.os) return `needs \`${os}\`, this machine is \`${ports.os}\``;
  return undefined;
}
