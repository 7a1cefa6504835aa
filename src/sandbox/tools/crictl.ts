import { ageWords } from "./docker-data.ts";
import { type Flag, isUnknownFlag, parseFlags } from "./flags.ts";
import { containersOf, logOf, type NodeContainer, type NodePod, podsOf, sandboxId } from "./node-pods.ts";
import { notHere } from "./not-here.ts";
import { lines, table } from "./print.ts";
import type { NodeInfo, ToolContext } from "./tool.ts";

/** What a command works on: flags by their long name, other words in `rest`. */
interface Asked {
  readonly context: ToolContext;
  readonly node: NodeInfo;
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

interface Command {
  readonly flags: readonly Flag[];
  readonly run: (asked: Asked) => Promise<number>;
}

const ALL: Flag = { long: "all", short: "a", takesValue: false };
const QUIET: Flag = { long: "quiet", short: "q", takesValue: false };
const NAME: Flag = { long: "name", takesValue: true };

/** crictl's columns are never narrower than this, the blanks between them aside. */
const LEAST_WIDTH = 17;
/** As many digits of an id as it shows. */
const SHORT = 13;

const IMAGES: Command = { flags: [QUIET], run: images };

const COMMANDS: Readonly<Record<string, Command>> = {
  ps: { flags: [ALL, QUIET, NAME], run: ps },
  pods: { flags: [QUIET, NAME, { long: "namespace", takesValue: true }], run: pods },
  images: IMAGES,
  image: IMAGES,
  img: IMAGES,
  logs: {
    flags: [
      { long: "tail", takesValue: true },
      { long: "previous", short: "p", takesValue: false },
      { long: "timestamps", short: "t", takesValue: false },
    ],
    run: logs,
  },
};

/** `crictl` in a node: what the kubelet has started there. `what`: the whole line, to be named where it is not simulated. */
export async function crictl(
  context: ToolContext,
  node: NodeInfo,
  [word = "", ...args]: readonly string[],
  what: string,
): Promise<number> {
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (command === undefined) return notHere(context, "docker", what);
  const { values, rest, error } = parseFlags(args, command.flags);
  if (isUnknownFlag(error)) return notHere(context, "docker", what);
  if (error !== undefined) return failed(context, error);
  return command.run({ context, node, flags: values, rest });
}

async function ps({ context, node, flags }: Asked): Promise<number> {
  const all = containersOf(await podsOf(context, node))
    .filter((one) => (one.isRunning || flags.has("all")) && matches(flags.get("name"), one.name))
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  if (flags.has("quiet"))
    return lines(
      context,
      all.map(({ id }) => id),
    );
  return table(
    context,
    ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE"],
    all.map((one) => [
      one.id.slice(0, SHORT),
      one.imageId,
      ago(context, one.startedAt),
      one.isRunning ? "Running" : "Exited",
      one.name,
      String(one.attempt),
      sandboxId(one.pod).slice(0, SHORT),
      one.pod.metadata.name,
      one.pod.metadata.namespace,
    ]),
    LEAST_WIDTH,
  );
}

async function pods({ context, node, flags }: Asked): Promise<number> {
  const isMeant = ({ metadata, status }: NodePod): boolean =>
    status?.startTime !== undefined &&
    matches(flags.get("name"), metadata.name) &&
    (flags.get("namespace") ?? metadata.namespace) === metadata.namespace;
  const all = (await podsOf(context, node)).filter(isMeant);
  if (flags.has("quiet")) return lines(context, all.map(sandboxId));
  return table(
    context,
    ["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"],
    all.map((pod) => [
      sandboxId(pod).slice(0, SHORT),
      ago(context, pod.status?.startTime ?? ""),
      ["Succeeded", "Failed"].includes(pod.status?.phase ?? "") ? "NotReady" : "Ready",
      pod.metadata.name,
      pod.metadata.namespace,
      "0",
      "(default)",
    ]),
    LEAST_WIDTH,
  );
}

/** The images of what has run there. Nothing was pulled, so that none of them has a size. */
async function images({ context, node, flags }: Asked): Promise<number> {
  const known = new Map(containersOf(await podsOf(context, node)).map((one) => [one.image, one.imageId]));
  const all = [...known].sort(([a], [b]) => a.localeCompare(b));
  if (flags.has("quiet"))
    return lines(
      context,
      all.map(([, id]) => id),
    );
  return table(
    context,
    ["IMAGE", "TAG", "IMAGE ID", "SIZE"],
    all.map(([image, id]) => [...nameAndTag(image), id, "0B"]),
    LEAST_WIDTH,
  );
}

async function logs({ context, node, flags, rest }: Asked): Promise<number> {
  const [id, ...more] = rest;
  if (id === undefined || id === "" || more.length > 0) return failed(context, "ID cannot be empty");
  const found: NodeContainer | undefined = containersOf(await podsOf(context, node)).find((one) =>
    one.id.startsWith(id),
  );
  if (found === undefined) {
    return failed(
      context,
      `rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`,
    );
  }
  const tail = flags.get("tail");
  if (tail !== undefined && !/^-?\d+$/.test(tail)) {
    return failed(context, `invalid value "${tail}" for flag -tail: parse error`);
  }
  const isAll = tail === undefined || tail.startsWith("-");
  context.out(
    await logOf(context, found, {
      ...(flags.has("previous") && { previous: true }),
      ...(flags.has("timestamps") && { timestamps: true }),
      ...(!isAll && { tailLines: Number(tail) }),
    }),
  );
  return 0;
}

/** crictl's names are regular expressions. */
function matches(pattern: string | undefined, name: string): boolean {
  return pattern === undefined || new RegExp(pattern).test(name);
}

function nameAndTag(image: string): readonly [string, string] {
  const colon = image.indexOf(":", image.lastIndexOf("/") + 1);
  return colon < 0 || image.includes("@") ? [image, "<none>"] : [image.slice(0, colon), image.slice(colon + 1)];
}

function ago(context: ToolContext, at: string): string {
  return `${ageWords(context.now() - Date.parse(at))} ago`;
}

function failed(context: ToolContext, message: string): number {
  context.err(`crictl: ${message}\n`);
  return 1;
}
