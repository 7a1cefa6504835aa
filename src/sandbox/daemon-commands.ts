import { rmSync } from "node:fs";
import { type ClusterRecord, nodesOf } from "./cluster-record.ts";
import type { VaryingPace } from "./control/index.ts";
import { type ControlBody, type ControlCommand, ControlError } from "./control-endpoint.ts";
import { type Answer, DEFAULT_CLUSTER, DEFAULT_IMAGE } from "./daemon-options.ts";
import type { Identity, StateFiles } from "./files.ts";
import type { HostAccess } from "./host-access.ts";
import { inventory } from "./inventory.ts";
import { keepFork } from "./kept-fork.ts";
import { addContext, contextName, kubeconfigText, removeContext } from "./kubeconfig.ts";
import type { Machine } from "./machine.ts";
import type { NodeWish } from "./seed/index.ts";

/** What the commands work on. */
export interface CommandContext {
  readonly machine: Machine;
  readonly files: StateFiles;
  readonly pace: VaryingPace;
  readonly identity: () => Identity;
  readonly access: () => HostAccess | undefined;
  readonly status: () => Answer;
  /** Cut what clients have open: the API server goes away for a moment, or for longer. */
  readonly hangUp: () => void;
  /** Put everything on the disk now. */
  readonly save: () => void;
  readonly stop: () => void;
}

/** What a CLI and the sandbox's own programs can ask of the process, by name. */
export function daemonCommands(context: CommandContext): Readonly<Record<string, ControlCommand>> {
  const { machine, files, identity } = context;
  return {
    status: () => context.status(),
    clusters: () => ({ clusters: machine.cluster === undefined ? [] : [described(machine.cluster, identity())] }),
    nodes: (body) => powerNodes(context, body),
    "create-cluster": (body) => create(context, body),
    "delete-cluster": (body) => remove(context, body),
    "export-kubeconfig": async (body) => {
      const { name } = clusterNamed(machine, body);
      await addContext(files, name, identity());
      return { context: contextName(name), kubeconfig: files.kubeconfig };
    },
    kubeconfig: (body) => ({ text: kubeconfigText(clusterNamed(machine, body).name, identity()) }),
    inventory: () => ({ items: inventory(machine.cluster?.name, machine.store.dump()) }),
    open: (body) => context.access()?.open(String(body.service ?? "")),
    ready: () => ({ ready: machine.isReady }),
    warm: () => ({ warm: machine.isWarm }),
    reset: (body) => reset(context, body),
    keep: (body) => keepFork(String(body.folder), machine, files, identity()),
    hurry: ({ seconds }) => {
      context.pace.hurry(Date.now() + Number(seconds ?? 0) * 1000);
      return {};
    },
    stop: () => {
      setImmediate(context.stop);
      return { pid: process.pid };
    },
  };
}

function described(cluster: ClusterRecord, { port }: Identity): object {
  const nodes = nodesOf(cluster).map((node) => ({
    ...node,
    startedAt: cluster.startedAt?.[node.name] ?? cluster.createdAt,
  }));
  return { ...cluster, nodes, apiPort: port };
}

/** `docker stop|start|restart` of nodes, by name. The API server goes with the control plane. */
function powerNodes({ machine, hangUp, save }: CommandContext, body: ControlBody): object {
  const wanted = (body.nodes ?? []) as readonly string[];
  const all = machine.cluster === undefined ? [] : nodesOf(machine.cluster);
  const isAll = all.every((node) => wanted.includes(node.name));
  if (!isAll && (body.action === "stop" || machine.isStopped)) {
    throw new ControlError(
      `the sandbox stops and starts the nodes of a cluster together, and was asked for ${wanted.join(", ")} of ${all.map((node) => node.name).join(", ")}`,
    );
  }
  if (body.action === "stop") machine.stopNodes();
  else if (machine.isStopped) machine.startNodes();
  else if (body.action === "restart") machine.restartNodes(wanted);
  else return {};
  if (all.some((node) => node.role === "control-plane" && wanted.includes(node.name))) hangUp();
  save();
  return {};
}

async function create({ machine, files, identity, save, pace }: CommandContext, body: ControlBody): Promise<unknown> {
  const name = String(body.name ?? DEFAULT_CLUSTER);
  const existing = machine.cluster?.name;
  if (existing === name) throw new ControlError(`node(s) already exist for a cluster with the name "${name}"`);
  if (existing !== undefined) {
    throw new ControlError(
      `the sandbox holds one cluster at a time and has "${existing}"; delete it first: kind delete cluster --name ${existing}`,
    );
  }
  machine.createCluster(name, String(body.image ?? DEFAULT_IMAGE), body.nodes as readonly NodeWish[] | undefined);
  await addContext(files, name, identity());
  save();
  return { name, kubeconfig: files.kubeconfig, pace: pace.name };
}

async function remove({ machine, files, save }: CommandContext, body: ControlBody): Promise<unknown> {
  const name = String(body.name);
  await removeContext(files, name);
  if (machine.cluster?.name !== name) return { nodes: [] };
  const nodes = nodesOf(machine.cluster).map((node) => node.name);
  machine.deleteCluster();
  save();
  return { nodes };
}

async function reset(context: CommandContext, body: ControlBody): Promise<unknown> {
  const { machine, files, save } = context;
  if (machine.cluster !== undefined) {
    await removeContext(files, machine.cluster.name);
    machine.deleteCluster();
  }
  rmSync(files.kubecache, { recursive: true, force: true });
  if (body.cluster === "ready") await create(context, {});
  save();
  return {};
}

function clusterNamed({ cluster }: Machine, body: ControlBody): ClusterRecord {
  if (cluster !== undefined && cluster.name === body.name) return cluster;
  throw new ControlError(
    `could not locate any control plane nodes for cluster named '${body.name}'. Use the --name option to select a different cluster`,
  );
}
