import { Refused } from "../connection.ts";
import { isUnknownFlag, parseFlags } from "../flags.ts";
import { notHere } from "../not-here.ts";
import type { Tool, ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { withFullWords } from "./words.ts";

/** What `istioctl` does here, by its words. Anything else is said to be missing, never guessed. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  analyze: async () => (await import("./analyze/analyze.ts")).analyze,
  dashboard: async () => (await import("./dashboard.ts")).dashboard,
  install: async () => (await import("./install.ts")).install,
  "kube-inject": async () => (await import("./kube-inject.ts")).kubeInject,
  "manifest generate": async () => (await import("./manifest.ts")).manifest,
  "tag generate": async () => (await import("./tag.ts")).tagGenerate,
  "tag list": async () => (await import("./tag.ts")).tagList,
  "tag remove": async () => (await import("./tag.ts")).tagRemove,
  "tag set": async () => (await import("./tag.ts")).tagSet,
  "proxy-config": async () => (await import("./proxy-config/proxy-config.ts")).proxyConfig,
  "proxy-status": async () => (await import("./proxy-status.ts")).proxyStatus,
  uninstall: async () => (await import("./uninstall.ts")).uninstall,
  validate: async () => (await import("./validate.ts")).validate,
  version: async () => (await import("./version.ts")).version,
  "x check-inject": async () => (await import("./injectors.ts")).checkInject,
  "x injector list": async () => (await import("./injectors.ts")).injectorList,
  "x authz check": async () => (await import("./authz.ts")).authzCheck,
  "x describe": async () => (await import("./describe/describe.ts")).describe,
  "x precheck": async () => (await import("./analyze/precheck.ts")).precheck,
  "x internal-debug": async () => (await import("./internal-debug.ts")).internalDebug,
};

const USAGE = `istioctl (sandbox) installs a simulated Istio into learn-istio's simulated cluster, and looks into it; nothing is downloaded.

Usage:
  istioctl install [--set PATH=VALUE] [-f FILE] [--revision NAME] [-y] [--skip-confirmation] [--dry-run]
  istioctl manifest generate [--set PATH=VALUE] [-f FILE] [--revision NAME]
  istioctl uninstall --purge | --revision NAME [-y]
  istioctl version [--remote=false] [-o json]
  istioctl validate -f FILE
  istioctl analyze [FILE|FOLDER|-]... [-n NAMESPACE | -A] [--use-kube=false] [-R] [-S "CODE=KIND NAMESPACE/NAME"] [-o json|yaml] [-L]
  istioctl kube-inject -f FILE [-o FILE] [--revision NAME]
  istioctl tag set|generate TAG --revision NAME [--overwrite] | list | remove TAG [-y]
  istioctl dashboard kiali|grafana|prometheus|jaeger|zipkin|envoy POD|controlz POD [--browser=false] [-p PORT]
  istioctl x injector list | check-inject POD[.NAMESPACE]
  istioctl proxy-status [POD[.NAMESPACE]] [-v 1] [-o json|yaml]
  istioctl proxy-config cluster|listener|route|endpoint|secret|bootstrap|ecds|log|all POD[.NAMESPACE] [-o json|yaml|short]
  istioctl x describe pod|service NAME
  istioctl x authz check POD[.NAMESPACE]
  istioctl x internal-debug PAGE
  istioctl x precheck [-n NAMESPACE] [--from-version 1.N] [-o log|json|yaml]

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
  const full = withFullWords(args);
  const words = Object.keys(COMMANDS).find((one) => one.split(" ").every((word, index) => full[index] === word));
  const load = words === undefined ? undefined : COMMANDS[words];
  if (words === undefined || load === undefined) return notHere(context, "istioctl", `istioctl ${args.join(" ")}`);
  const command = await load();
  const given = parseFlags(full.slice(words.split(" ").length), command.flags);
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
