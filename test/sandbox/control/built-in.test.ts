import { expect, test } from "vitest";
import { conditionOf } from "../../../src/sandbox/control/index.ts";
import { clock, make, store } from "./controlled-cluster.ts";

test("the cluster's own pods, whose images the node holds, are ready while others are still on their way", () => {
  const images = { dns: "registry.k8s.io/coredns/coredns:v1.13.1", web: "nginx:1.27" };
  for (const [name, image] of Object.entries(images))
    make("v1", "Pod", name, { spec: { containers: [{ name, image }] } });
  const ready = (name: string): unknown =>
    conditionOf(store.get("/pods", "default", name)?.status?.conditions, "Ready")?.status;
  clock.advance(100);
  expect([ready("dns"), ready("web")]).toEqual(["True", undefined]);
  clock.advance(5_000);
  expect(ready("web")).toBe("True");
});
