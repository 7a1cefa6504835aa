import type { JsonObject, KubeObject } from "../objects/index.ts";
import { expanded } from "./container/environment.ts";
import type { Image, Server } from "./images/image.ts";
import { imageNamed } from "./images/index.ts";

/** Every container of a pod, those that come first at the front. */
export function specsOf(pod: KubeObject): readonly JsonObject[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers];
}

/** The server that the container runs; a command of the pod's own replaces the image's. */
export function ownServer(spec: JsonObject): Server | undefined {
  return spec.command === undefined ? imageNamed(String(spec.image)).server : undefined;
}

/** Whether the container's process is a command to run, not a server of the image. */
export function runsCommand(spec: JsonObject): boolean {
  const image = imageNamed(String(spec.image));
  if (spec.command !== undefined) return true;
  if (image.server !== undefined) return false;
  return (
    (spec.args !== undefined && (image.argsAreCommand || image.command.length > 0)) ||
    (image.argsAreCommand && spec.stdin === true)
  );
}

/** The words of the container's first process: the pod's `command` and `args` over the image's entry point. */
export function mainWords(spec: JsonObject, image: Image, env: ReadonlyMap<string, string>): readonly string[] {
  const [first = ""] = spec.args ?? [];
  // Some entry points run what they are given where that is a program, and take it for their arguments where it is not.
  const replaces = spec.args !== undefined && (image.argsAreCommand || image.programs.includes(first));
  const command: string[] = spec.command ?? (replaces ? [] : image.command);
  return [...command, ...(spec.args ?? [])].map((one) => expanded(String(one), env));
}
