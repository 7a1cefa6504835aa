import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeKeptFolder, sweepKeptFolders } from "../../src/target/kept-folders.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "kept-folders-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A number that a process had which is gone. */
function deadPid(): number {
  return spawnSync("true").pid;
}

test("what a process kept that was killed is removed by the next one; what living ones keep stays", () => {
  const living = makeKeptFolder();
  const left = living.replace(`-${process.pid}-`, `-${deadPid()}-`);
  mkdirSync(left);
  writeFileSync(path.join(left, "identity.json"), "{}");
  sweepKeptFolders();
  expect([existsSync(living), existsSync(left)]).toEqual([true, false]);
});

test("another machine's folders, links and others' names are left alone", () => {
  const dead = deadPid();
  const mine = makeKeptFolder().replace(`-${process.pid}-`, `-${dead}-`);
  symlinkSync(folder, mine);
  const others = [`learn-istio-kept-00000000-${dead}-abc`, "learn-istio-abc"].map((name) => path.join(folder, name));
  for (const other of others) mkdirSync(other);
  sweepKeptFolders();
  expect([mine, ...others].map((one) => existsSync(one))).toEqual([true, true, true]);
});
