import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../../../src/sandbox/index.ts";

const run = promisify(execFile);
const built = path.resolve(import.meta.dirname, "../../../dist");
const scratch = mkdtempSync(path.join(tmpdir(), "sandbox-replaced-"));
let sandbox: Sandbox | undefined;

afterEach(async () => {
  await sandbox?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test("a sandbox goes on when its program's files were replaced, also with what it had not loaded yet", async () => {
  const dist = path.join(scratch, "dist");
  cpSync(built, dist, { recursive: true });
  sandbox = await openSandbox({
    stateDir: path.join(scratch, "state"),
    daemonPath: path.join(dist, "daemon.cjs"),
    pace: "test",
    cluster: "ready",
    idleMs: 60_000,
  });
  for (const name of readdirSync(dist)) if (/\.cjs$/.test(name)) rmSync(path.join(dist, name));
  const env = { ...process.env, ...sandbox.env };
  const kubectl = async (...args: string[]): Promise<string> => (await run("kubectl", args, { env })).stdout;
  await kubectl("run", "shell", "--image=busybox:1.36", "--", "sleep", "1000");
  await kubectl("wait", "--for=condition=Ready", "pod/shell", "--timeout=20s");
  expect(await kubectl("exec", "shell", "--", "sh", "-c", "echo a b | awk '{ print $2 }'")).toBe("b\n");
  expect(await kubectl("explain", "pod.spec.nodeName")).toContain("FIELD: nodeName <string>");
});
