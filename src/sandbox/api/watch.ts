import { apiVersionOf, type Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import { ResourceExpired, resourceKey, type WatchEvent } from "../store/index.ts";
import type { Call, Target } from "./call.ts";
import { EventStream } from "./event-stream.ts";
import { versionOf } from "./listing.ts";
import { formOf } from "./negotiate.ts";
import { asVersion } from "./object-rules.ts";
import { represent } from "./representation.ts";
import { type Predicate, selectorOf } from "./selectors.ts";
import { DEFINITIONS } from "./served-kinds.ts";
import { gone, invalid } from "./status.ts";

type EventType = WatchEvent["type"] | "BOOKMARK" | "ERROR";

interface Watching {
  readonly selects: Predicate;
  readonly emit: (type: EventType, object: KubeObject) => void;
  readonly fail: (error: ResourceExpired) => void;
}

/**
 * Serves a watch: what is there first (without a version, or as WatchList asks), then every change, as lines of JSON. Ends with
 * the client, the server, or `timeoutSeconds`; never earlier, for `kubectl get -w` would simply stop.
 */
export function serveWatch(call: Call, target: Target): void {
  const { kind } = target;
  const selects = within(target, selectorOf(kind, call.query));
  const initial = initialEvents(call.query);
  const from = startVersion(call.query);
  const stream = openStream(call);
  const watching = { selects, ...emitter(call, kind, stream) };
  const { store } = call.api.registry;
  try {
    const replayFrom = initial === "none" ? from : store.resourceVersion;
    if (initial !== "none") sendInitial(call, kind, watching, initial === "bookmarked");
    stream.onClose(store.watch(resourceKey(kind), replayFrom, (event) => forward(kind, event, watching)));
    keepBookmarking(call, kind, watching, stream);
    if (kind.custom) endWithDefinition(call, kind.custom.definedBy, stream);
  } catch (error) {
    if (!(error instanceof ResourceExpired)) throw error;
    watching.fail(error);
    stream.end();
  }
}

/** `resourceVersion` unset or 0 means: from what is there now. */
function initialEvents(query: URLSearchParams): "none" | "plain" | "bookmarked" {
  if (query.get("sendInitialEvents") === "true") {
    checkWatchList(query);
    return "bookmarked";
  }
  return startVersion(query) === undefined && query.get("sendInitialEvents") !== "false" ? "plain" : "none";
}

function checkWatchList(query: URLSearchParams): void {
  if (query.get("resourceVersionMatch") === "NotOlderThan") return;
  const message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
  throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [
    { type: "FieldValueForbidden", field: "resourceVersionMatch", message },
  ]);
}

function startVersion(query: URLSearchParams): number | undefined {
  return versionOf(query.get("resourceVersion") ?? "");
}

/** Now and then, and before the end, says how far the watch is: a client that reconnects starts there. */
function keepBookmarking(call: Call, kind: Kind, { emit }: Watching, stream: EventStream): void {
  if (!isTrue(call.query.get("allowWatchBookmarks"))) return;
  const { store } = call.api.registry;
  const timer = setInterval(() => emit("BOOKMARK", bookmark(kind, store.resourceVersion)), call.api.bookmarkEveryMs);
  timer.unref();
  stream.onClose(() => clearInterval(timer));
}

function isTrue(value: string | null): boolean {
  return value === "true" || value === "1" || value === "";
}

function within({ namespace, name }: Target, selects: Predicate): Predicate {
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    selects(object);
}

/** A watch of custom resources ends when their definition goes. */
function endWithDefinition(call: Call, name: string, stream: EventStream): void {
  const stop = call.api.registry.store.watch(DEFINITIONS, undefined, ({ type, object }) => {
    if (type === "DELETED" && object.metadata.name === name) stream.end();
  });
  stream.onClose(stop);
}

function openStream(call: Call): EventStream {
  const stream = new EventStream(call.response, "application/json");
  call.api.streams.add(stream);
  stream.onClose(() => call.api.streams.delete(stream));
  const seconds = Number(call.query.get("timeoutSeconds") ?? 0);
  if (seconds > 0) {
    const timer = setTimeout(() => stream.end(), seconds * 1000);
    stream.onClose(() => clearTimeout(timer));
  }
  return stream;
}

function emitter(call: Call, kind: Kind, stream: EventStream): Pick<Watching, "emit" | "fail"> {
  const form = formOf(call);
  let isFirst = true;
  const send = (type: EventType, object: unknown): void => stream.send(`${JSON.stringify({ type, object })}\n`);
  return {
    emit: (type, object) => {
      send(type, represent(call, kind, object, form, isFirst));
      isFirst = false;
    },
    fail: ({ requested, oldest }) => send("ERROR", gone(`too old resource version: ${requested} (${oldest})`).status),
  };
}

function sendInitial(call: Call, kind: Kind, { selects, emit }: Watching, bookmarked: boolean): void {
  const { store } = call.api.registry;
  for (const object of store.list(resourceKey(kind))) {
    if (selects(object)) emit("ADDED", asVersion(kind, object));
  }
  if (bookmarked) emit("BOOKMARK", initialEnd(kind, store.resourceVersion));
}

/** The end of WatchList's first part: without it clients wait until they time out. */
function initialEnd(kind: Kind, version: number): KubeObject {
  return bookmark(kind, version, { "k8s.io/initial-events-end": "true" });
}

function bookmark(kind: Kind, version: number, annotations?: Record<string, string>): KubeObject {
  const metadata = { resourceVersion: String(version), ...(annotations && { annotations }) };
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: metadata as unknown as KubeObject["metadata"],
  };
}

/** An object that stops matching is DELETED for this watch, one that starts is ADDED. */
function forward(kind: Kind, event: WatchEvent, { selects, emit }: Watching): void {
  const before = event.previous !== undefined && selects(event.previous);
  const after = event.type !== "DELETED" && selects(event.object);
  if (!before && !after) return;
  const type = !after ? "DELETED" : before ? "MODIFIED" : "ADDED";
  emit(type, asVersion(kind, event.object));
}
