import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PACES } from "../../../src/sandbox/control/index.ts";
import { Machine } from "../../../src/sandbox/machine.ts";
import { partsOf, pastLostWrites, readSavedState, type SavedState } from "../../../src/sandbox/saved-state.ts";

const FIXTURES = path.resolve(import.meta.dirname, "../../../fixtures/sandbox/saved");
let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "saved-state-"));
  file = path.join(dir, "state.json");
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function whole(): SavedState {
  const read = readSavedState(file);
  if (read.kind !== "whole") throw new Error(`the file is ${read.kind}`);
  return read.state;
}

/** A fixture, as it is found on the disk. */
function put(name: string): void {
  const bytes = readFileSync(path.join(FIXTURES, name));
  writeFileSync(file, name.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

test("version 1, with a cluster: every object comes back, and is the same in today's version", () => {
  put("version-1-cluster.json.gz");
  const { cluster, store } = whole();
  const old = JSON.parse(readFileSync(file, "utf8"));
  expect(cluster).toEqual(old.cluster);
  expect(store).toEqual(old.store);
  writeFileSync(file, [...partsOf({ cluster, store }, true)].join(""));
  expect(whole()).toEqual({ version: 2, isFinal: true, cluster: old.cluster, store: old.store });
});

test("version 1, with a cluster: a machine takes it, with its own kinds and its ports", () => {
  put("version-1-cluster.json.gz");
  const machine = new Machine({
    pace: PACES.instant,
    rootCertificate: "",
    tokenKey: "",
    random: Math.random,
    log: () => {},
  });
  machine.restore(whole());
  machine.stop();
  expect(machine.store.get("/configmaps", "default", "kept")?.data).toEqual({ a: "b" });
  expect(machine.store.get("example.com/widgets", "default", "one")?.spec).toEqual({ size: 3 });
  expect(machine.store.get("/services", "default", "web")?.spec?.ports[0].nodePort).toBe(30080);
  expect(machine.registry.kinds.all().some(({ kind }) => kind === "Widget")).toBe(true);
});

test("version 1, an empty machine", () => {
  put("version-1-empty.json");
  expect(whole()).toEqual({ version: 2, isFinal: false, store: { resourceVersion: 157, resources: {} } });
});

test.each([
  ["no JSON", "{ half", "broken"],
  ["nothing in it", "", "broken"],
  ["no version", '{"store":{"resourceVersion":1,"resources":{}}}', "broken"],
  ["a version that never was", '{"version":0,"store":{"resourceVersion":1,"resources":{}}}', "broken"],
  ["no store", '{"version":2,"isFinal":true}', "broken"],
  ["objects that are none", '{"version":2,"store":{"resourceVersion":1,"resources":{"/pods":7}}}', "broken"],
  ["no counter", '{"version":2,"store":{"resources":{}}}', "broken"],
  ["a list", "[]", "broken"],
  ["of a version to come", '{"version":99,"cells":[]}', "newer"],
])("a file with %s", (_, text, kind) => {
  writeFileSync(file, text);
  expect(readSavedState(file).kind).toBe(kind);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("no file is no state", () => {
  expect(readSavedState(file)).toEqual({ kind: "none" });
});

test.each([
  ["ended by itself", true, false, 5],
  ["was killed before it could save again", true, true, 1_000_005],
  ["did not write its last word", false, false, 1_000_005],
])("the counter of a process that %s", (_, isFinal, wasKilled, resourceVersion) => {
  const state = { isFinal, cluster: undefined, store: { resourceVersion: 5, resources: {} } };
  expect(pastLostWrites(state, wasKilled).store.resourceVersion).toBe(resourceVersion);
});
