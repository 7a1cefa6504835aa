import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("tools");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-tools-"));
  sandbox = await open(dist, { stateDir });
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

/** A program of the sandbox as a lesson would call it; both streams and the exit code as text. */
function tool(line: string, env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const PATH = `${sandbox.binDir}:${path.dirname(process.execPath)}-none:/bin:/usr/bin`;
    execFile(
      "/bin/sh",
      ["-c", `{ ${line}; } 2>&1; echo "[$?]"`],
      { env: { PATH, ...sandbox.env, ...env } },
      (_error, out) => resolve(out),
    );
  });
}

test("versions say what they are", async () => {
  expect(await tool("docker --version; kind version; kind --version")).toMatch(
    /^Docker version \S+ \(sandbox\), build simulated\nkind v0\.32\.0 \(sandbox\) go\S+ \S+\nkind version 0\.32\.0 \(sandbox\)\n\[0\]\n$/,
  );
});

test("a cluster comes, is found, and goes", async () => {
  expect(await tool("kind get clusters; docker network inspect kind")).toMatchInlineSnapshot(`
    "No kind clusters found.
    []
    Error response from daemon: network kind not found
    [1]
    "
  `);
  const created = await tool("kind create cluster --image kindest/node:v1.35.0 --wait 2m", {
    KIND_CLUSTER_NAME: "blue",
  });
  expect(created.replace(/Ready after \d+s/, "Ready after <N>s")).toMatchInlineSnapshot(`
    "Creating cluster "blue" ...
     • Ensuring node image (kindest/node:v1.35.0) 🖼  ...
     ✓ Ensuring node image (kindest/node:v1.35.0) 🖼
     • Preparing nodes 📦   ...
     ✓ Preparing nodes 📦 
     • Writing configuration 📜  ...
     ✓ Writing configuration 📜
     • Starting control-plane 🕹️  ...
     ✓ Starting control-plane 🕹️
     • Installing CNI 🔌  ...
     ✓ Installing CNI 🔌
     • Installing StorageClass 💾  ...
     ✓ Installing StorageClass 💾
     • Waiting ≤ 2m0s for control-plane = Ready ⏳  ...
     ✓ Waiting ≤ 2m0s for control-plane = Ready ⏳
     • Ready after <N>s 💚
    Set kubectl context to "kind-blue"
    You can now use your cluster with:

    kubectl cluster-info --context kind-blue

    Have a nice day! 👋
    [0]
    "
  `);
  expect(
    await tool("kind get clusters; kind get nodes --name blue; kubectl config current-context"),
  ).toMatchInlineSnapshot(`
    "blue
    blue-control-plane
    kind-blue
    [0]
    "
  `);
  expect(await tool("kind create cluster --name blue; kind create cluster --name red")).toMatchInlineSnapshot(`
    "ERROR: failed to create cluster: node(s) already exist for a cluster with the name "blue"
    ERROR: failed to create cluster: the sandbox holds one cluster at a time and has "blue"; delete it first: kind delete cluster --name blue
    [1]
    "
  `);
  expect(
    await tool(
      `docker network inspect -f '{{range .IPAM.Config}}{{println .Subnet}}{{end}}' kind | grep -v : | head -1`,
    ),
  ).toBe("172.18.0.0/16\n[0]\n");
  expect(await tool("docker ps --format '{{.Names}} {{.Image}}'")).toBe(
    "blue-control-plane kindest/node:v1.35.0\n[0]\n",
  );
  expect(
    await tool("kind delete cluster --name blue; kind delete cluster --name blue; kubectl config current-context"),
  ).toMatchInlineSnapshot(`
      "Deleting cluster "blue" ...
      Deleted nodes: ["blue-control-plane"]
      Deleting cluster "blue" ...
      error: current-context is not set
      [1]
      "
    `);
});

test.each([
  ["kind create cluster --config x.yaml", "error reading file: open x.yaml: no such file or directory"],
  ["kind create cluster --kubeconfig x", "`kind create cluster --kubeconfig x` is not simulated"],
  ["kind delete clusters", "ERROR: no cluster names provided"],
  ["kind create cluster --image kindest/node:v1.20.0", "the sandbox simulates Kubernetes 1.35"],
  ["kind create cluster --name Under_Score", "is not a valid cluster name"],
  ["kind create cluster --wait soon", `invalid argument "soon" for "--wait" flag`],
  ["kind build node-image", "kind (sandbox): `kind build node-image` is not simulated; "],
  ["docker pull", "'docker pull' requires 1 argument"],
  ["docker run hello-world", "docker (sandbox): `docker run hello-world` is not simulated; "],
  ["docker network inspect bridge -f '{{printf .Name}}'", 'template parsing error: function "printf" not defined'],
  ["kind get kubeconfig --name nobody", "could not locate any control plane nodes for cluster named 'nobody'"],
])("%s is refused in words", async (line, message) => {
  const out = await tool(line);
  expect(out).toContain(message);
  expect(out.endsWith("[1]\n")).toBe(true);
});

test("an option that is not simulated is one sentence with the way to the real program", async () => {
  for (const line of ["kind create cluster --kubeconfig x", "docker ps --no-trunc", "kind create cluster -c x"]) {
    expect(await tool(line)).toBe(
      `${line.split(" ")[0]} (sandbox): \`${line}\` is not simulated; no real ${line.split(" ")[0]} was found in PATH, and \`learn-istio start --target live\` runs the lessons on it.\n[1]\n`,
    );
  }
});

test("docker tells what it can do, as kind does", async () => {
  const help = await tool("docker --help");
  expect(help).toMatch(/^docker \(sandbox\) answers .*\n\nUsage:\n {2}docker version /);
  expect(help).toMatch(/\[0\]\n$/);
  for (const line of ["docker", "docker help", "docker -h", "docker ps --help", "docker exec --help"])
    expect(await tool(line)).toBe(help);
});

test("a reader that has seen enough is no error", async () => {
  expect(
    await tool(
      "bash --norc -c 'for i in 1 2 3 4 5; do docker version | head -1; [ $PIPESTATUS = 0 ] || echo $PIPESTATUS; done | sort -u'",
    ),
  ).toBe("Client: Docker Engine (sandbox, simulated)\n[0]\n");
  expect(
    await tool("bash --norc -c 'docker version | true; echo $PIPESTATUS; kind --help | true; echo $PIPESTATUS'"),
  ).toBe("0\n0\n[0]\n");
});
