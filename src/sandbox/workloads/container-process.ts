import type { JsonObject, KubeObject } from "../objects/index.ts";
import { expanded } from "./container/environment.ts";
import type { Image, Server } from "./images/image.ts";
import { imageNamed, isKnownImage } from "./images/index.ts";

/** Every container of a pod, those that come first at the front. */
export function specsOf(pod: KubeObject): readonly JsonObject[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers];
}

/**
 * The server that the container runs. A command of the pod's own replaces the image's, unless it is that very program;
 * `env` is what `$(NAME)` in its arguments stands for.
 */
export function ownServer(spec: JsonObject, env: ReadonlyMap<string, string> = new Map()): Server | undefined {
  const { server, binaries = [], programs } = imageNamed(String(spec.image));
  if (server === undefined) return undefined;
  const words = ([...(spec.command ?? []), ...(spec.args ?? [])] as unknown[]).map((one) => expanded(String(one), env));
  const [first = "", ...rest] = words;
  if (binaries.includes(first.split("/").at(-1) ?? "")) return server(rest, env);
  // An entry point that gets a program to run runs that one.
  if (spec.command !== undefined || programs.includes(first)) return undefined;
  return server(words, env);
}

/** Whether the container's process is a command to run, not a server of the image. */
export function runsCommand(spec: JsonObject): boolean {
  const name = String(spec.image);
  const image = imageNamed(name);
  if (ownServer(spec) !== undefined) return false;
  if (spec.command !== undefined) return true;
  if (spec.args !== undefined) return image.argsAreCommand || image.command.length > 0;
  // What an image runs by itself is known of those whose own command is a shell: it ends when nobody types into it.
  return image.argsAreCommand && (spec.stdin === true || isKnownImage(name));
}

/** The words of the container's first process: the pod's `command` and `args` over the image's entry point. */
export function mainWords(spec: JsonObject, image: Image, env: ReadonlyMap<string, string>): readonly string[] {
  const [first = ""] = spec.args ?? [];
  // Some entry points run what they are given where that is a program, and take it for their arguments where it is not.
  const replaces = spec.args !== undefined && (image.argsAreCommand || image.programs.includes(first));
  const command: string[] = spec.command ?? (replaces ? [] : image.command);
  return [...command, ...(spec.args ?? [])].map((one) => expanded(String(one), env));
}
