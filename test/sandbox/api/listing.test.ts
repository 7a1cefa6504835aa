import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { startServer, type TestServer } from "./client.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

function put(server: TestServer, ...names: readonly string[]): void {
  for (const name of names) {
    server.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { half: name < "c" ? "1" : "2" } } });
  }
}

const namesOf = (list: JsonObject): string[] => list.items.map((item: JsonObject) => item.metadata.name);

async function remove(server: TestServer, name: string): Promise<void> {
  expect((await server.call(`${CONFIG_MAPS}/${name}`, { method: "DELETE" })).code).toBe(200);
}

test("a list goes on as of its first page, whatever is written in between", async () => {
  const server = await startServer();
  put(server, "a", "b", "c", "d", "e");
  const first = (await server.call(`${CONFIG_MAPS}?limit=2`)).json;
  expect([namesOf(first), first.metadata.remainingItemCount]).toEqual([["a", "b"], 3]);
  await remove(server, "c");
  put(server, "bb");
  const path = `${CONFIG_MAPS}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`;
  const second = (await server.call(path)).json;
  expect([namesOf(second), second.metadata.remainingItemCount]).toEqual([["c", "d"], 1]);
  expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  const third = (await server.call(`${CONFIG_MAPS}?limit=2&continue=${encodeURIComponent(second.metadata.continue)}`))
    .json;
  expect([namesOf(third), third.metadata]).toEqual([["e"], { resourceVersion: first.metadata.resourceVersion }]);
});

test("a page of a selection says not how many remain, and counts only what is selected", async () => {
  const server = await startServer();
  put(server, "a", "b", "c", "d", "e");
  const { json } = await server.call(`${CONFIG_MAPS}?limit=1&labelSelector=half%3D2`);
  expect([namesOf(json), json.metadata.remainingItemCount]).toEqual([["c"], undefined]);
  const rest = await server.call(`${CONFIG_MAPS}?labelSelector=half%3D2&continue=${json.metadata.continue}`);
  expect(namesOf(rest.json)).toEqual(["d", "e"]);
});

test("a forgotten version's token is refused with one for what is there now", async () => {
  const server = await startServer();
  put(server, "a", "b", "c");
  const first = (await server.call(`${CONFIG_MAPS}?limit=1`)).json;
  for (let turn = 0; turn < 60; turn += 1) {
    put(server, "x");
    await remove(server, "x");
  }
  await remove(server, "b");
  const { code, json } = await server.call(`${CONFIG_MAPS}?limit=1&continue=${first.metadata.continue}`);
  expect([code, json.reason, json.message.slice(0, 83)]).toEqual([
    410,
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You",
  ]);
  expect(namesOf((await server.call(`${CONFIG_MAPS}?continue=${json.metadata.continue}`)).json)).toEqual(["c"]);
});

test("Exact gives the list of that version, and from 0 the limit does not count", async () => {
  const server = await startServer();
  put(server, "a");
  const { resourceVersion } = (await server.call(CONFIG_MAPS)).json.metadata;
  put(server, "b");
  const exact = (await server.call(`${CONFIG_MAPS}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`))
    .json;
  expect([namesOf(exact), exact.metadata.resourceVersion]).toEqual([["a"], resourceVersion]);
  expect(namesOf((await server.call(`${CONFIG_MAPS}?resourceVersion=0&limit=1`)).json)).toEqual(["a", "b"]);
});

test.each([
  ["continue=nonsense", 400, /^continue key is not valid: /],
  ["continue=e30", 400, 'continue key is not valid: server does not recognize this encoded version ""'],
  ["continue=e30&resourceVersion=5", 400, "specifying resource version is not allowed when using continue"],
  ["limit=many", 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
  [
    "resourceVersion=x",
    400,
    'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax',
  ],
  ["resourceVersion=9999", 504, "Timeout: Too large resource version: 9999, current: 1"],
  ["resourceVersion=9999&resourceVersionMatch=Exact", 504, "Timeout: Too large resource version: 9999, current: 1"],
  [
    "resourceVersionMatch=Exact",
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  ],
  [
    "resourceVersion=0&resourceVersionMatch=Exact",
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
  ],
  [
    "resourceVersion=1&resourceVersionMatch=Nearly",
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Nearly": supported values: "", "Exact", "NotOlderThan"',
  ],
  [
    "sendInitialEvents=true",
    422,
    'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
  ],
])("a list with %s is refused", async (query, code, message) => {
  const { call } = await startServer();
  const answer = await call(`${CONFIG_MAPS}?${query}`);
  expect(answer.code).toBe(code);
  expect(answer.json.message).toMatch(message);
});

test("lists, objects and deleted collections come as metadata alone where that is accepted", async () => {
  const server = await startServer();
  put(server, "a", "b", "c");
  const headers = { accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json" };
  const list = (await server.call(`${CONFIG_MAPS}?limit=1`, { headers })).json;
  expect([list.kind, list.metadata.remainingItemCount]).toEqual(["PartialObjectMetadataList", 2]);
  expect(Object.keys(list.items[0])).toEqual(["kind", "apiVersion", "metadata"]);
  const path = `${CONFIG_MAPS}?labelSelector=half%3D1`;
  expect(namesOf((await server.call(`${path}&dryRun=All`, { method: "DELETE" })).json)).toEqual(["a", "b"]);
  expect(namesOf((await server.call(CONFIG_MAPS)).json)).toEqual(["a", "b", "c"]);
  expect(namesOf((await server.call(path, { method: "DELETE", headers })).json)).toEqual(["a", "b"]);
  expect(namesOf((await server.call(CONFIG_MAPS)).json)).toEqual(["c"]);
});

test("a watch that allows it is told again and again how far it is", async () => {
  const server = await startServer({ bookmarkEveryMs: 5 });
  const path = `${CONFIG_MAPS}?watch=true&allowWatchBookmarks=true`;
  const events = await server.watch(path);
  expect((await events.next()).value).toEqual({
    type: "BOOKMARK",
    object: { kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion: "1" } },
  });
  put(server, "a");
  const types = new Set<string>();
  while (types.size < 2) types.add((await events.next()).value.type);
  expect([...types].sort()).toEqual(["ADDED", "BOOKMARK"]);
});

test("JSON is written for eyes where it is asked for, and for curl", async () => {
  const { call } = await startServer();
  const lines = async (path: string, headers = {}): Promise<number> =>
    (await call(path, { headers })).text.split("\n").length;
  expect(await lines("/version")).toBe(2);
  expect(await lines("/version?pretty=false", { "user-agent": "curl/8" })).toBe(2);
  for (const answer of [await lines("/version?pretty=true"), await lines("/version", { "user-agent": "curl/8.1" })]) {
    expect(answer).toBeGreaterThan(10);
  }
});
