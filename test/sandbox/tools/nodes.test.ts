import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

const NODE = "learn-istio-control-plane";

let dist: string;
let stateDir: string;
let work: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("nodes");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-nodes-"));
  work = mkdtempSync(path.join(tmpdir(), "sandbox-nodes-work-"));
  sandbox = await open(dist, { stateDir, cluster: "ready" });
  expect(
    await tool(
      "kubectl run talker --image=busybox:1.36 -- sh -c 'echo one; echo two; sleep 1000' && kubectl wait --for=condition=Ready pod/talker --timeout=20s",
    ),
  ).toContain("condition met");
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir, work]) rmSync(folder, { recursive: true, force: true });
});

/** A line of bash with the sandbox's programs; both streams and the exit code as text. */
function tool(line: string): Promise<string> {
  return new Promise((resolve) => {
    const PATH = `${sandbox.binDir}:${process.env.PATH}`;
    const env = { PATH, HOME: process.env.HOME, ...sandbox.env, KIND_CLUSTER_NAME: "learn-istio" };
    execFile("/bin/bash", ["-c", `{ ${line}; } 2>&1; echo "[$?]"`], { env }, (_error, out) => resolve(out));
  });
}

test("crictl in a node shows the pods, containers, images and logs that kubectl shows", async () => {
  const id = (await tool("kubectl get pod talker -o 'jsonpath={.status.containerStatuses[0].containerID}'")).match(
    /containerd:\/\/([0-9a-f]{13})/,
  )?.[1];
  const ps = await tool(`docker exec ${NODE} crictl ps --name talker`);
  expect(ps.replace(/\d+ seconds?|Less than a second/g, "AGE").replace(/[0-9a-f]{13}/g, "HEX")).toMatch(
    /^CONTAINER {11}IMAGE {15}CREATED +STATE {15}NAME {16}ATTEMPT {13}POD ID {14}POD {17}NAMESPACE\nHEX {7}HEX {7}AGE ago +Running {13}talker {14}0 {19}HEX {7}talker {14}default\n\[0\]\n$/,
  );
  expect(ps).toContain(`\n${id} `);
  expect(await tool(`docker exec -it ${NODE} crictl logs ${id}; docker exec ${NODE} crictl logs --tail=1 ${id}`)).toBe(
    "one\ntwo\ntwo\n[0]\n",
  );
  expect(await tool(`docker exec ${NODE} crictl images | grep busybox`)).toMatch(
    /^docker\.io\/library\/busybox +1\.36 +[0-9a-f]{13} +0B\n/,
  );
  const pods = await tool(`docker exec ${NODE} crictl pods -q | wc -l; kubectl get pods -A --no-headers | wc -l`);
  expect(pods).toMatch(/^(\d+)\n\1\n\[0\]\n$/);
});

test.each([
  [`docker exec ${NODE} crictl logs nope`, 'container "nope": not found'],
  [`docker exec ${NODE} bash`, `docker (sandbox): \`docker exec ${NODE} bash\` is not simulated; `],
  [`docker exec ${NODE} crictl stats`, `\`docker exec ${NODE} crictl stats\` is not simulated; `],
  ["docker exec nobody ls", "Error response from daemon: No such container: nobody"],
  ["docker exec", "'docker exec' requires at least 2 arguments"],
  ["docker logs nobody", "No such container: nobody"],
  [`docker port ${NODE} 80`, `No public port '80/tcp' published for ${NODE}`],
  ["docker stop nobody", "No such container: nobody"],
  [`docker stop -t 1 ${NODE}`, "is not simulated"],
  ["kind load image-archive none.tar", "ERROR: stat none.tar: no such file or directory"],
  ["kind load image-archive", "ERROR: name of image archive is required"],
  ["kind export logs --name nobody", 'ERROR: unknown cluster "nobody"'],
  ["kind export logs a b", "ERROR: accepts at most 1 arg(s), received 2"],
])("%s is refused in words", async (line, message) => {
  const out = await tool(line);
  expect(out).toContain(message);
  expect(out).toMatch(/\[1\]\n$/);
});

test("an archive that is there counts as loaded", async () => {
  const file = path.join(work, "image.tar");
  writeFileSync(file, "");
  expect(await tool(`kind load image-archive ${file}`)).toBe("[0]\n");
  expect(await tool(`kind load image-archive ${file} --name red`)).toContain('no nodes found for cluster "red"');
});

test("the API server's port is the one that docker tells", async () => {
  const port = new URL(sandbox.url).port;
  expect(await tool(`docker port ${NODE}; docker port ${NODE} 6443`)).toBe(
    `6443/tcp -> 127.0.0.1:${port}\n127.0.0.1:${port}\n[0]\n`,
  );
  expect(await tool("docker ps --format '{{.Ports}}'")).toBe(`127.0.0.1:${port}->6443/tcp\n[0]\n`);
  expect(await tool(`docker logs ${NODE}`)).toContain(`${NODE} is simulated and keeps no log of its own`);
});

test("exported logs are kind's folder with what the pods wrote", async () => {
  const dir = path.join(work, "logs");
  expect(await tool(`kind export logs ${dir}`)).toBe(`Exporting logs for cluster "learn-istio" to:\n${dir}\n[0]\n`);
  expect(readdirSync(dir).sort()).toEqual(["docker-info.txt", "kind-version.txt", NODE]);
  const node = path.join(dir, NODE);
  expect(readdirSync(node).sort()).toEqual(
    "containerd.log containers images.log inspect.json journal.log kubelet.log kubernetes-version.txt pods serial.log".split(
      " ",
    ),
  );
  expect(readFileSync(path.join(node, "kubernetes-version.txt"), "utf8")).toBe("v1.35.0\n");
  expect(readFileSync(path.join(node, "images.log"), "utf8")).toContain("docker.io/library/busybox:1.36\n");
  expect(JSON.parse(readFileSync(path.join(node, "inspect.json"), "utf8"))[0].Name).toBe(`/${NODE}`);
  const [talker = ""] = readdirSync(path.join(node, "containers")).filter((name) => name.startsWith("talker_default_"));
  expect(talker).toMatch(/^talker_default_talker-[0-9a-f]{64}\.log$/);
  const log = realpathSync(path.join(node, "containers", talker));
  expect(path.relative(realpathSync(node), log)).toMatch(/^pods\/default_talker_[0-9a-f-]{36}\/talker\/0\.log$/);
  expect(readFileSync(log, "utf8").replace(/^[-\dT:.]+Z/gm, "TIME")).toBe("TIME stdout F one\nTIME stdout F two\n");
  // Into the same folder again.
  expect(await tool(`kind export logs ${dir}`)).toMatch(/\[0\]\n$/);
});

test("a node that is stopped serves nothing, also after the sandbox was restarted, and comes back as docker's does", async () => {
  expect(await tool(`docker stop ${NODE}; docker ps -q; docker ps -a --format '{{.Status}} {{.Ports}}.'`)).toMatch(
    new RegExp(`^${NODE}\nExited \\(130\\) .* ago \\.\n\\[0\\]\n$`),
  );
  expect(await tool("kubectl get pods")).toContain("Error from server (ServiceUnavailable)");
  expect(await tool(`docker exec ${NODE} crictl ps`)).toMatch(/container [0-9a-f]{64} is not running\n\[1\]/);
  expect(await tool("kind export logs; kind get clusters")).toContain(
    `are stopped; docker start ${NODE}\nlearn-istio\n`,
  );
  await close(sandbox);
  await stopSandbox(stateDir);
  sandbox = await open(dist, { stateDir });
  expect(await tool(`docker inspect -f '{{.State.Status}}' ${NODE}`)).toBe("exited\n[0]\n");
  expect(await tool(`docker start ${NODE}; docker inspect -f '{{.State.Status}}' ${NODE}`)).toBe(
    `${NODE}\nrunning\n[0]\n`,
  );
  expect(await restartsOfTalker(1)).toContain("condition met");
  expect(await tool(`docker exec ${NODE} crictl logs -p $(docker exec ${NODE} crictl ps -q --name talker)`)).toBe(
    "one\ntwo\n[0]\n",
  );
});

test("a node that is restarted begins its pods again, and cuts what watches it", async () => {
  const watch = tool("kubectl get pods -w --request-timeout=20s >/dev/null; echo over");
  expect(await tool(`docker restart ${NODE}`)).toBe(`${NODE}\n[0]\n`);
  expect(await restartsOfTalker(2)).toContain("condition met");
  expect(await watch).toContain("over");
  expect(await tool("kubectl get events --field-selector reason=SandboxChanged,involvedObject.name=talker")).toContain(
    "Pod sandbox changed, it will be killed and re-created.",
  );
});

function restartsOfTalker(count: number): Promise<string> {
  const path = "jsonpath={.status.containerStatuses[0].restartCount}";
  return tool(
    `kubectl wait --for='${path}=${count}' pod/talker --timeout=20s && kubectl wait --for=condition=Ready pod/talker --timeout=20s`,
  );
}
