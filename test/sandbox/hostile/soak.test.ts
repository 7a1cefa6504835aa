import { execFile } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

const script = path.resolve(import.meta.dirname, "../../../scripts/soak.mjs");

// What it looks for stands in the script; memory takes a longer run. Its descriptors are read from /proc.
test.runIf(process.platform === "linux")(
  "152 rollouts come to every watch, and leave no more than they may",
  async () => {
    const { code, stdout } = await new Promise<{ readonly code: number | null; readonly stdout: string }>((resolve) => {
      const child = execFile(process.execPath, [script, "152"], (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout: stdout + stderr }),
      );
    });
    expect(stdout).not.toContain("FAULT");
    expect(stdout).toMatch(/\n\d{4} versions, 0 of them seen by no informer\n/);
    expect(stdout).toMatch(/\n152 rollouts: 0 faults\n/);
    expect(code).toBe(0);
  },
);
