import { expect, onTestFinished, test } from "vitest";
import { podTokens } from "../../../src/sandbox/api/index.ts";
import type { KubeObject } from "../../../src/sandbox/objects/index.ts";
import { Workloads } from "../../../src/sandbox/workloads/index.ts";
import { startServer, type TestServer } from "../api/client.ts";

const PATH = "/var/run/secrets/kubernetes.io/serviceaccount/token";

async function started(): Promise<{ server: TestServer; pod: KubeObject; read(): Promise<string> }> {
  const server = await startServer();
  const { store, clock } = server.registry;
  server.put({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "bot", namespace: "default" } });
  const pod = server.put({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "app", namespace: "default" },
    spec: { serviceAccountName: "bot", containers: [{ name: "c", image: "curlimages/curl" }] },
    status: { containerStatuses: [{ name: "c", restartCount: 0, state: { running: {} } }] },
  });
  const podToken = podTokens({ key: server.server.certificate.key, store, clock });
  const workloads = new Workloads({ store, now: clock, podToken });
  onTestFinished(() => workloads.stop());
  const read = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    const take = async (chunk: Buffer): Promise<void> => void chunks.push(chunk);
    const { signal } = new AbortController();
    const io = { stdin: undefined, stdout: take, stderr: take, tty: false, onResize: () => {}, signal };
    await workloads.exec({ pod, container: "c" }, ["cat", PATH], io);
    return Buffer.concat(chunks).toString();
  };
  return { server, pod, read };
}

test("the token in a pod is its account at the API, for as long as the pod is", async () => {
  const { server, pod, read } = await started();
  const token = await read();
  expect(await read()).toBe(token);
  const headers = { "content-type": "application/json" };
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
  const { json } = await server.call("/apis/authentication.k8s.io/v1/tokenreviews", { method: "POST", headers, body });
  expect(json.status.user).toMatchObject({
    username: "system:serviceaccount:default:bot",
    extra: {
      "authentication.kubernetes.io/pod-name": ["app"],
      "authentication.kubernetes.io/pod-uid": [pod.metadata.uid],
    },
  });
  const ask = (): ReturnType<TestServer["call"]> => server.call("/version", { token });
  expect((await ask()).code).toBe(200);
  server.registry.store.remove("/pods", "default", "app");
  expect((await ask()).code).toBe(401);
});
