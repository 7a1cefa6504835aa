import { accessSync, constants, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { arch, availableParallelism, platform, tmpdir, totalmem } from "node:os";
import { random } from "../../files/index.ts";
import type { Folders } from "../../target/index.ts";
import type { MachineReport, ProblemCode } from "../../workshop/index.ts";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import { type Examined, nearestFolder } from "./examine.ts";

const PER_GIB = 1024 ** 3;
const TOOLS = ["node", "bash", "curl", "kubectl", "helm", "docker", "kind"] as const;

/** What of this machine a report says: what doctor found, and what only a class asks for. */
export async function lookAtMachine(
  io: Io,
  folders: Folders,
  examined: readonly Examined[],
): Promise<Omit<MachineReport, "v">> {
  const disk = freeDisk(folders.state);
  const columns = process.stdout.columns ?? process.stderr.columns ?? 0;
  const utf8 = /utf-?8/i.test(io.env.LC_ALL || io.env.LC_CTYPE || io.env.LANG || "");
  const ports = await canListen();
  const own: readonly (readonly [ProblemCode, boolean])[] = [
    ["no-temporary", !canWrite(tmpdir())],
    ["no-ports", !ports],
    ["full-disk", disk < 1],
    ["live-disk", disk < 10],
    ["narrow-terminal", columns > 0 && columns < 40],
    ["no-utf8", !utf8],
  ];
  const problems = [
    ...examined.flatMap(({ problem }) => problem ?? []),
    ...own.filter(([, holds]) => holds).map(([code]) => code),
  ];
  const engine = examined.find(({ memory }) => memory !== undefined)?.memory;
  return {
    id: random(4).toString("hex"),
    app: VERSION,
    os: platform(),
    arch: arch(),
    cores: availableParallelism(),
    memory: Math.round(totalmem() / PER_GIB),
    disk,
    node: process.versions.node,
    ...Object.fromEntries(TOOLS.flatMap((tool) => versionOf(tool, examined))),
    ...(engine !== undefined && { engine }),
    columns,
    colour: columns > 0 && !io.env.NO_COLOR && io.env.TERM !== "dumb",
    utf8,
    ports,
    proxy: Object.entries(io.env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && value),
    ...(problems.length > 0 && { problems }),
  };
}

function versionOf(tool: string, examined: readonly Examined[]): [string, string][] {
  const version = examined.find(({ name }) => name === tool)?.version;
  return version === undefined ? [] : [[tool, version]];
}

/** GiB that this user may still write where progress is kept, rounded down to whole ones. */
function freeDisk(folder: string): number {
  const { bavail, bsize } = statfsSync(nearestFolder(folder));
  return Math.floor((bavail * bsize) / PER_GIB);
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether programs may listen on 127.0.0.1, as the sandbox does. */
function canListen(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(0, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
