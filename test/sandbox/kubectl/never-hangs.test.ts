import path from "node:path";
import { describe, expect, test } from "vitest";
import { type ClientMachine, startClientMachine } from "../../support/client-machine.ts";
import { findClients, oldestAndNewest } from "../../support/clients.ts";

/** A client that has not ended after a minute is killed and exits with 124: that is the failure that these tests are for. */
const fixtures = path.resolve(import.meta.dirname, "../../../fixtures/sandbox/kubectl");
const clients = oldestAndNewest(findClients("kubectl"));

console.log(`never hangs: with ${clients.map((client) => client.name).join(" and ")}`);

const HOLD = `kubectl create cm held --from-literal=a=b -o name
kubectl patch cm held --type=merge -p '{"metadata":{"finalizers":["example.com/hold"]}}' -o name`;
const LET_GO = `kubectl patch cm held --type=merge -p '{"metadata":{"finalizers":null}}' -o name`;
/** Begins a command, lets another happen once the first one's watch is there, and ends with the first one's exit code. */
const WHILE = (command: string, seen: string, then: string): string =>
  `${command} > out 2>&1 & first=$!\n${seen}\n${then}\nwait $first; code=$?; cat out; exit $code`;
const BROKEN = `kubectl patch deployment web -p '{"spec":{"progressDeadlineSeconds":1,"template":{"spec":{"containers":[{"name":"app","image":"nginx:no-such-tag"}]}}}}' -o name`;
const UP = "kubectl apply -f web.yaml -o name > /dev/null && kubectl rollout status deployment/web > /dev/null";

/** What is run, how it ends, the last line that it prints. */
const CASES: readonly (readonly [name: string, line: string, exit: number, last: RegExp])[] = [
  ["rollout status of one that comes up", UP, 0, /^$/],
  [
    "rollout status of a paused one",
    `${UP}; kubectl rollout pause deployment/web; kubectl set image deployment/web app=nginx:1.28; kubectl rollout status deployment/web --timeout=2s`,
    1,
    /^error: timed out waiting for the condition$/,
  ],
  [
    "rollout status of one that goes on after a pause",
    `${UP}; kubectl rollout pause deployment/web; kubectl set image deployment/web app=nginx:1.28
${WHILE("kubectl rollout status deployment/web", "until grep -q Waiting out; do sleep 0.05; done", "kubectl rollout resume deployment/web")}`,
    0,
    /successfully rolled out$/,
  ],
  [
    "rollout status of one that is stuck",
    `${UP}; ${BROKEN}; kubectl rollout status deployment/web`,
    1,
    /^error: deployment "web" exceeded its progress deadline$/,
  ],
  [
    "rollout status of one that is deleted meanwhile",
    `${UP}; ${BROKEN.replace('"progressDeadlineSeconds":1', '"progressDeadlineSeconds":600')}
${WHILE("kubectl rollout status deployment/web", "until grep -q Waiting out; do sleep 0.05; done", "kubectl delete deployment web")}`,
    1,
    /^error: object has been deleted$/,
  ],
  [
    "wait for a condition that comes later",
    WHILE("kubectl wait --for=condition=Ready pod -l app=one --timeout=50s", "", "sleep 0").replace(
      "kubectl wait",
      "kubectl apply -f pod.yaml -o name; kubectl wait",
    ),
    0,
    /pod\/one condition met$/,
  ],
  [
    "wait for a value that comes later",
    `kubectl create cm late --from-literal=a=b -o name
${WHILE("kubectl wait --for=jsonpath='{.data.a}'=c cm/late", "", `kubectl patch cm late --type=merge -p '{"data":{"a":"c"}}' -o name`)}`,
    0,
    /configmap\/late condition met$/,
  ],
  ["wait that gives up", "kubectl wait --for=condition=Never node --all --timeout=1s", 1, /timed out waiting/],
  [
    "wait for the end of one that is held",
    `${HOLD}; kubectl delete cm held --wait=false
${WHILE("kubectl wait --for=delete cm/held", "", LET_GO)}`,
    0,
    /patched|configmap\/held/,
  ],
  [
    "delete that waits for a finalizer",
    `${HOLD}\n${WHILE("kubectl delete cm held", "until kubectl get cm held -o jsonpath='{.metadata.deletionTimestamp}' | grep -q T; do sleep 0.05; done", LET_GO)}`,
    0,
    /^configmap "held" deleted/,
  ],
  [
    "delete of a namespace with things in it",
    "kubectl create ns shop -o name; kubectl create deployment web --image=nginx:1.27 -n shop -o name; kubectl delete ns shop",
    0,
    /^namespace "shop" deleted$/,
  ],
  [
    "delete in the foreground, through owners",
    `${UP}; kubectl delete deployment web --cascade=foreground; kubectl get rs,pods -l app=web -o name`,
    0,
    /^deployment.apps "web" deleted/,
  ],
  [
    "delete of all pods, which come back under other names",
    `${UP}; kubectl delete pods -l app=web; kubectl rollout status deployment/web`,
    0,
    /successfully rolled out$/,
  ],
];

async function onMachine(
  client: (typeof clients)[number],
  use: (machine: ClientMachine) => Promise<void>,
): Promise<void> {
  const machine = await startClientMachine([client], fixtures);
  try {
    await use(machine);
  } finally {
    await machine.stop();
  }
}

describe.each(clients)("$name", (client) => {
  test.concurrent.each(CASES)("%s", (_, line, exit, last) =>
    onMachine(client, async (machine) => {
      const ran = await machine.run(line);
      expect(ran.exit, ran.output).toBe(exit);
      expect(ran.output.trimEnd().split("\n").at(-1)).toMatch(last);
    }),
  );

  test.concurrent("a watch tells of what happens after a time of nothing, and ends with the sandbox", () =>
    onMachine(client, async (machine) => {
      const watch = machine.run("kubectl get cm -w -o name");
      const changes = async (): Promise<void> => {
        const { exit } = await machine.run("sleep 2; kubectl create cm late --from-literal=a=b");
        expect(exit).toBe(0);
      };
      await changes();
      await machine.restart();
      const { output, exit } = await watch;
      expect([output.split("\n").includes("configmap/late"), exit]).toEqual([true, 0]);
      // What it was told is still there, for a new watch too.
      expect(await machine.run("kubectl get cm late -o name")).toEqual({ output: "configmap/late\n", exit: 0 });
    }));

  test.concurrent("waiting goes on over a restart of the sandbox, or ends", () =>
    onMachine(client, async (machine) => {
      await machine.run("kubectl create cm late --from-literal=a=b");
      const wait = machine.run("kubectl wait --for=jsonpath='{.data.a}'=c cm/late --timeout=40s");
      await machine.restart();
      await machine.run(`kubectl patch cm late --type=merge -p '{"data":{"a":"c"}}'`);
      const { exit } = await wait;
      expect([0, 1]).toContain(exit);
    }));
});
