import { Refused } from "../connection.ts";
import { isUnknownFlag, parseFlags } from "../flags.ts";
import { notHere } from "../not-here.ts";
import type { Tool, ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";

/** What `istioctl` does here, by its words. Anything else is said to be missing, never guessed. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  install: async () => (await import("./install.ts")).install,
  "manifest generate": async () => (await import("./manifest.ts")).manifest,
  uninstall: async () => (await import("./uninstall.ts")).uninstall,
  version: async () => (await import("./version.ts")).version,
};

const USAGE = `istioctl (sandbox) installs a simulated Istio into learn-istio's simulated cluster; nothing is downloaded.

Usage:
  istioctl install [--set PATH=VALUE] [-f FILE] [--revision NAME] [-y] [--skip-confirmation] [--dry-run]
  istioctl manifest generate [--set PATH=VALUE] [-f FILE] [--revision NAME]
  istioctl uninstall --purge | --revision NAME [-y]
  istioctl version [--remote=false] [-o json]

Profiles: default, demo, empty, minimal. The version is $ISTIO_VERSION where that is simulated, else the newest.
Everything else needs the real istioctl: learn-istio start --target live
`;

/** `istioctl`, as seen inside the sandbox. Talk on stderr, data on stdout, errors as \`Error: …\`. */
export const istioctl: Tool = async (context) => {
  const { args } = context;
  if (args.length === 0 || args.some((one) => ["--help", "-h"].includes(one)) || args[0] === "help") {
    context.out(USAGE);
    return 0;
  }
  const words = Object.keys(COMMANDS).find((one) => one.split(" ").every((word, index) => args[index] === word));
  const load = words === undefined ? undefined : COMMANDS[words];
  if (words === undefined || load === undefined) return notHere(context, "istioctl", `istioctl ${args.join(" ")}`);
  const command = await load();
  const given = parseFlags(args.slice(words.split(" ").length), command.flags);
  if (isUnknownFlag(given.error)) return notHere(context, "istioctl", `istioctl ${args.join(" ")}`);
  return outcome(context, async () => {
    if (given.error !== undefined) throw new Failure(given.error);
    return command.run(context, given);
  });
};

async function outcome(context: ToolContext, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof Refused)) throw error;
    context.err(`Error: ${error.message}\n`);
    return 1;
  }
}
