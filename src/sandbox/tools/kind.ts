import { existsSync } from "node:fs";
import { clusterName } from "./cluster-name.ts";
import { Refused } from "./connection.ts";
import { type Flag, isUnknownFlag, parseFlags } from "./flags.ts";
import { createCluster } from "./kind-create.ts";
import { exportLogs } from "./kind-logs.ts";
import { notHere } from "./not-here.ts";
import { clustersOf, type Tool, type ToolContext } from "./tool.ts";

const KIND_VERSION = "0.32.0";

const VERSION_LINE = `kind v${KIND_VERSION} (sandbox) go1.25.5 ${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`;

const NAME: Flag = { long: "name", short: "n", takesValue: true };
const QUIET: Flag = { long: "quiet", short: "q", takesValue: false };
const VERBOSITY: Flag = { long: "verbosity", short: "v", takesValue: true };

interface Command {
  readonly words: readonly string[];
  readonly flags: readonly Flag[];
  readonly run: (context: ToolContext, flags: ReadonlyMap<string, string>, rest: readonly string[]) => Promise<number>;
}

/** What `kind` does here. Anything else is said to be missing, never guessed. */
const COMMANDS: readonly Command[] = [
  {
    words: ["create", "cluster"],
    flags: [
      NAME,
      { long: "config", takesValue: true },
      { long: "image", takesValue: true },
      // Keeps the nodes of a creation that failed; here there are none to keep.
      { long: "retain", takesValue: false },
      { long: "wait", takesValue: true },
    ],
    run: createCluster,
  },
  { words: ["delete", "clusters"], flags: [{ long: "all", short: "A", takesValue: false }], run: deleteClusters },
  { words: ["delete", "cluster"], flags: [NAME], run: deleteCluster },
  { words: ["export", "kubeconfig"], flags: [NAME], run: exportKubeconfig },
  {
    words: ["export", "logs"],
    flags: [NAME],
    run: (context, flags, rest) => exportLogs(context, flags, rest, VERSION_LINE),
  },
  { words: ["get", "clusters"], flags: [], run: getClusters },
  { words: ["get", "kubeconfig"], flags: [NAME], run: getKubeconfig },
  { words: ["get", "nodes"], flags: [NAME, { long: "all-clusters", short: "A", takesValue: false }], run: getNodes },
  { words: ["load", "docker-image"], flags: [NAME], run: loadImage },
  { words: ["load", "image-archive"], flags: [NAME], run: loadArchive },
  { words: ["version"], flags: [], run: version },
];

const USAGE = `kind (sandbox) makes a simulated Kubernetes cluster inside learn-istio's sandbox; no container runs.

Usage:
  kind create cluster [--name NAME] [--config FILE] [--image IMAGE] [--wait DURATION] [--retain]
  kind delete cluster [--name NAME]
  kind delete clusters NAME... | --all
  kind export kubeconfig [--name NAME]
  kind export logs [DIR] [--name NAME]
  kind get clusters
  kind get kubeconfig [--name NAME]
  kind get nodes [--name NAME | --all-clusters]
  kind load docker-image IMAGE [IMAGE...] [--name NAME]
  kind load image-archive FILE [--name NAME]
  kind version

NAME is $KIND_CLUSTER_NAME, else "kind". Everything else needs the real kind: learn-istio start --target live
`;

/** `kind`, as seen inside the sandbox. Talk on stderr, data on stdout, errors as `ERROR: …`. */
export const kind: Tool = async (context) => {
  const { args } = context;
  if (args.length === 0 || ["help", "--help", "-h"].includes(args[0] ?? "")) {
    context.out(USAGE);
    return 0;
  }
  if (args[0] === "--version") {
    context.out(`kind version ${KIND_VERSION} (sandbox)\n`);
    return 0;
  }
  const command = COMMANDS.find(({ words }) => words.every((word, index) => args[index] === word));
  if (command === undefined) return notHere(context, "kind", `kind ${args.join(" ")}`);
  const rest = args.slice(command.words.length);
  if (rest.includes("--help") || rest.includes("-h")) {
    context.out(USAGE);
    return 0;
  }
  return run(context, command, rest);
};

async function run(context: ToolContext, command: Command, args: readonly string[]): Promise<number> {
  const { values, rest, error } = parseFlags(args, [...command.flags, QUIET, VERBOSITY]);
  if (isUnknownFlag(error)) return notHere(context, "kind", ["kind", ...context.args].join(" "));
  if (error !== undefined) {
    context.err(`ERROR: ${error}\n`);
    return 1;
  }
  const quiet = values.has("quiet");
  try {
    return await command.run(quiet ? { ...context, err: () => {} } : context, values, rest);
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    context.err(`ERROR: ${command.words[0] === "create" ? "failed to create cluster: " : ""}${refusal.message}\n`);
    return 1;
  }
}

async function deleteCluster(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const name = clusterName(context, flags);
  context.err(`Deleting cluster "${name}" ...\n`);
  const { nodes } = await context.call<{ nodes: readonly string[] }>("delete-cluster", { name });
  if (nodes.length > 0) context.err(`Deleted nodes: [${nodes.map((node) => `"${node}"`).join(" ")}]\n`);
  return 0;
}

async function deleteClusters(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  named: readonly string[],
): Promise<number> {
  const names = flags.has("all") ? (await clustersOf(context)).map(({ name }) => name) : named;
  if (names.length === 0 && !flags.has("all")) {
    context.err("ERROR: no cluster names provided\n");
    return 1;
  }
  const deleted: string[] = [];
  for (const name of names) {
    const { nodes } = await context.call<{ nodes: readonly string[] }>("delete-cluster", { name });
    if (nodes.length > 0) context.err(`Deleted nodes: [${nodes.map((node) => `"${node}"`).join(" ")}]\n`);
    deleted.push(name);
  }
  context.err(`Deleted clusters: [${deleted.map((name) => `"${name}"`).join(" ")}]\n`);
  return 0;
}

async function exportKubeconfig(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const { context: name } = await context.call<{ context: string }>("export-kubeconfig", {
    name: clusterName(context, flags),
  });
  context.err(`Set kubectl context to "${name}"\n`);
  return 0;
}

async function getClusters(context: ToolContext): Promise<number> {
  const clusters = await clustersOf(context);
  if (clusters.length === 0) context.err("No kind clusters found.\n");
  for (const { name } of clusters) context.out(`${name}\n`);
  return 0;
}

async function getKubeconfig(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const { text } = await context.call<{ text: string }>("kubeconfig", { name: clusterName(context, flags) });
  context.out(text);
  return 0;
}

async function getNodes(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const name = clusterName(context, flags);
  const clusters = await clustersOf(context);
  const all = flags.has("all-clusters");
  const nodes = clusters.filter((cluster) => all || cluster.name === name).flatMap((cluster) => cluster.nodes);
  for (const node of nodes) context.out(`${node.name}\n`);
  if (nodes.length === 0)
    context.err(all ? "No kind nodes found for any cluster.\n" : `No kind nodes found for cluster "${name}".\n`);
  return 0;
}

/** Any image runs in the sandbox, so there is nothing to load. */
async function loadImage(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  images: readonly string[],
): Promise<number> {
  const name = clusterName(context, flags);
  if (images.length === 0) {
    context.err("ERROR: a list of image names is required\n");
    return 1;
  }
  const cluster = (await clustersOf(context)).find((one) => one.name === name);
  if (cluster === undefined) {
    context.err(`ERROR: no nodes found for cluster "${name}"\n`);
    return 1;
  }
  for (const image of images)
    for (const node of cluster.nodes) context.err(`Image: "${image}" is present on node "${node.name}" (simulated)\n`);
  return 0;
}

/** What is in the archive is not looked at: any image runs. */
async function loadArchive(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  [file]: readonly string[],
): Promise<number> {
  const name = clusterName(context, flags);
  const cluster = (await clustersOf(context)).find((one) => one.name === name);
  const problem =
    file === undefined
      ? "name of image archive is required"
      : !existsSync(file)
        ? `stat ${file}: no such file or directory`
        : cluster === undefined
          ? `no nodes found for cluster "${name}"`
          : undefined;
  if (problem === undefined) return 0;
  context.err(`ERROR: ${problem}\n`);
  return 1;
}

async function version(context: ToolContext): Promise<number> {
  context.out(`${VERSION_LINE}\n`);
  return 0;
}
