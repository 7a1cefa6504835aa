import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { readKindConfig } from "../../../src/sandbox/tools/kind-config.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("kind-config");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-kind-config-"));
  sandbox = await open(dist, { stateDir });
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

/** Both streams and the exit code of a line of shell, as a lesson would run it. */
function shell(line: string): Promise<string> {
  const PATH = [sandbox.binDir, path.dirname(findKubectl()), "/bin", "/usr/bin"].join(":");
  return new Promise((resolve) => {
    const options = { env: { PATH, ...sandbox.env }, cwd: stateDir };
    execFile("/bin/sh", ["-c", `{ ${line}; } 2>&1; echo "[$?]"`], options, (_error, out) => resolve(out));
  });
}

const HEAD = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n";

function config(text: string): string {
  const file = path.join(stateDir, "kind.yaml");
  writeFileSync(file, text);
  return file;
}

test.each([
  ["no apiVersion", "kind: Cluster", "unknown apiVersion: "],
  ["another version", "kind: Cluster\napiVersion: v1", "unknown apiVersion: v1"],
  [
    "another kind",
    "kind: Node\napiVersion: kind.x-k8s.io/v1alpha4",
    "unknown kind Node for apiVersion: kind.x-k8s.io/v1alpha4",
  ],
  ["no map", "[]", "unable to decode config: cannot unmarshal [] into Cluster"],
  ["no YAML", "a: [", /^unable to decode config: Flow sequence/],
  ["an unknown field", `${HEAD}node: []`, "unable to decode config: field node not found in type v1alpha4.Cluster"],
  [
    "an unknown field of a node",
    `${HEAD}nodes: [{rôle: worker}]`,
    "unable to decode config: field rôle not found in type v1alpha4.Node",
  ],
  ["an unknown role", `${HEAD}nodes: [{role: master}]`, '"master" is not a valid node role'],
  ["workers alone", `${HEAD}nodes: [{role: worker}]`, "must have at least one control-plane node"],
  ["two control planes", `${HEAD}nodes: [{}, {}]`, "the sandbox has one control-plane node, and the config asks for 2"],
  [
    "port mappings",
    `${HEAD}nodes: [{extraPortMappings: [{containerPort: 80}]}]`,
    /^`extraPortMappings` is not simulated: no port of your machine is opened; /,
  ],
  [
    "kubeadm",
    `${HEAD}nodes: [{kubeadmConfigPatches: []}]`,
    "`kubeadmConfigPatches` is not simulated: there is no kubeadm; for a node's labels use `labels`",
  ],
  [
    "IPv6",
    `${HEAD}networking: {ipFamily: dual}`,
    "the sandbox's networking has ipFamily ipv4, and the config asks for dual",
  ],
  [
    "no CNI",
    `${HEAD}networking: {disableDefaultCNI: true}`,
    "the sandbox's networking has disableDefaultCNI false, and the config asks for true",
  ],
  [
    "two images",
    `${HEAD}nodes: [{}, {role: worker, image: "kindest/node:v1.35.1"}]`,
    "the sandbox runs all nodes from one image, and the config names several",
  ],
])("a config with %s is refused in words", async (_, text, why) => {
  await expect(readKindConfig(config(text))).rejects.toThrow(why);
});

test("what changes nothing here is accepted", async () => {
  const text = `${HEAD}name: blue\nnetworking: {ipFamily: ipv4, podSubnet: 10.244.0.0/16, kubeProxyMode: iptables}\nnodes: [{image: "kindest/node:v1.35.1"}]\n`;
  expect(await readKindConfig(config(text))).toEqual({
    name: "blue",
    image: "kindest/node:v1.35.1",
    nodes: [{ role: "control-plane", labels: {} }],
  });
});

test("a cluster with workers: nodes by kind's names, pods on the workers, daemons everywhere, and all of it goes", async () => {
  config(`${HEAD}name: many\nnodes:\n- role: worker\n- role: control-plane\n- role: worker\n  labels: {tier: gold}\n`);
  const created = await shell("kind create cluster --config - --retain --wait 60s < kind.yaml");
  expect(created).toContain(" ✓ Preparing nodes 📦 📦 📦 \n");
  expect(created).toContain(" ✓ Joining worker nodes 🚜\n");
  expect(created).toContain('s 💚\nSet kubectl context to "kind-many"\n');
  expect(created.endsWith("[0]\n")).toBe(true);
  expect(await shell("kind get nodes --name many; kind get nodes -A | wc -l; docker ps --format '{{.Names}}'")).toBe(
    "many-control-plane\nmany-worker\nmany-worker2\n3\nmany-control-plane\nmany-worker\nmany-worker2\n[0]\n",
  );
  expect(
    await shell(
      "docker inspect -f '{{.NetworkSettings.Networks.kind.IPAddress}} {{.State.Status}}' many-worker2 many-control-plane; docker inspect nobody",
    ),
  ).toBe("172.18.0.4 running\n172.18.0.2 running\n[]\nerror: no such object: nobody\n[1]\n");
  expect(
    await shell(
      "docker network inspect kind -f '{{range .Containers}}{{println .Name .IPv4Address}}{{end}}' | sort; docker images --format '{{.Repository}}:{{.Tag}}'",
    ),
  ).toBe(
    "\nmany-control-plane 172.18.0.2/16\nmany-worker 172.18.0.3/16\nmany-worker2 172.18.0.4/16\nkindest/node:v1.35.0\n[0]\n",
  );
  const columns =
    "NAME:.metadata.name,IP:.status.addresses[0].address,PODS:.spec.podCIDR,TAINTS:.spec.taints[*].key,TIER:.metadata.labels.tier";
  expect(await shell(`kubectl get nodes --no-headers -o custom-columns='${columns}'`)).toMatch(
    /^many-control-plane +172\.18\.0\.2 +10\.244\.0\.0\/24 +node-role\.kubernetes\.io\/control-plane +<none>\nmany-worker +172\.18\.0\.3 +10\.244\.1\.0\/24 +<none> +<none>\nmany-worker2 +172\.18\.0\.4 +10\.244\.2\.0\/24 +<none> +gold\n\[0\]\n$/,
  );
  expect(await shell("kubectl get nodes --no-headers | awk '{print $2, $3}'")).toBe(
    "Ready control-plane\nReady <none>\nReady <none>\n[0]\n",
  );
  expect(await shell("kubectl -n kube-system get pods -o name | grep -c -e kindnet -e kube-proxy -e etcd")).toBe(
    "7\n[0]\n",
  );

  const placed =
    "kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.spec.nodeName} {.status.podIP}{\"\\n\"}{end}' | sort";
  await shell("kubectl create deployment web --image=nginx --replicas=4 && kubectl rollout status deployment/web");
  const [first, second] = ["many-worker 10\\.244\\.1\\.\\d+\n", "many-worker2 10\\.244\\.2\\.\\d+\n"];
  expect(await shell(placed)).toMatch(new RegExp(`^${first}${first}${second}${second}\\[0\\]\n$`));

  const drained = await shell(
    "kubectl drain many-worker --ignore-daemonsets && kubectl rollout status deployment/web --timeout=60s",
  );
  expect(drained).toContain("node/many-worker drained\n");
  expect(await shell(placed)).toMatch(new RegExp(`^(${second}){4}\\[0\\]\n$`));
  expect(await shell("kubectl delete deployment web && kind delete clusters --all; kind get clusters")).toBe(
    `deployment.apps "web" deleted\nDeleted nodes: ["many-control-plane" "many-worker" "many-worker2"]\nDeleted clusters: ["many"]\nNo kind clusters found.\n[0]\n`,
  );
});
