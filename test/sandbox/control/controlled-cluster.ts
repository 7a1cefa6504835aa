import { beforeEach } from "vitest";
import { Registry } from "../../../src/sandbox/api/index.ts";
import {
  allControllers,
  ControlLoop,
  GarbageCollector,
  type Happening,
  happened,
  PACES,
} from "../../../src/sandbox/control/index.ts";
import { KINDS, kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { RegistryWriter } from "../../../src/sandbox/registry-writer.ts";
import { createStore, resourceKey, type SavableStore } from "../../../src/sandbox/store/index.ts";
import { ManualClock } from "./manual-clock.ts";

// A cluster under its controllers, on a clock that a test moves; a new one for each test of the file that imports this.
export const NAMESPACED = KINDS.filter((kind) => kind.namespaced).map(resourceKey);
export let clock: ManualClock;
export let store: SavableStore;
export let registry: Registry;
export let errors: unknown[];
/** Whether the containers end and fare well by themselves; else it is as the test tells. */
export const containers = { areAssumed: true };
let loop: ControlLoop;

beforeEach(() => {
  clock = new ManualClock(Date.parse("2026-01-02T03:04:05Z"));
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  store = createStore({ clock: () => clock.now(), random });
  registry = new Registry({ store, clock: () => clock.now(), random });
  errors = [];
  containers.areAssumed = true;
  const runtime = { startError: () => undefined, isAssumed: () => containers.areAssumed };
  const garbage = new GarbageCollector();
  loop = new ControlLoop({
    store,
    writer: new RegistryWriter(registry),
    clock,
    controllers: allControllers(PACES.learner, "<certificate>", runtime),
    resources: () => NAMESPACED,
    follow: (event) => garbage.follow(event),
    onError: (error) => errors.push(error),
  });
  loop.start();
  make("v1", "Namespace", "default");
  make("v1", "Node", "one-control-plane", { status: { addresses: [{ type: "InternalIP", address: "172.18.0.2" }] } });
});

export function make(apiVersion: string, kind: string, name: string, rest: JsonObject = {}): KubeObject {
  const found = kindOf(apiVersion, kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  const metadata = { name, ...(found.namespaced ? { namespace: "default" } : {}) };
  return registry.create(found, metadata.namespace, { apiVersion, kind, metadata, ...rest }, { keepStatus: true })
    .object;
}

export function remove(apiVersion: string, kind: string, name: string, options: JsonObject = {}): void {
  const found = kindOf(apiVersion, kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  registry.delete(found, found.namespaced ? "default" : undefined, name, options);
}

export function deployment(name: string, replicas: number, image = "nginx:1"): JsonObject {
  const labels = { app: name };
  return {
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image }] } },
    },
  };
}

/** What the runtime tells of a pod's container in its present run. */
export function tell(name: string, container: string, happening: Happening): void {
  const pod = store.get("/pods", "default", name);
  const statuses: JsonObject[] = [
    ...(pod?.status?.initContainerStatuses ?? []),
    ...(pod?.status?.containerStatuses ?? []),
  ];
  const restartCount = Number(statuses.find((one) => one.name === container)?.restartCount);
  if (pod !== undefined) loop.apply((snapshot) => happened(snapshot, pod, { container, restartCount }, happening));
}
