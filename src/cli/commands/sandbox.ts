import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { openService, resetSandbox, type SandboxStatus, sandboxStatus, stopSandbox } from "../../sandbox/index.ts";
import { suggest } from "../../text/index.ts";
import { canAsk, confirm } from "../ask.ts";
import type { Io } from "../io.ts";
import { openSandbox as openWithTools } from "../open-cluster.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";

type Action = (io: Io, options: Options, place: PlaceOfWork, name?: string) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { open, reset, start, status, stop };

/** The simulated cluster of this course, by hand. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const name = args[0] ?? "";
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    const near = suggest(name, Object.keys(ACTIONS));
    throw new UsageError(
      `\`sandbox ${name}\` is nothing, expected \`start\`, \`stop\`, \`status\`, \`reset\` or \`open\`.`,
      near && `did you mean \`${near}\`?`,
    );
  }
  return action(io, options, placeOfWork(io, { ...options, target: "sandbox" }), args[1]);
}

function folderOf(place: PlaceOfWork): string {
  return path.join(place.stateDir, "sandbox");
}

async function start(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const { folders, stateDir } = place;
  const target = await openWithTools(io, options, { folders, stateDir, cluster: "ready", mayAsk: true });
  await target.release();
  return show(io, options, target.opened);
}

async function stop(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const stopped = await stopSandbox(folderOf(place));
  if (options.json) return status(io, options, place);
  if (!options.quiet)
    io.say(stopped ? "The sandbox has stopped; it comes back as it was.\n" : "No sandbox was running.\n");
  return 0;
}

async function status(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  return show(io, options, await sandboxStatus(folderOf(place)));
}

function show(io: Io, options: Options, found: SandboxStatus): number {
  io.print(options.json ? `${JSON.stringify(found, null, 2)}\n` : describe(found));
  return 0;
}

async function reset(io: Io, options: Options, place: PlaceOfWork): Promise<number> {
  const question = "Throw away all that is in the sandbox of this course?";
  if (!options.yes) {
    if (!canAsk(io))
      throw new UsageError("`sandbox reset` throws away all that is in the sandbox.", "Agree by `--yes`.");
    if (!(await confirm(io, question, false))) return 0;
  }
  await resetSandbox(folderOf(place));
  if (options.json) return status(io, options, place);
  io.say("The sandbox is an empty machine again.\n");
  return 0;
}

async function open(io: Io, options: Options, place: PlaceOfWork, name: string | undefined): Promise<number> {
  if (name === undefined) {
    throw new UsageError(
      "`sandbox open` needs a service.",
      "For instance `learn-istio sandbox open istio-system/kiali`; `NAME:PORT` picks a port.",
    );
  }
  const opened = await openService(folderOf(place), name);
  io.print(options.json ? `${JSON.stringify(opened, null, 2)}\n` : `${opened.url}\n`);
  if (!options.quiet && !options.json) {
    io.say(`Service ${opened.service}, simulated, for a browser on this machine while the sandbox runs.\n`);
  }
  return 0;
}

function describe(status: SandboxStatus): string {
  if (!status.running) return "sandbox: not running\n";
  const rows = [
    ["sandbox", `running (simulated), pid ${status.pid ?? "?"}`],
    ["server", status.url],
    ["clusters", status.clusters.join(", ") || "none"],
    ["since", status.startedAt],
    ["idle", status.idleStopAt === undefined ? undefined : `stops at ${status.idleStopAt}`],
    ["streams", status.openStreams],
    ["saved", status.savedAt],
    ["problem", status.saveError],
    ["state", status.state],
    ["memory", status.memory === undefined ? undefined : `${Math.round(status.memory / 1048576)} MiB`],
  ];
  return rows.map(([name, value]) => (value === undefined ? "" : `${`${name}:`.padEnd(10)}${value}\n`)).join("");
}
