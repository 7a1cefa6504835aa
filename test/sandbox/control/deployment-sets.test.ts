import { expect, test } from "vitest";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { KubeObject } from "../../../src/sandbox/objects/index.ts";
import { clock, errors, make, registry, store } from "./controlled-cluster.ts";

function makeWeb(): void {
  make("apps/v1", "Deployment", "web", {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image: "nginx" }] } },
    },
  });
}

function deleteWeb(propagationPolicy: "Background" | "Orphan"): void {
  const kind = kindOf("apps/v1", "Deployment");
  if (kind === undefined) throw new Error("no kind Deployment");
  registry.delete(kind, "default", "web", { propagationPolicy });
}

function sets(): readonly KubeObject[] {
  return store.list("apps/replicasets", "default");
}

test("a Deployment that is made again while its old set still stands takes another name for its own", () => {
  makeWeb();
  clock.advance(10_000);
  const [old] = sets();
  deleteWeb("Background");
  makeWeb();
  clock.advance(60_000);
  const web = store.get("apps/deployments", "default", "web");
  expect(errors).toEqual([]);
  expect(web?.status).toMatchObject({ collisionCount: 1, readyReplicas: 2, updatedReplicas: 2 });
  expect(sets().map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([web?.metadata.uid]);
  expect(sets()[0]?.metadata.name).not.toBe(old?.metadata.name);
  // A name that is free is taken as it is.
  deleteWeb("Background");
  clock.advance(60_000);
  makeWeb();
  clock.advance(60_000);
  expect(sets()[0]?.metadata.name).toBe(old?.metadata.name);
  expect(store.get("apps/deployments", "default", "web")?.status).not.toHaveProperty("collisionCount");
});

test("a Deployment takes over the sets that another one left behind", () => {
  makeWeb();
  clock.advance(10_000);
  const [old] = sets();
  deleteWeb("Orphan");
  clock.advance(10_000);
  expect(sets()[0]?.metadata.ownerReferences ?? []).toEqual([]);
  makeWeb();
  clock.advance(60_000);
  const web = store.get("apps/deployments", "default", "web");
  expect(errors).toEqual([]);
  expect(sets().map(({ metadata }) => [metadata.uid, metadata.ownerReferences?.[0]?.uid])).toEqual([
    [old?.metadata.uid, web?.metadata.uid],
  ]);
  expect(web?.status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 });
});
