import { containers, DOCKER_VERSION, images, inspected, networks } from "./docker-data.ts";
import { type Flag, isUnknownFlag, parseFlags } from "./flags.ts";
import { TemplateError } from "./go-template.ts";
import { NODE_COMMANDS } from "./node-commands.ts";
import { notHere } from "./not-here.ts";
import { formatted, lines, table } from "./print.ts";
import { clustersOf, type Tool, type ToolContext } from "./tool.ts";

interface Command {
  readonly words: readonly string[];
  readonly flags: readonly Flag[];
  readonly run: (context: ToolContext, flags: ReadonlyMap<string, string>, rest: readonly string[]) => Promise<number>;
}

const FORMAT: Flag = { long: "format", short: "f", takesValue: true };
/** Where `-f` means something else. */
const FORMAT_ALONE: Flag = { long: "format", takesValue: true };
const QUIET: Flag = { long: "quiet", short: "q", takesValue: false };

/** What `docker` can be asked here. */
const COMMANDS: readonly Command[] = [
  { words: ["version"], flags: [FORMAT], run: version },
  { words: ["info"], flags: [FORMAT], run: info },
  { words: ["ps"], flags: [FORMAT_ALONE, QUIET, { long: "all", short: "a", takesValue: false }], run: ps },
  { words: ["images"], flags: [FORMAT_ALONE, QUIET], run: listImages },
  { words: ["image", "ls"], flags: [FORMAT_ALONE, QUIET], run: listImages },
  { words: ["inspect"], flags: [FORMAT], run: inspect },
  { words: ["pull"], flags: [QUIET], run: pull },
  { words: ["network", "ls"], flags: [FORMAT_ALONE, QUIET], run: listNetworks },
  { words: ["network", "inspect"], flags: [FORMAT], run: inspectNetwork },
];

const USAGE = `docker (sandbox) answers what lessons ask of Docker, inside learn-istio's sandbox; no container runs.

Usage:
  docker version [--format TEMPLATE]
  docker info [--format TEMPLATE]
  docker ps [--all] [--quiet] [--format TEMPLATE]
  docker images [--quiet] [--format TEMPLATE]
  docker inspect NODE|NETWORK [NODE|NETWORK...] [--format TEMPLATE]
  docker exec [-i] [-t] NODE crictl ps|pods|images|logs [OPTIONS]
  docker logs NODE
  docker port NODE [PORT]
  docker pull IMAGE
  docker stop|start|restart NODE [NODE...]
  docker network ls [--quiet] [--format TEMPLATE]
  docker network inspect NETWORK [NETWORK...] [--format TEMPLATE]

Everything else needs the real docker: learn-istio start --target live
`;

const VERSION_LINE = `Docker version ${DOCKER_VERSION} (sandbox), build simulated`;

/** `docker`, as seen inside the sandbox: no container runs. */
export const docker: Tool = async (context) => {
  const { args } = context;
  if (["--version", "-v"].includes(args[0] ?? "")) {
    context.out(`${VERSION_LINE}\n`);
    return 0;
  }
  const [first = "", second = ""] = args;
  const ofNodes = Object.hasOwn(NODE_COMMANDS, first) ? NODE_COMMANDS[first] : undefined;
  // What follows a node's name is for a program in there.
  if (ofNodes !== undefined && !["--help", "-h"].includes(second)) return ofNodes(context, args.slice(1));
  const command = COMMANDS.find(({ words }) => words.every((word, index) => args[index] === word));
  const asksForHelp = args.includes("--help") || args.includes("-h");
  if (
    args.length === 0 ||
    args[0] === "help" ||
    (asksForHelp && (command !== undefined || ofNodes !== undefined || args.length === 1))
  ) {
    context.out(USAGE);
    return 0;
  }
  if (command === undefined) return notHere(context, "docker", ["docker", ...args].join(" "));
  const { values, rest, error } = parseFlags(args.slice(command.words.length), command.flags);
  if (isUnknownFlag(error)) return notHere(context, "docker", ["docker", ...args].join(" "));
  if (error !== undefined) {
    context.err(`docker: ${error}\n`);
    return 1;
  }
  try {
    return await command.run(context, values, rest);
  } catch (failure) {
    if (!(failure instanceof TemplateError)) throw failure;
    context.err(`template parsing error: ${failure.message} (docker (sandbox) knows a part of Go's templates)\n`);
    return 1;
  }
};

async function version(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const side = { Version: `${DOCKER_VERSION} (sandbox)`, ApiVersion: "1.52", Os: "linux", Arch: "amd64" };
  const value = { Client: side, Server: side };
  const format = flags.get("format");
  if (format !== undefined) return formatted(context, format, [value]);
  for (const name of ["Client", "Server"]) {
    context.out(`${name}: Docker Engine (sandbox, simulated)\n Version:           ${side.Version}\n`);
    context.out(` API version:       ${side.ApiVersion}\n OS/Arch:           ${side.Os}/${side.Arch}\n\n`);
  }
  return 0;
}

async function info(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const clusters = await clustersOf(context);
  const count = (some: typeof clusters): number => some.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const value = {
    Containers: count(clusters),
    ContainersRunning: count(clusters.filter(({ stoppedAt }) => stoppedAt === undefined)),
    ServerVersion: `${DOCKER_VERSION} (sandbox)`,
    OperatingSystem: "learn-istio sandbox (simulated)",
    NCPU: 4,
    MemTotal: 8_341_278_720,
  };
  const format = flags.get("format");
  if (format !== undefined) return formatted(context, format, [value]);
  context.out(
    [
      `Client: Docker Engine (sandbox)`,
      ` Version:    ${value.ServerVersion}`,
      ``,
      `Server:`,
      ` Containers: ${value.Containers}`,
      `  Running: ${value.ContainersRunning}`,
      ` Server Version: ${value.ServerVersion}`,
      ` Operating System: ${value.OperatingSystem}`,
      ` CPUs: ${value.NCPU}`,
      ` Total Memory: 7.768GiB`,
      ``,
    ].join("\n"),
  );
  return 0;
}

async function ps(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const all = containers(await clustersOf(context), context.now());
  const rows = flags.has("all") ? all : all.filter(({ State }) => State === "running");
  const format = flags.get("format");
  if (format !== undefined) return formatted(context, format, rows);
  if (flags.has("quiet"))
    return lines(
      context,
      rows.map((row) => row.ID ?? ""),
    );
  const header = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"];
  const fields = ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"];
  return table(
    context,
    header,
    rows.map((row) => fields.map((field) => row[field] ?? "")),
  );
}

async function listImages(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const rows = images(await clustersOf(context), context.now());
  const format = flags.get("format");
  if (format !== undefined) return formatted(context, format, rows);
  if (flags.has("quiet"))
    return lines(
      context,
      rows.map((row) => row.ID ?? ""),
    );
  const fields = ["Repository", "Tag", "ID", "CreatedSince", "Size"];
  return table(
    context,
    ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"],
    rows.map((row) => fields.map((field) => row[field] ?? "")),
  );
}

/** Any image runs in pods, whether it was pulled or not: there is nothing to bring. */
async function pull(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<number> {
  const [image, ...more] = names;
  if (image === undefined || more.length > 0) {
    context.err("docker: 'docker pull' requires 1 argument\n");
    return 1;
  }
  const full = /:[^/]+$/.test(image) ? image : `${image}:latest`;
  if (!flags.has("quiet")) context.err(`(sandbox) Nothing was pulled: any image runs in the sandbox's pods.\n`);
  context.out(`${full}\n`);
  return 0;
}

async function inspect(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) {
    context.err("docker: 'docker inspect' requires at least 1 argument\n");
    return 1;
  }
  const clusters = await clustersOf(context);
  const all = [...inspected(clusters), ...networks(clusters)];
  const named = (value: (typeof all)[number], name: string): boolean =>
    value.Name === name || value.Name === `/${name}` || value.Id.startsWith(name);
  const found = names.flatMap((name) => all.find((value) => named(value, name)) ?? []);
  const format = flags.get("format");
  if (format === undefined || format === "json") context.out(`${JSON.stringify(found, null, 4)}\n`);
  else formatted(context, format, found);
  const missing = names.filter((name) => !all.some((value) => named(value, name)));
  for (const name of missing) context.err(`error: no such object: ${name}\n`);
  return missing.length === 0 ? 0 : 1;
}

async function listNetworks(context: ToolContext, flags: ReadonlyMap<string, string>): Promise<number> {
  const rows = networks(await clustersOf(context)).map((network) => ({ ...network, ID: network.Id.slice(0, 12) }));
  const format = flags.get("format");
  if (format !== undefined) return formatted(context, format, rows);
  if (flags.has("quiet"))
    return lines(
      context,
      rows.map((row) => row.ID),
    );
  const cells = rows.map((row) => [row.ID, row.Name, row.Driver, row.Scope]);
  return table(context, ["NETWORK ID", "NAME", "DRIVER", "SCOPE"], cells);
}

async function inspectNetwork(
  context: ToolContext,
  flags: ReadonlyMap<string, string>,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) {
    context.err("docker: 'docker network inspect' requires at least 1 argument\n");
    return 1;
  }
  const all = networks(await clustersOf(context));
  const found = names.flatMap((name) => all.filter((network) => network.Name === name));
  const missing = names.filter((name) => !all.some((network) => network.Name === name));
  const format = flags.get("format");
  if (format === undefined || format === "json") context.out(`${JSON.stringify(found, null, 4)}\n`);
  else formatted(context, format, found);
  for (const name of missing) context.err(`Error response from daemon: network ${name} not found\n`);
  return missing.length === 0 ? 0 : 1;
}
