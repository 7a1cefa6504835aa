import type { Duplex } from "node:stream";
import type { Api } from "../call.ts";
import { chooseContainer } from "../choose-container.ts";
import { type ContainerRef, containerStatus, type Exit, type ProcessIo } from "../containers.ts";
import { badRequest, type Status } from "../status.ts";
import { exitStatus, internalStatus } from "./exit-status.ts";
import type { Channels, Wanted } from "./session.ts";
import { spdyChannels } from "./spdy-channels.ts";
import type { Upgrade } from "./upgrade-request.ts";
import { webSocketChannels } from "./websocket-channels.ts";

const WEBSOCKET_PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const SPDY_PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/** Serves `exec` and `attach`: refuses before the upgrade, or runs to the end after it. */
export async function serveExec(upgrade: Upgrade, verb: "exec" | "attach"): Promise<void> {
  const { api, pod, query } = upgrade;
  const wanted = wantedStreams(query);
  const command = query.getAll("command");
  if (verb === "exec" && command.length === 0)
    throw badRequest("you must specify at least one command for the container");
  if (!pod.spec?.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  const at = { pod, container: chooseContainer(pod, query.get("container")) };
  const absent = isRunning(at) ? undefined : `container not found ("${at.container}")`;
  const channels = await connect(upgrade, wanted, absent);
  if (!channels) return;
  if (absent !== undefined) return channels.finish(internalStatus(`unable to upgrade connection: ${absent}`));
  await channels.finish(await outcome(api, at, { verb, command, wanted, channels }));
}

interface Session {
  readonly verb: "exec" | "attach";
  readonly command: readonly string[];
  readonly wanted: Wanted;
  readonly channels: Channels;
}

async function outcome(api: Api, at: ContainerRef, { verb, command, wanted, channels }: Session): Promise<Status> {
  const io: ProcessIo = { ...channels, tty: wanted.tty };
  try {
    const exit: Exit = await (verb === "exec" ? api.containers.exec(at, command, io) : api.containers.attach(at, io));
    // The exit code of the container's own process is in the pod's status: attach does not tell it.
    return exitStatus(verb === "attach" && "code" in exit ? { code: 0 } : exit, command);
  } catch (error) {
    api.log(`${verb} ${at.pod.metadata.namespace}/${at.pod.metadata.name}`, error);
    return internalStatus(error instanceof Error ? error.message : String(error));
  }
}

function isRunning({ pod, container }: ContainerRef): boolean {
  return containerStatus(pod, container)?.state?.running !== undefined;
}

function wantedStreams(query: URLSearchParams): Wanted {
  const flag = (name: string): boolean => ["true", "1"].includes(query.get(name) ?? "");
  const wanted = { stdin: flag("stdin"), stdout: flag("stdout"), stderr: flag("stderr"), tty: flag("tty") };
  if (wanted.stdin || wanted.stdout || wanted.stderr) return wanted;
  throw badRequest("you must specify at least one of stdin, stdout, stderr");
}

/** By WebSocket the API server answers first and asks the node then: a container that is not there is told inside. */
async function connect(upgrade: Upgrade, wanted: Wanted, absent: string | undefined): Promise<Channels | undefined> {
  const { protocol } = upgrade;
  if (protocol === "websocket") {
    const socket = await upgrade.acceptWebSocket(WEBSOCKET_PROTOCOLS);
    return socket && webSocketChannels(socket, wanted);
  }
  if (absent !== undefined) {
    upgrade.refuseText(404, absent);
    return undefined;
  }
  const transport: Duplex | undefined = upgrade.acceptSpdy(SPDY_PROTOCOLS);
  return transport && spdyChannels(transport, wanted);
}
