import { clusterName } from "./cluster-name.ts";
import { ConfigError, type KindConfig, readKindConfig } from "./kind-config.ts";
import type { ToolContext } from "./tool.ts";

const DEFAULT_IMAGE = "kindest/node:v1.35.0";
const NODE_POLL_MS = 20;

/** How long each step is shown, by the sandbox's pace; ms. */
const STEP_MS: Readonly<Record<string, number>> = { learner: 250, test: 0, instant: 0 };

/** kind's steps; a cluster with workers shows a box for each node, and one step more. */
function steps(nodes: number): readonly string[] {
  return [
    `Preparing nodes ${"📦 ".repeat(nodes)}`,
    "Writing configuration 📜",
    "Starting control-plane 🕹️",
    "Installing CNI 🔌",
    "Installing StorageClass 💾",
    ...(nodes > 1 ? ["Joining worker nodes 🚜"] : []),
  ];
}

interface Created {
  readonly kubeconfig: string;
  readonly pace: string;
}

/** `kind create cluster`, in kind's words as it says them where there is no terminal. */
export async function createCluster(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const config = await configOf(flags.get("config"));
  if (typeof config === "string") {
    context.err(`ERROR: failed to create cluster: ${config}\n`);
    return 1;
  }
  const name = flags.get("name") ?? (context.env.KIND_CLUSTER_NAME || config.name || clusterName(context, flags));
  const image = flags.get("image") ?? config.image ?? DEFAULT_IMAGE;
  const wait = parseWait(flags.get("wait") ?? "0s");
  const problem = problemWith(name, image, wait, flags.get("wait"));
  if (problem !== undefined) {
    context.err(`ERROR: ${problem}\n`);
    return 1;
  }
  const created = await context.call<Created>("create-cluster", { name, image, nodes: config.nodes });
  const stepMs = STEP_MS[created.pace] ?? 0;
  context.err(`Creating cluster "${name}" ...\n`);
  for (const step of [`Ensuring node image (${image.split("@")[0]}) 🖼`, ...steps(config.nodes?.length ?? 1)])
    await show(context, step, stepMs);
  if (wait !== undefined && wait > 0) await untilReady(context, wait);
  context.err(`Set kubectl context to "kind-${name}"\n`);
  const own = context.env.KUBECONFIG === created.kubeconfig;
  if (!own) context.err(`(sandbox) The context is in ${created.kubeconfig}, not in your own kubeconfig.\n`);
  context.err(
    `You can now use your cluster with:\n\nkubectl cluster-info --context kind-${name}\n\nHave a nice day! 👋\n`,
  );
  return 0;
}

async function configOf(file: string | undefined): Promise<KindConfig | string> {
  if (file === undefined) return { name: undefined, image: undefined, nodes: undefined };
  try {
    return await readKindConfig(file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

function problemWith(
  name: string,
  image: string,
  wait: number | undefined,
  written: string | undefined,
): string | undefined {
  if (wait === undefined) {
    return `invalid argument "${written}" for "--wait" flag: time: invalid duration "${written}"`;
  }
  if (!/^[a-z0-9.-]+$/.test(name)) {
    return `failed to create cluster: '${name}' is not a valid cluster name, cluster names must match \`^[a-z0-9.-]+$\``;
  }
  if (/^kindest\/node:v1\.35\.\d+(@|$)/.test(image)) return undefined;
  return `failed to create cluster: the sandbox simulates Kubernetes 1.35 and found the image "${image}"; use ${DEFAULT_IMAGE}, or \`--target live\``;
}

async function show(context: ToolContext, step: string, stepMs: number): Promise<void> {
  context.err(` • ${step}  ...\n`);
  await context.sleep(stepMs);
  context.err(` ✓ ${step}\n`);
}

/** As kind does, running out of time is a warning, not a failure. */
async function untilReady(context: ToolContext, waitMs: number): Promise<void> {
  const step = `Waiting ≤ ${goDuration(waitMs)} for control-plane = Ready ⏳`;
  const start = context.now();
  context.err(` • ${step}  ...\n`);
  while (context.now() - start < waitMs) {
    if ((await context.call<{ ready: boolean }>("ready")).ready) {
      context.err(` ✓ ${step}\n • Ready after ${Math.round((context.now() - start) / 1000)}s 💚\n`);
      return;
    }
    await context.sleep(NODE_POLL_MS);
  }
  context.err(` ✗ ${step}\n • WARNING: Timed out waiting for Ready ⚠️\n`);
}

/** Go's durations, as far as people write them: `120s`, `2m`, `1m30s`, `0`. Undefined when it is none. */
function parseWait(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text) return undefined;
  const unit: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return parts.reduce((sum, [, number, word]) => sum + Number(number) * (unit[word ?? ""] ?? 0), 0);
}

/** `2m0s`, as Go prints a duration. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${seconds % 60}s`;
}
