import { expect, test } from "vitest";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { startServer, type TestServer } from "./client.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const TABLE = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };

function configMap(name: string, labels: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } };
}

function label({ registry }: TestServer, name: string, labels: JsonObject): void {
  const kind = kindOf("v1", "ConfigMap");
  if (kind) registry.patch(kind, "default", name, { kind: "merge", body: { metadata: { labels } } });
}

function remove({ registry }: TestServer, name: string): void {
  const kind = kindOf("v1", "ConfigMap");
  if (kind) registry.delete(kind, "default", name);
}

/** The next events, as `TYPE name`. */
async function take(events: AsyncIterableIterator<JsonObject>, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const { value, done } = await events.next();
    if (done) return [...seen, "END"];
    seen.push(`${value.type} ${value.object.metadata.name ?? value.object.kind}`);
  }
  return seen;
}

test("without a version a watch begins with what is there", async () => {
  const server = await startServer();
  server.put(configMap("a"));
  const events = await server.watch(`${CONFIG_MAPS}?watch=true`);
  server.put(configMap("b"));
  expect(await take(events, 2)).toEqual(["ADDED a", "ADDED b"]);
});

test("from a list's version a watch loses nothing and repeats nothing", async () => {
  const server = await startServer();
  server.put(configMap("a"));
  const { resourceVersion } = (await server.call(CONFIG_MAPS)).json.metadata;
  server.put(configMap("b"));
  const events = await server.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`);
  label(server, "a", { x: "1" });
  remove(server, "b");
  expect(await take(events, 3)).toEqual(["ADDED b", "MODIFIED a", "DELETED b"]);
});

test("WatchList gives what is there, then a bookmark that says so, then what comes", async () => {
  const server = await startServer();
  server.put(configMap("a"));
  const events = await server.watch(
    `${CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
  );
  expect(await take(events, 1)).toEqual(["ADDED a"]);
  expect((await events.next()).value).toEqual({
    type: "BOOKMARK",
    object: {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { resourceVersion: "2", annotations: { "k8s.io/initial-events-end": "true" } },
    },
  });
  server.put(configMap("b"));
  expect(await take(events, 1)).toEqual(["ADDED b"]);
});

test("an object that starts or stops matching is added or deleted", async () => {
  const server = await startServer();
  server.put(configMap("a"));
  server.put(configMap("b", { app: "x" }));
  const events = await server.watch(`${CONFIG_MAPS}?watch=true&labelSelector=app%3Dx`);
  label(server, "a", { app: "x" });
  label(server, "b", { other: "1" });
  label(server, "b", { app: null });
  remove(server, "b");
  remove(server, "a");
  expect(await take(events, 5)).toEqual(["ADDED b", "ADDED a", "MODIFIED b", "DELETED b", "DELETED a"]);
});

test("one object is watched by its name, in its namespace alone", async () => {
  const server = await startServer();
  server.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
  const events = await server.watch(`${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name%3Da`);
  server.put(configMap("b"));
  server.put({ ...configMap("a"), metadata: { name: "a", namespace: "other" } });
  server.put(configMap("a"));
  expect(await take(events, 1)).toEqual(["ADDED a"]);
});

test("a version that is forgotten is an ERROR event with 410, and the end", async () => {
  const server = await startServer();
  for (let at = 0; at < 120; at++) server.put(configMap(`c${at}`));
  const events = await server.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=1`);
  expect((await events.next()).value).toMatchObject({
    type: "ERROR",
    object: { kind: "Status", code: 410, reason: "Expired", message: "too old resource version: 1 (71)" },
  });
  expect((await events.next()).done).toBe(true);
});

test("a watch ends when its time is up", async () => {
  const server = await startServer();
  const events = await server.watch(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1`);
  expect(await take(events, 1)).toEqual(["END"]);
});

test("a watch as Table names its columns once", async () => {
  const server = await startServer();
  server.put(configMap("a"));
  server.put(configMap("b"));
  const events = await server.watch(`${CONFIG_MAPS}?watch=true`, { headers: TABLE });
  const [first, second] = [(await events.next()).value, (await events.next()).value];
  expect(first.object.columnDefinitions.length).toBeGreaterThan(0);
  expect(second.object.columnDefinitions ?? []).toEqual([]);
  expect(second.object.rows[0].object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "b" } });
});

test("a client that goes away is forgotten", async () => {
  const server = await startServer();
  server.put(configMap("a"));
  const events = await server.watch(`${CONFIG_MAPS}?watch=true`);
  await events.next();
  await events.return?.();
  await expect.poll(() => server.server.openStreams).toBe(0);
});
