import { expect, test } from "vitest";
import { startPods } from "./container.ts";

test("a pod that is deleted ends the connections to its servers, and nobody listens there any more", async () => {
  const pods = startPods();
  const echo = pods.pod("echo", { container: { image: "istio/tcp-echo-server:1.3", args: ["9000", "hi"] } });
  const { network } = pods.workloads;
  const dialled = await network.dial({ kind: "node" }, "10.244.0.5", 9000);
  if (dialled.kind !== "connected") throw new Error(dialled.kind);
  dialled.socket.write("you\n");
  expect(String(await new Promise((resolve) => dialled.socket.once("data", resolve)))).toBe("hi you\n");
  const ended = new Promise((resolve) => dialled.socket.once("close", resolve));
  pods.store.remove("/pods", "default", "echo");
  await ended;
  expect(network.open).toBe(0);
  expect(network.listener(echo, 9000)).toBeUndefined();
  expect(await network.follow({ kind: "node" }, { kind: "pod", pod: echo, port: 9000, from: "127.0.0.1" })).toEqual({
    kind: "refused",
  });
});
