import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Call, LogOptions, Target } from "./call.ts";
import { EventStream } from "./event-stream.ts";
import { named } from "./resource-handlers.ts";
import { badRequest, methodNotAllowed } from "./status.ts";

/** Serves `GET pods/x/log`: plain text, at once or followed. What the lines are is the workloads' affair. */
export async function servePodLog(call: Call, target: Target): Promise<void> {
  if (call.method !== "GET") throw methodNotAllowed();
  const { kind, namespace, name } = named(target);
  const pod = call.api.registry.get(kind, namespace, name);
  const container = containerOf(pod, call.query.get("container") ?? undefined);
  const abort = new AbortController();
  const lines = call.api.logs(pod, container, logOptions(call.query, abort.signal));
  const stream = new EventStream(call.response, "text/plain");
  call.api.streams.add(stream);
  stream.onClose(() => {
    call.api.streams.delete(stream);
    abort.abort();
  });
  for await (const line of lines) {
    if (!stream.isOpen) return;
    stream.send(`${line}\n`);
  }
  stream.end();
}

function containerOf(pod: KubeObject, asked: string | undefined): string {
  const all = namesOf(pod, "containers");
  const init = namesOf(pod, "initContainers");
  const { name } = pod.metadata;
  if (asked !== undefined && asked !== "") {
    if (![...all, ...init].includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
    return asked;
  }
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only;
  const choice = `choose one of: [${all.join(" ")}]`;
  const more = init.length > 0 ? ` or one of the init containers: [${init.join(" ")}]` : "";
  throw badRequest(`a container name must be specified for pod ${name}, ${choice}${more}`);
}

function namesOf(pod: KubeObject, field: "containers" | "initContainers"): string[] {
  return ((pod.spec?.[field] ?? []) as JsonObject[]).map(({ name }) => String(name));
}

function logOptions(query: URLSearchParams, signal: AbortSignal): LogOptions {
  return {
    follow: query.get("follow") === "true",
    previous: query.get("previous") === "true",
    timestamps: query.get("timestamps") === "true",
    tailLines: count(query, "tailLines"),
    sinceSeconds: count(query, "sinceSeconds"),
    sinceTime: query.get("sinceTime") ?? undefined,
    limitBytes: count(query, "limitBytes"),
    signal,
  };
}

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[0-9]+$/.test(text)) throw badRequest(`invalid ${name} "${text}": must be greater than or equal to 0`);
  return Number(text);
}
