import { Refused } from "./connection.ts";
import { crictl } from "./crictl.ts";
import { containerId, publishedPorts } from "./docker-data.ts";
import { notHere } from "./not-here.ts";
import { lines } from "./print.ts";
import { type ClusterInfo, clustersOf, type NodeInfo, type ToolContext } from "./tool.ts";

/** A node, found by what docker would call its container. */
interface Found {
  readonly cluster: ClusterInfo;
  readonly node: NodeInfo;
}

type NodeCommand = (context: ToolContext, args: readonly string[]) => Promise<number>;

/** What `docker` can do with a node, by its first word. */
export const NODE_COMMANDS: Readonly<Record<string, NodeCommand>> = {
  exec,
  logs,
  port,
  stop: (context, args) => power(context, "stop", args),
  start: (context, args) => power(context, "start", args),
  restart: (context, args) => power(context, "restart", args),
};

/** In a node there is `crictl`, which looks at what runs there; no shell and no other program. */
async function exec(context: ToolContext, args: readonly string[]): Promise<number> {
  const first = args.findIndex((word) => !["-i", "-t", "-it", "-ti", "--interactive", "--tty"].includes(word));
  const [name, program, ...rest] = first < 0 ? [] : args.slice(first);
  const what = ["docker exec", ...args].join(" ");
  if (name?.startsWith("-")) return notHere(context, "docker", what);
  if (name === undefined || program === undefined) return wrong(context, "exec", "at least 2 arguments");
  const found = await nodeNamed(context, name);
  if (found === undefined) return noSuch(context, [name]);
  const { cluster, node } = found;
  if (cluster.stoppedAt !== undefined) {
    context.err(`Error response from daemon: container ${containerId(cluster, node)} is not running\n`);
    return 1;
  }
  return program === "crictl" ? crictl(context, node, rest, what) : notHere(context, "docker", what);
}

/** A real node prints what its init says; here none runs. */
async function logs(context: ToolContext, args: readonly string[]): Promise<number> {
  if (args.some((word) => word.startsWith("-"))) return notHere(context, "docker", ["docker logs", ...args].join(" "));
  const [name, ...more] = args;
  if (name === undefined || more.length > 0) return wrong(context, "logs", "1 argument");
  const found = await nodeNamed(context, name);
  if (found === undefined) return noSuch(context, [name]);
  context.out(`${noJournal(found.node)}\n`);
  return 0;
}

/** What stands where a real node has a log of its system. */
export function noJournal({ name }: NodeInfo): string {
  return `(sandbox) ${name} is simulated and keeps no log of its own; its pods do: kubectl logs, or kind export logs`;
}

async function port(context: ToolContext, args: readonly string[]): Promise<number> {
  const [name, wanted, ...more] = args;
  if (name === undefined || more.length > 0) return wrong(context, "port", "at least 1 and at most 2 arguments");
  const found = await nodeNamed(context, name);
  if (found === undefined) return noSuch(context, [name]);
  const { cluster, node } = found;
  const open = cluster.stoppedAt === undefined ? publishedPorts(cluster, node) : [];
  if (wanted === undefined)
    return lines(
      context,
      open.map((one) => `${one.inside} -> ${one.host}:${one.port}`),
    );
  const full = wanted.includes("/") ? wanted : `${wanted}/tcp`;
  const meant = open.filter(({ inside }) => inside === full);
  if (meant.length > 0)
    return lines(
      context,
      meant.map((one) => `${one.host}:${one.port}`),
    );
  context.err(`Error: No public port '${full}' published for ${name}\n`);
  return 1;
}

async function power(context: ToolContext, action: string, args: readonly string[]): Promise<number> {
  if (args.some((word) => word.startsWith("-"))) {
    return notHere(context, "docker", ["docker", action, ...args].join(" "));
  }
  if (args.length === 0) return wrong(context, action, "at least 1 argument");
  const clusters = await clustersOf(context);
  const found = args.map((name) => findNode(clusters, name));
  const nodes = found.flatMap((one) => one?.node.name ?? []);
  if (nodes.length > 0) {
    try {
      await context.call("nodes", { action, nodes });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      context.err(`Error response from daemon: ${error.message}\n`);
      return 1;
    }
  }
  lines(
    context,
    args.filter((_, index) => found[index] !== undefined),
  );
  return noSuch(
    context,
    args.filter((_, index) => found[index] === undefined),
  );
}

async function nodeNamed(context: ToolContext, name: string): Promise<Found | undefined> {
  return findNode(await clustersOf(context), name);
}

function findNode(clusters: readonly ClusterInfo[], name: string): Found | undefined {
  const all = clusters.flatMap((cluster) => cluster.nodes.map((node) => ({ cluster, node })));
  return all.find(
    (one) => one.node.name === name || (name !== "" && containerId(one.cluster, one.node).startsWith(name)),
  );
}

function noSuch(context: ToolContext, names: readonly string[]): number {
  for (const name of names) context.err(`Error response from daemon: No such container: ${name}\n`);
  return names.length === 0 ? 0 : 1;
}

function wrong(context: ToolContext, command: string, expected: string): number {
  context.err(`docker: 'docker ${command}' requires ${expected}\n`);
  return 1;
}
