import type { ToolContext } from "./tool.ts";

/** `--name`, else the variable, else kind's own default. */
export function clusterName(context: ToolContext, flags: ReadonlyMap<string, string>): string {
  return flags.get("name") ?? (context.env.KIND_CLUSTER_NAME || "kind");
}
