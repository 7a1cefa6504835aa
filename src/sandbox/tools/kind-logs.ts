import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { clusterName } from "./cluster-name.ts";
import { DOCKER_VERSION, inspected } from "./docker-data.ts";
import { noJournal } from "./node-commands.ts";
import { containersOf, logOf, type NodeContainer, podsOf } from "./node-pods.ts";
import { type ClusterInfo, clustersOf, type NodeInfo, type ToolContext } from "./tool.ts";

/** What kind brings from a node and a simulated one does not have. */
const JOURNALS = ["journal.log", "kubelet.log", "containerd.log", "serial.log"];

/** `kind export logs [DIR]`: kind's folder, with what there is: the logs of pods, versions, what runs where. */
export async function exportLogs(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  [folder, ...more]: readonly string[],
  kindVersion: string,
): Promise<number> {
  const name = clusterName(context, flags);
  const cluster = (await clustersOf(context)).find((one) => one.name === name);
  const problem =
    more.length > 0
      ? `accepts at most 1 arg(s), received ${more.length + 1}`
      : cluster === undefined
        ? `unknown cluster "${name}"`
        : cluster.stoppedAt === undefined
          ? undefined
          : `the nodes of cluster "${name}" are stopped; docker start ${cluster.nodes.map((node) => node.name).join(" ")}`;
  if (problem !== undefined || cluster === undefined) {
    context.err(`ERROR: ${problem}\n`);
    return 1;
  }
  const dir = folder ?? mkdtempSync(path.join(tmpdir(), "kind-logs-"));
  context.err(`Exporting logs for cluster "${name}" to:\n`);
  context.out(`${dir}\n`);
  write(dir, "kind-version.txt", `${kindVersion}\n`);
  write(dir, "docker-info.txt", `Server Version: ${DOCKER_VERSION} (sandbox)\nName: learn-istio sandbox (simulated)\n`);
  for (const node of cluster.nodes) await exportNode(context, cluster, node, path.join(dir, node.name));
  return 0;
}

async function exportNode(context: ToolContext, cluster: ClusterInfo, node: NodeInfo, dir: string): Promise<void> {
  const all = containersOf(await podsOf(context, node));
  const version = /:(v[^@]+)/.exec(cluster.image)?.[1] ?? "";
  const about = inspected([cluster]).filter((one) => one.Name === `/${node.name}`);
  write(dir, "kubernetes-version.txt", `${version}\n`);
  write(dir, "inspect.json", `${JSON.stringify(about, null, 4)}\n`);
  write(dir, "images.log", [...new Set(all.map(({ image }) => `${image}\n`))].sort().join(""));
  for (const journal of JOURNALS) write(dir, journal, `${noJournal(node)}\n`);
  for (const container of all) await exportContainer(context, container, dir);
}

/** The kubelet keeps the log of a container's present run and of the one before. */
async function exportContainer(context: ToolContext, container: NodeContainer, dir: string): Promise<void> {
  const { pod, name, id, attempt, hasPrevious } = container;
  const { namespace, name: podName, uid } = pod.metadata;
  const folder = path.join("pods", `${namespace}_${podName}_${uid}`, name);
  const runs = hasPrevious ? [attempt - 1, attempt] : [attempt];
  for (const run of runs) {
    const text = await logOf(context, container, { timestamps: true, ...(run < attempt && { previous: true }) });
    write(dir, path.join(folder, `${run}.log`), text.replace(/^(\S+) /gm, "$1 stdout F "));
  }
  mkdirSync(path.join(dir, "containers"), { recursive: true });
  link(
    path.join("..", folder, `${attempt}.log`),
    path.join(dir, "containers", `${podName}_${namespace}_${name}-${id}.log`),
  );
}

function link(target: string, file: string): void {
  try {
    symlinkSync(target, file);
  } catch (error) {
    // From an export into the same folder before.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function write(dir: string, name: string, text: string): void {
  const file = path.join(dir, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
