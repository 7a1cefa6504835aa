import { onTestFinished } from "vitest";
import type { Exit } from "../../../src/sandbox/api/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore, type SavableStore } from "../../../src/sandbox/store/index.ts";
import { Workloads, type WorkloadsOptions } from "../../../src/sandbox/workloads/index.ts";
import { seeded } from "../api/seeded.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

/** What a command printed and how it ended. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exit: Exit;
}

export interface TestPods {
  readonly store: SavableStore;
  readonly workloads: Workloads;
  /** Puts an object in the store as it is. */
  put(resource: string, object: JsonObject): KubeObject;
  pod(name: string, spec?: JsonObject, more?: JsonObject): KubeObject;
  run(pod: KubeObject, command: readonly string[], input?: string, signal?: AbortSignal): Promise<Ran>;
}

/** Pods that run, without an API in front. */
export function startPods(more: Partial<WorkloadsOptions> = {}): TestPods {
  const store = createStore({ clock: () => NOW, random: seeded(5) });
  const workloads = new Workloads({ store, now: () => NOW, ...more });
  onTestFinished(() => workloads.stop());
  const put: TestPods["put"] = (resource, object) => store.create(resource, object as KubeObject);
  let last = 4;
  return {
    store,
    workloads,
    put,
    pod: (name, spec = {}, more = {}) => {
      last += 1;
      const containers = spec.containers ?? [{ name: "app", image: "example/any", ...spec.container }];
      const podIP = `10.244.0.${last}`;
      return put("/pods", {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default", labels: { app: name }, ...more.metadata },
        spec: { nodeName: "node-1", ...spec, containers },
        status: {
          phase: "Running",
          podIP,
          hostIP: "172.18.0.2",
          containerStatuses: containers.map((one: JsonObject) => ({
            name: one.name,
            restartCount: 0,
            ready: true,
            state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
          })),
        },
      });
    },
    run: async (pod, command, input, signal = new AbortController().signal) => {
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      const take = (chunks: Buffer[]) => async (chunk: Buffer) => void chunks.push(chunk);
      const stdin = input === undefined ? undefined : once(input);
      const io = { stdin, stdout: take(out), stderr: take(err), tty: false, onResize: () => {}, signal };
      const container = pod.spec?.containers[0].name;
      const exit = await workloads.exec({ pod, container }, command, io);
      return { out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), exit };
    },
  };
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
