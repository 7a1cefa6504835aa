import { execFile } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

const script = path.resolve(import.meta.dirname, "../../../scripts/fuzz-api.mjs");

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout: stdout + stderr }),
    );
  });
}

// What it looks for stands in the script. Its descriptors and memory are read from /proc.
test.runIf(process.platform === "linux")("2,000 wrong requests find no fault", async () => {
  const { code, stdout } = await run(["2000", "1", "--worst", "deep"]);
  expect(stdout).not.toContain("FAULT");
  expect(stdout).toMatch(/\n2000 requests, seed 1: 0 faults/);
  expect(code).toBe(0);
});
