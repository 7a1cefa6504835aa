import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";

const run = promisify(execFile);
let root: string;
const opened: Sandbox[] = [];

/** A sandbox in which containers have written, the same one restarted, and a fork of it. */
let restarted: Sandbox;
let fork: Sandbox;

const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  volumes: [{name: data, emptyDir: {}}]
  containers:
  - {name: main, image: busybox, command: [sh, -c, "echo begun; sleep 3600"], volumeMounts: [{name: data, mountPath: /data}]}
---
apiVersion: v1
kind: Pod
metadata: {name: once}
spec:
  restartPolicy: Never
  containers: [{name: main, image: busybox, command: [sh, -c, "echo done"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: server}
spec:
  containers: [{name: main, image: nginx}]
`;

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), "sandbox-containers-"));
  const first = await open("one");
  writeFileSync(path.join(root, "pods.yaml"), PODS);
  await kubectl(first, "apply", "-f", path.join(root, "pods.yaml"));
  await kubectl(first, "wait", "--for=condition=Ready", "pod/writer", "pod/server", "--timeout=60s");
  await kubectl(first, "wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/once", "--timeout=60s");
  const script = "mkdir -p /data/deep; echo kept > /data/deep/file; ln -s deep/file /data/link; echo lost > /tmp/file";
  await kubectl(first, "exec", "writer", "--", "sh", "-c", script);
  await first.keep(path.join(root, "kept"));
  await first.stop();
  opened.splice(0);
  [restarted, fork] = await Promise.all([open("one"), open("two", path.join(root, "kept"))]);
  await kubectl(restarted, "wait", "--for=condition=Ready", "pod/writer", "--timeout=60s");
}, 60_000);

afterAll(async () => {
  await Promise.all(opened.map((sandbox) => sandbox.stop()));
  rmSync(root, { recursive: true, force: true });
});

async function open(name: string, from?: string): Promise<Sandbox> {
  const options = { stateDir: path.join(root, name), pace: "test", cluster: "ready", idleMs: 60_000 } as const;
  const sandbox = await openSandbox({ ...options, private: true, ...(from !== undefined && { from }) });
  opened.push(sandbox);
  return sandbox;
}

async function kubectl({ env }: Sandbox, ...args: string[]): Promise<string> {
  const { stdout } = await run(findKubectl(), args, { env: { PATH: process.env.PATH, HOME: root, ...env } });
  return stdout.trim();
}

const COPIES = [
  ["restarted", () => restarted],
  ["a fork", () => fork],
] as const;

test.each(COPIES)(
  "%s: files in a volume are there, through their links, and those of a container's layer are not",
  async (_, of) => {
    const script = "cat /data/link; ls /tmp";
    expect(await kubectl(of(), "exec", "writer", "--", "sh", "-c", script)).toBe("kept");
  },
);

test("restarted, a container's log is that of its new run, and the one of before is there", async () => {
  expect(await kubectl(restarted, "logs", "writer")).toBe("begun");
  expect(await kubectl(restarted, "logs", "writer", "--previous")).toBe("begun");
});

test("a fork is a copy of that moment: no container has ended, and the log goes on", async () => {
  expect(await kubectl(fork, "get", "pod", "writer", "-o", "jsonpath={..restartCount}")).toBe("0");
  expect(await kubectl(fork, "logs", "writer")).toBe("begun\nbegun");
});

test.each(COPIES)("%s: what has ended is not run again", async (_, of) => {
  expect(await kubectl(of(), "logs", "once")).toBe("done");
  expect(await kubectl(of(), "get", "pod", "once", "-o", "jsonpath={.status.phase}")).toBe("Succeeded");
});

test("a volume of one is not one of the other", async () => {
  await kubectl(fork, "exec", "writer", "--", "sh", "-c", "echo changed > /data/deep/file");
  expect(await kubectl(restarted, "exec", "writer", "--", "cat", "/data/deep/file")).toBe("kept");
});
