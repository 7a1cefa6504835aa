import type { KubeObject } from "../objects/index.ts";
import type { Call, LogOptions, Target } from "./call.ts";
import { chooseContainer } from "./choose-container.ts";
import { containerStatus } from "./containers.ts";
import { EventStream } from "./event-stream.ts";
import { named } from "./resource-handlers.ts";
import { badRequest, methodNotAllowed } from "./status.ts";

/** Serves `GET pods/x/log`: plain text, at once or followed. What the lines are is the workloads' affair. */
export async function servePodLog(call: Call, target: Target): Promise<void> {
  if (call.method !== "GET") throw methodNotAllowed();
  const { kind, namespace, name } = named(target);
  const pod = call.api.registry.get(kind, namespace, name);
  const container = chooseContainer(pod, call.query.get("container"));
  const options = logOptions(call.query, new AbortController().signal);
  refuseUnready(pod, container, options.previous);
  const abort = new AbortController();
  const lines = call.api.logs(pod, container, { ...options, signal: abort.signal });
  const stream = new EventStream(call.response, "text/plain");
  call.api.streams.add(stream);
  stream.onClose(() => {
    call.api.streams.delete(stream);
    abort.abort();
  });
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const line of lines) {
    if (!stream.isOpen) return;
    const bytes = Buffer.from(`${line}\n`);
    stream.send(bytes.length > left ? bytes.subarray(0, left).toString() : `${line}\n`);
    left -= bytes.length;
    if (left <= 0) break;
  }
  stream.end();
}

/** A container that has not run has no log: the kubelet says why. */
function refuseUnready(pod: KubeObject, container: string, previous: boolean): void {
  const status = containerStatus(pod, container);
  const where = `container "${container}" in pod "${pod.metadata.name}"`;
  if (previous) {
    if (status?.lastState?.terminated !== undefined) return;
    throw badRequest(`previous terminated ${where} not found`);
  }
  const reason =
    status?.state?.waiting?.reason ?? (pod.status?.containerStatuses === undefined ? "ContainerCreating" : "");
  if (status !== undefined && status.state?.waiting === undefined) return;
  // One that waits to be started again has the log of its last run.
  if (status?.lastState?.terminated !== undefined) return;
  throw badRequest(`${where} is waiting to start: ${PULL_WORDS[reason] ?? reason}`);
}

const PULL_WORDS: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

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
