import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "package-")));
const env = { ...process.env, XDG_STATE_HOME: path.join(folder, "state"), XDG_CACHE_HOME: path.join(folder, "cache") };
const elsewhere = path.join(folder, "elsewhere");
let packed: readonly string[];

/** Packed and installed as npm does it for a user; offline, because the package needs nothing but itself. */
beforeAll(() => {
  const [about] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: root,
      encoding: "utf8",
    }),
  ) as [{ filename: string; files: { path: string }[] }];
  packed = about.files.map((file) => file.path);
  mkdirSync(elsewhere);
  writeFileSync(path.join(elsewhere, "package.json"), "{}\n");
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", path.join(folder, about.filename)], {
    cwd: elsewhere,
    stdio: "pipe",
  });
});

afterAll(() => {
  try {
    learnIstio("sandbox", "stop");
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});

function learnIstio(...args: string[]): string {
  return execFileSync(path.join(elsewhere, "node_modules/.bin/learn-istio"), args, {
    cwd: elsewhere,
    env,
    encoding: "utf8",
  });
}

test("the package carries the program, the lessons and the licences, and no sources", () => {
  expect(packed.filter((file) => !file.startsWith("dist/") && !file.startsWith("lessons/")).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "NOTICE",
    "README.md",
    "package.json",
    "src/cli/bin.cjs",
  ]);
  expect(packed).toContain("dist/THIRD-PARTY-LICENSES.txt");
  expect(packed).toContain("lessons/lesson-01-prereqs.md");
  expect(packed).toContain("lessons/files/metallb-sandbox.yaml");
});

test("installed elsewhere, it teaches the first lesson", () => {
  expect(learnIstio("--version")).toMatch(/^\d+\.\d+\.\d+/);
  expect(learnIstio("start", "lesson-01", "--yes")).toMatch(
    /\nlesson-01 is completed: its checkpoint holds\.\nNext: `learn-istio start lesson-02`\n`learn-istio reset lesson-01` undoes it\.\n$/,
  );
});
