import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { normalise, startCluster } from "./cluster.ts";
import { deployment, pod, rolledOut } from "./objects.ts";

function file(...objects: JsonObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
}

test.each([
  ["create ns demo", "namespace/demo created\n", ["v1", "Namespace", "demo"]],
  [
    "create deployment web --image=nginx:1.27 --replicas=2 --port=80",
    "deployment.apps/web created\n",
    ["apps/v1", "Deployment", "web"],
  ],
  ["create configmap settings --from-literal=a=1", "configmap/settings created\n", ["v1", "ConfigMap", "settings"]],
  ["create secret generic key --from-literal=a=1", "secret/key created\n", ["v1", "Secret", "key"]],
  ["create serviceaccount bot", "serviceaccount/bot created\n", ["v1", "ServiceAccount", "bot"]],
  ["create service clusterip web --tcp=80:8080", "service/web created\n", ["v1", "Service", "web"]],
  ["create service nodeport web --tcp=80 --node-port=30080", "service/web created\n", ["v1", "Service", "web"]],
  [
    "create role reader --verb=get --resource=pods",
    "role.rbac.authorization.k8s.io/reader created\n",
    ["rbac.authorization.k8s.io/v1", "Role", "reader"],
  ],
  ["create job once --image=busybox", "job.batch/once created\n", ["batch/v1", "Job", "once"]],
  [
    "create ingress web --rule=a.example/*=web:80",
    "ingress.networking.k8s.io/web created\n",
    ["networking.k8s.io/v1", "Ingress", "web"],
  ],
  ["run web --image=nginx:1.27", "pod/web created\n", ["v1", "Pod", "web"]],
])("%s, sent as protobuf, is stored as the dry run shows it", async (command, said, [apiVersion, kind, name]) => {
  const { kubectl, faults } = await startCluster();
  const shown = JSON.parse(await kubectl(`${command} --dry-run=client -o json`));
  expect(await kubectl(command)).toBe(said);
  const stored = JSON.parse(await kubectl(`get ${kind} ${name} -o json`));
  expect(stored).toMatchObject({ apiVersion, kind });
  for (const field of ["data", "rules", "type"]) expect(stored[field]).toEqual(shown[field] ?? stored[field]);
  if (shown.spec) expect(withoutEmpty(stored.spec)).toMatchObject(withoutEmpty(shown.spec) as object);
  expect(faults).toEqual([]);
});

/** The client's dry run shows `{}` and `null` where a server shows nothing. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutEmpty(item)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== null && JSON.stringify(item) !== "{}"));
}

test("apply: created, unchanged, configured, unchanged; diff says what would change", async () => {
  const { kubectl, run } = await startCluster();
  const first = file(deployment("web"));
  const second = file(deployment("web", 3));
  expect(await kubectl("apply -f -", first)).toBe("deployment.apps/web created\n");
  expect(await kubectl("apply -f -", first)).toBe("deployment.apps/web unchanged\n");
  const diff = await run("diff -f -", second);
  expect(diff.code).toBe(1);
  expect(diff.stdout.split("\n").filter((line) => /^[-+] /.test(line))).toEqual([
    "-  generation: 1",
    "+  generation: 2",
    "-  replicas: 2",
    "+  replicas: 3",
  ]);
  expect(await kubectl("apply -f - --dry-run=server", second)).toBe(
    "deployment.apps/web configured (server dry run)\n",
  );
  expect(await kubectl("apply -f -", second)).toBe("deployment.apps/web configured\n");
  expect(await kubectl("apply -f -", second)).toBe("deployment.apps/web unchanged\n");
  expect((await run("diff -f -", second)).code).toBe(0);
});

test("apply takes away what the file no longer has, and leaves what others added", async () => {
  const { kubectl } = await startCluster();
  const web = deployment("web");
  const annotated = { ...web, metadata: { ...web.metadata, annotations: { mine: "1" } } };
  await kubectl("apply -f -", file(annotated));
  await kubectl("annotate deploy web theirs=2");
  expect(await kubectl("apply -f -", file(web))).toBe("deployment.apps/web configured\n");
  const { annotations } = JSON.parse(await kubectl("get deploy web -o json")).metadata;
  expect(Object.keys(annotations).sort()).toEqual(["kubectl.kubernetes.io/last-applied-configuration", "theirs"]);
});

test("a field that no schema knows is refused, by create and by apply, or named in a warning", async () => {
  const { kubectl } = await startCluster();
  const web = deployment("web");
  const wrong = JSON.stringify({ ...web, spec: { ...web.spec, replicsa: 2 } });
  expect(await kubectl("apply -f -", wrong)).toMatchInlineSnapshot(`
    "Error from server (BadRequest): error when creating "STDIN": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicsa"
    "
  `);
  await kubectl("apply -f -", JSON.stringify(web));
  expect(await kubectl("apply -f -", wrong)).toMatchInlineSnapshot(`
    "The request is invalid: patch: Invalid value: "map[metadata:map[annotations:map[kubectl.kubernetes.io/last-applied-configuration:{\\"apiVersion\\":\\"apps/v1\\",\\"kind\\":\\"Deployment\\",\\"metadata\\":{\\"annotations\\":{},\\"labels\\":{\\"app\\":\\"web\\"},\\"name\\":\\"web\\",\\"namespace\\":\\"default\\"},\\"spec\\":{\\"replicas\\":2,\\"replicsa\\":2,\\"selector\\":{\\"matchLabels\\":{\\"app\\":\\"web\\"}},\\"template\\":{\\"metadata\\":{\\"labels\\":{\\"app\\":\\"web\\"}},\\"spec\\":{\\"containers\\":[{\\"image\\":\\"nginx:1.27\\",\\"name\\":\\"app\\",\\"ports\\":[{\\"containerPort\\":80}]}]}}}}\\n]] spec:map[replicsa:2]]": strict decoding error: unknown field "spec.replicsa"
    "
  `);
  expect(await kubectl("apply --validate=warn -f -", wrong)).toMatchInlineSnapshot(`
    "deployment.apps/web configured
    Warning: unknown field "spec.replicsa"
    "
  `);
  const typed = JSON.stringify({ ...web, spec: { ...web.spec, replicas: "two" } });
  expect(await kubectl("replace -f -", typed)).toMatchInlineSnapshot(`
    "Error from server (BadRequest): error when replacing "STDIN": Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32
    "
  `);
});

test("label, annotate, three patches, scale, set image, edit, replace", async () => {
  const { kubectl, dir, env } = await startCluster();
  await kubectl("apply -f -", file(deployment("web")));
  const editor = path.join(dir, "editor");
  writeFileSync(editor, '#!/bin/sh\nsed -i "s/nginx:2/nginx:3/" "$1"\n');
  chmodSync(editor, 0o700);
  env.EDITOR = editor;
  const spoken: string[] = [];
  for (const command of [
    ["label", "deploy", "web", "tier=front"],
    ["label", "deploy", "web", "tier=back"],
    ["annotate", "deploy", "web", "note=hello"],
    [
      "patch",
      "deploy",
      "web",
      "-p",
      '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"1"}]}]}}}}',
    ],
    ["patch", "deploy", "web", "--type=merge", "-p", '{"spec":{"minReadySeconds":5}}'],
    ["patch", "deploy", "web", "--type=json", "-p", '[{"op":"remove","path":"/spec/minReadySeconds"}]'],
    ["patch", "deploy", "web", "--type=json", "-p", '[{"op":"test","path":"/spec/replicas","value":9}]'],
    ["scale", "deploy", "web", "--replicas=5"],
    ["set", "image", "deploy/web", "app=nginx:2"],
    ["edit", "deploy", "web"],
    ["rollout", "restart", "deploy/web"],
    [
      "get",
      "deploy",
      "web",
      "-o",
      "jsonpath={.spec.replicas} {.spec.template.spec.containers[*].image} {.metadata.generation}",
    ],
  ]) {
    spoken.push(`$ kubectl ${command.join(" ")}\n${await kubectl(command)}`);
  }
  expect(spoken.join("")).toMatchInlineSnapshot(`
    "$ kubectl label deploy web tier=front
    deployment.apps/web labeled
    $ kubectl label deploy web tier=back
    error: 'tier' already has a value (front), and --overwrite is false
    $ kubectl annotate deploy web note=hello
    deployment.apps/web annotated
    $ kubectl patch deploy web -p {"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"A","value":"1"}]}]}}}}
    deployment.apps/web patched
    $ kubectl patch deploy web --type=merge -p {"spec":{"minReadySeconds":5}}
    deployment.apps/web patched
    $ kubectl patch deploy web --type=json -p [{"op":"remove","path":"/spec/minReadySeconds"}]
    deployment.apps/web patched
    $ kubectl patch deploy web --type=json -p [{"op":"test","path":"/spec/replicas","value":9}]
    The request is invalid: the server rejected our request due to an error in our request
    $ kubectl scale deploy web --replicas=5
    deployment.apps/web scaled
    $ kubectl set image deploy/web app=nginx:2
    deployment.apps/web image updated
    $ kubectl edit deploy web
    deployment.apps/web edited
    $ kubectl rollout restart deploy/web
    deployment.apps/web restarted
    $ kubectl get deploy web -o jsonpath={.spec.replicas} {.spec.template.spec.containers[*].image} {.metadata.generation}
    5 nginx:3 8"
  `);
  const replaced = await kubectl("replace -f -", JSON.stringify(deployment("web", 1)));
  expect(replaced).toBe("deployment.apps/web replaced\n");
});

test("what is there already, what is not there, what may not be", async () => {
  const { kubectl } = await startCluster();
  await kubectl("create ns demo");
  const said: string[] = [];
  for (const command of [
    "create ns demo",
    "create cm a -n nope",
    "create cm Not_A_Name",
    "delete cm nope",
    "delete ns kube-system",
    "get pods --field-selector spec.x=1",
  ]) {
    said.push(`$ kubectl ${command}\n${await kubectl(command, JSON.stringify(deployment("web")))}`);
  }
  expect(said.join("")).toMatchInlineSnapshot(`
    "$ kubectl create ns demo
    Error from server (AlreadyExists): namespaces "demo" already exists
    $ kubectl create cm a -n nope
    error: failed to create configmap: namespaces "nope" not found
    $ kubectl create cm Not_A_Name
    error: failed to create configmap: ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
    $ kubectl delete cm nope
    Error from server (NotFound): configmaps "nope" not found
    $ kubectl delete ns kube-system
    Error from server (Forbidden): namespaces "kube-system" is forbidden: this namespace may not be deleted
    $ kubectl get pods --field-selector spec.x=1
    Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.x=1": field label not supported: spec.x
    "
  `);
});

test("delete waits for finalizers and for a pod's grace", async () => {
  const cluster = await startCluster();
  const { kubectl, put, registry, start } = cluster;
  put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "held", finalizers: ["example.com/hold"] } });
  const deleting = start("delete cm held");
  const ended = new Promise<number | null>((resolve) => deleting.on("exit", resolve));
  await expect
    .poll(async () => JSON.parse(await kubectl("get cm held -o json")).metadata.deletionTimestamp)
    .toBeDefined();
  expect(await kubectl('patch cm held --type=merge -p {"metadata":{"finalizers":null}}')).toBe(
    "configmap/held patched\n",
  );
  expect(await ended).toBe(0);
  put(pod("web"));
  await kubectl("delete pod web --wait=false");
  expect(normalise(await kubectl("get pods"))).toMatchInlineSnapshot(`
    "NAME   READY   STATUS        RESTARTS   AGE
    web    1/1     Terminating   0          0s
    "
  `);
  expect(await kubectl("delete pod web --force --grace-period=0")).toContain('pod "web" force deleted');
  expect(registry.store.list("/pods")).toEqual([]);
});

test("a namespace terminates until it is finalized", async () => {
  const { kubectl } = await startCluster();
  await kubectl("create ns demo");
  await kubectl("delete ns demo --wait=false");
  expect(normalise(await kubectl("get ns"))).toMatchInlineSnapshot(`
    "NAME          STATUS        AGE
    default       Active        0s
    demo          Terminating   0s
    kube-system   Active        0s
    "
  `);
  expect(await kubectl("create cm a -n demo")).toMatchInlineSnapshot(`
    "error: failed to create configmap: configmaps "a" is forbidden: unable to create new content in namespace demo because it is being terminated
    "
  `);
  await kubectl(
    "replace --raw /api/v1/namespaces/demo/finalize -f -",
    JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" }, spec: {} }),
  );
  expect(await kubectl("get ns demo")).toBe('Error from server (NotFound): namespaces "demo" not found\n');
});

test("rollout status and history follow what the controller reports", async () => {
  const { kubectl, put, putStatus } = await startCluster();
  put(deployment("web"));
  expect(await kubectl("rollout status deploy/web --timeout=1s")).toContain(
    "Waiting for deployment spec update to be observed...",
  );
  putStatus(rolledOut("web"));
  expect(await kubectl("rollout status deploy/web --timeout=5s")).toBe('deployment "web" successfully rolled out\n');
  expect(await kubectl("rollout history deploy/web")).toContain("deployment.apps/web");
});
