import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Files } from "./container/files.ts";
import { mainWords, ownServer, runsCommand } from "./container-process.ts";
import { imageNamed, isKnownImage } from "./images/index.ts";
import { whileAlive } from "./process.ts";
import { findCommand } from "./shell/find-command.ts";

/** Programs that the known images do have and that are not simulated. */
const SILENT = new Set(
  (
    "apache2 apt apt-get apk awk bc crond dd dmesg dnsd fdisk ftpd gawk getty httpd init inotifyd klogd less login lsof make man more " +
    "nginx-debug nohup ntpd openssl perl pilot-agent python python3 rsyslogd runsv setsid sshd strace su supervisord syslogd tcpsvd " +
    "telnet telnetd tftpd top udhcpd vi watch zcat"
  ).split(" "),
);

/** What a program takes that is not simulated: a loop around it does not keep the cluster busy. */
const MOMENT_MS = 100;

/** Whether somebody plays the container's process: a server of its image, or a command that is simulated. */
export function isSimulated(spec: JsonObject, files: () => Files): boolean {
  if (ownServer(spec) !== undefined) return true;
  return runsCommand(spec) && commandProblem(spec, files) === undefined;
}

/**
 * Why the runtime cannot start the container's command: it is not in the image. Undefined for an image that is not known,
 * as nobody can tell what is in it.
 */
export function startError(pod: KubeObject, spec: JsonObject, files: () => Files): string | undefined {
  if (!isKnownImage(String(spec.image)) || ownServer(spec) !== undefined || !runsCommand(spec)) return undefined;
  const name = nameOf(spec);
  if (mayHold(String(spec.image), name) || pod.metadata.namespace === "kube-system") return undefined;
  const problem = commandProblem(spec, files);
  if (problem === undefined) return undefined;
  const failed =
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed";
  return `${failed}: unable to start container process: error during container init: exec: "${name}": ${problem}`;
}

/** Whether an image may hold a program that is not simulated: nobody can tell what is in one that is not known. */
export function mayHold(image: string, name: string): boolean {
  return !isKnownImage(image) || SILENT.has(name.slice(name.lastIndexOf("/") + 1));
}

/** A program that nobody can tell anything of: it is taken to do well. */
export async function playSilent(signal: AbortSignal): Promise<number> {
  await whileAlive(new Promise((resolve) => setTimeout(resolve, MOMENT_MS).unref()), signal);
  return 0;
}

function nameOf(spec: JsonObject): string {
  return mainWords(spec, imageNamed(String(spec.image)), new Map())[0] ?? "";
}

/** What runc says of a command; undefined when it can be run. */
function commandProblem(spec: JsonObject, files: () => Files): string | undefined {
  const image = imageNamed(String(spec.image));
  const name = nameOf(spec);
  if (image.programs.includes(name.replace(/^\/(usr\/)?bin\//, ""))) return undefined;
  return problemOf(name, files(), image.env.PATH, spec.workingDir || image.workdir);
}

/** Whether a container has this command: what the runtime looks at before anything else. */
export function problemOf(name: string, files: Files, path: string | undefined, workdir: string): string | undefined {
  const found = findCommand(name, files, path, workdir);
  const node = found === undefined ? undefined : files.find(found);
  if (node === undefined)
    return name.includes("/") ? `stat ${name}: no such file or directory` : "executable file not found in $PATH";
  return node.kind !== "file" || (node.mode & 0o111) === 0 ? "permission denied" : undefined;
}
