import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { StatusError } from "../../../src/sandbox/api/index.ts";
import { controllerFaults } from "../../../src/sandbox/controller-faults.ts";
import { LogFile } from "../../../src/sandbox/log-file.ts";

test("a log file stays below its limit, and keeps whole lines, the newest of them", () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), "log-file-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const name = path.join(dir, "sandbox.log");
  const fd = openSync(name, "a", 0o600);
  onTestFinished(() => closeSync(fd));
  const log = new LogFile(fd, name, 1000);
  for (let line = 0; line < 500; line += 1) {
    log.add(`line ${line}`);
    expect(statSync(name).size).toBeLessThanOrEqual(1000);
  }
  const lines = readFileSync(name, "utf8").trimEnd().split("\n");
  expect(lines.at(-1)).toBe("line 499");
  expect(lines.length).toBeGreaterThan(40);
  expect(lines).toEqual(lines.map((_, index) => `line ${500 - lines.length + index}`));
});

test("what the API refuses a controller is told in one line, once; a fault with its stack, each time", () => {
  const told: string[] = [];
  const onError = controllerFaults((message, error) => told.push(`${message}${error === undefined ? "" : " + stack"}`));
  const about = { namespace: "default", name: "web" };
  for (const name of ["web-a", "web-b"]) {
    onError(new StatusError(403, "Forbidden", `pods "${name}" is forbidden: exceeded quota: q`), "replicaset", about);
  }
  onError(new Error("ours"), "replicaset", about);
  onError(new Error("ours"), "replicaset", about);
  expect(told).toEqual([
    'replicaset default/web: pods "web-a" is forbidden: exceeded quota: q',
    "replicaset default/web + stack",
    "replicaset default/web + stack",
  ]);
});
