import { expect, test } from "vitest";
import { startCluster } from "./cluster.ts";
import { node, pod } from "./objects.ts";

const BUDGET = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "keep" },
  spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
  status: { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 },
};

test("drain does not evict what a disruption budget holds", async () => {
  const { kubectl, run, put, store } = await startCluster();
  put(node("node-1"));
  put(pod("web", { labels: { app: "web" } }));
  put(pod("api", { labels: { app: "api" } }));
  put(BUDGET);
  const drained = await run("drain node-1 --force --pod-selector=app=web --timeout=1s");
  expect(drained.code).toBe(1);
  expect(drained.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
  expect(store.get("/pods", "default", "web")?.metadata.deletionTimestamp).toBeUndefined();
  await kubectl('patch pdb keep --subresource=status --type=merge --patch={"status":{"disruptionsAllowed":1}}');
  await run("drain node-1 --force --pod-selector=app=web --timeout=1s");
  expect(store.get("/pods", "default", "web")?.metadata.deletionTimestamp).toBeDefined();
  expect(store.get("policy/poddisruptionbudgets", "default", "keep")?.status?.disruptionsAllowed).toBe(0);
});

test.each([
  ["get endpoints", "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"],
  ["get componentstatuses", "Warning: v1 ComponentStatus is deprecated in v1.19+\n"],
  ["get pods", ""],
])("%s warns of what is deprecated", async (command, warning) => {
  const { run } = await startCluster();
  const { stderr } = await run(command);
  expect(stderr.replace(/No resources found.*\n/, "")).toBe(warning);
});
