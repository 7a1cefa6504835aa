import type { Command, TargetName } from "../../lesson/index.ts";
import { canAsk } from "../ask.ts";
import type { Io } from "../io.ts";
import type { Input } from "./input.ts";
import type { View } from "./view.ts";

/** Whom to ask. Without `input` (`--yes`) there is nobody: a change of the machine is agreed to each time, never beforehand. */
export interface HostAsking {
  readonly io: Io;
  readonly input: Input | undefined;
  readonly view: View;
  readonly target: TargetName;
}

/** Why a block that changes the learner's machine is left out; undefined when they agreed to it just now. */
export async function refuseHost(
  command: Command,
  { io, input, view, target }: HostAsking,
): Promise<string | undefined> {
  if (target === "sandbox") return "it changes your machine, which the sandbox never does";
  if (input === undefined || !canAsk(io))
    return "it changes your machine, so it is asked about each time: `learn-istio start` on a terminal, without `--yes`";
  view.sentence("This changes your machine:");
  view.source(command.source);
  view.ask("Run it? (y/n) ");
  const agreed = await input.confirm();
  view.endAsk();
  return agreed ? undefined : "it changes your machine, and you chose not to";
}
