import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findKubectl, probeKubectl, toolsFolder } from "../../src/target/index.ts";

let root = "";
const at = (...parts: string[]): string => path.join(root, ...parts);

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "kubectl-"));
  program(at("bin", "kubectl"), `echo '{"clientVersion":{"gitVersion":"v1.35.2"}}'`);
  program(at("old", "kubectl"), `echo '{"clientVersion":{"gitVersion":"v1.30.1"}}'`);
  program(at("broken", "kubectl"), "echo no such thing >&2; exit 1");
  program(path.join(toolsFolder(at("cache")), "kubectl"), "true");
  mkdirSync(at("folder", "kubectl"), { recursive: true });
  writeFileSync(at("plain-file"), "");
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ["the one in PATH", () => ({ PATH: at("bin") }), "cache", ["PATH", "bin/kubectl"]],
  [
    "the one that KUBECTL names, before PATH",
    () => ({ PATH: at("bin"), KUBECTL: at("old", "kubectl") }),
    "cache",
    ["KUBECTL", "old/kubectl"],
  ],
  [
    "the cached one, where PATH has none",
    () => ({ PATH: "/nowhere" }),
    "cache",
    ["cache", "cache/tools/VERSION/kubectl"],
  ],
  [
    "a file, never a folder of that name",
    () => ({ PATH: `${at("folder")}:${at("bin")}` }),
    "cache",
    ["PATH", "bin/kubectl"],
  ],
  ["none, where there is none", () => ({ PATH: "/nowhere" }), "empty", undefined],
] as const)("found is %s", (_, env, cache, expected) => {
  const found = findKubectl(env(), at(cache));
  const shown = found && [found.from, path.relative(root, found.path).replace(/v1[^/]+/, "VERSION")];
  expect(shown).toEqual(expected);
});

test("a KUBECTL that is no program is an error, not a reason to take another", () => {
  expect(() => findKubectl({ PATH: at("bin"), KUBECTL: at("plain-file") }, at("cache"))).toThrow(
    /`KUBECTL` is `.*plain-file`, which is not a program/,
  );
});

test.each([
  ["bin", { version: "v1.35.2", warning: undefined }],
  [
    "old",
    {
      version: "v1.30.1",
      warning: "kubectl v1.30.1 is more than one minor version away from the cluster's 1.35; most things work",
    },
  ],
])("the kubectl in %s is asked for its version", async (folder, expected) => {
  await expect(
    probeKubectl({ path: at(folder, "kubectl"), from: "PATH" }, { PATH: "/bin:/usr/bin" }),
  ).resolves.toMatchObject(expected);
});

test("a program that does not answer like a kubectl is refused", async () => {
  await expect(
    probeKubectl({ path: at("broken", "kubectl"), from: "PATH" }, { PATH: "/bin:/usr/bin" }),
  ).rejects.toThrow(/does not run as kubectl/);
});

test("with a cache, kubectl is run once, and again when its file has changed", async () => {
  const [kubectl, runs] = [at("counted", "kubectl"), at("runs")];
  const answering = (version: string): string =>
    `echo run >> '${runs}'; echo '{"clientVersion":{"gitVersion":"${version}"}}'`;
  const probe = async (): Promise<readonly [string, number]> => {
    const { version } = await probeKubectl({ path: kubectl, from: "PATH" }, { PATH: "/bin:/usr/bin" }, at("memory"));
    return [version, readFileSync(runs, "utf8").trim().split("\n").length];
  };
  program(kubectl, answering("v1.35.2"));
  expect([await probe(), await probe()]).toEqual([
    ["v1.35.2", 1],
    ["v1.35.2", 1],
  ]);
  program(kubectl, answering("v1.34.10"));
  expect(await probe()).toEqual(["v1.34.10", 2]);
  writeFileSync(at("memory", "kubectl.json"), "null");
  expect(await probe()).toEqual(["v1.34.10", 3]);
});

test("what does not run as kubectl is not remembered as one", async () => {
  const broken = { path: at("broken", "kubectl"), from: "PATH" } as const;
  const probe = (): Promise<unknown> => probeKubectl(broken, { PATH: "/bin:/usr/bin" }, at("no-memory"));
  await expect(probe()).rejects.toThrow(/does not run as kubectl/);
  await expect(probe()).rejects.toThrow(/does not run as kubectl/);
});

function program(file: string, script: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
