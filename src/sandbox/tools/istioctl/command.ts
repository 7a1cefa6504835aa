import type { Flag, ParsedFlags } from "../flags.ts";
import type { ToolContext } from "../tool.ts";

/** What a command of istioctl does: its flags, and its code, which is loaded when it is called. */
export interface Command {
  readonly flags: readonly Flag[];
  readonly run: (context: ToolContext, given: ParsedFlags) => Promise<number>;
}
