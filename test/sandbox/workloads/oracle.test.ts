import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { startPods } from "./container.ts";

/**
 * Scripts that the machine's own shells and programs run as well: what a pod's print must be the same, and their status.
 * Scripts stand between lines of `%`.
 */
const TABLES = [
  { file: "sh.txt", shell: "sh", real: firstOf("dash", "sh") },
  { file: "bash.txt", shell: "bash", real: "bash" },
  { file: "programs.txt", shell: "sh", real: firstOf("dash", "sh") },
];

function firstOf(...names: readonly string[]): string {
  return names.find((name) => spawnSync(name, ["-c", ":"]).status === 0) ?? "bash";
}

function scriptsIn(file: string): string[] {
  return readFileSync(path.join(import.meta.dirname, "oracle", file), "utf8")
    .trimEnd()
    .split("\n%\n");
}

function runReal(shell: string, script: string): { out: string; code: number | null } {
  const home = mkdtempSync(path.join(tmpdir(), "oracle-"));
  try {
    const { stdout, status, signal } = spawnSync(shell, ["-c", `cd "$HOME"\n${script}`], {
      env: { HOME: home, LC_ALL: "C", PATH: process.env.PATH, TZ: "UTC" },
      encoding: "utf8",
      input: "",
    });
    return { out: stdout.replaceAll(home, "/root"), code: status ?? 128 + (SIGNALS[signal ?? ""] ?? 0) };
  } finally {
    rmSync(home, { recursive: true });
  }
}

const SIGNALS: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

describe.each(TABLES)("$file", ({ file, shell, real }) => {
  test.each(scriptsIn(file))("%s", async (script) => {
    const { pod, run } = startPods();
    const debian = pod("one", { container: { image: "debian:12" } });
    const { out, exit } = await run(debian, [shell, "-c", `cd "$HOME"\n${script}`], "");
    expect({ out, code: "code" in exit ? exit.code : exit.failure }).toEqual(runReal(real, script));
  });
});
