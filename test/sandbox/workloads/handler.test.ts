import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { expect, test } from "vitest";
import { createCertificate } from "../../../src/sandbox/api/index.ts";
import { realClock } from "../../../src/sandbox/control/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { type Called, type Callee, call } from "../../../src/sandbox/workloads/handler.ts";
import { startPods, type TestPods } from "./container.ts";

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53";

/** What the kubelet gets of a pod's handler. */
function called({ workloads }: TestPods, pod: KubeObject, handler: JsonObject, seconds = 5): Promise<Called> {
  const allowed = { seconds, clock: realClock, secondMs: 1000 };
  const { network } = workloads;
  const callee: Callee = {
    exec: workloads.exec.bind(workloads),
    dial: (address, port) => network.dial({ kind: "node" }, address, port),
  };
  return call(callee, { pod, container: "app" }, handler, allowed);
}

const OK = { result: "success", output: "" };
const failed = (output: string): Called => ({ result: "failure", output });

test("tcpSocket connects to what really listens, here or on another host", async () => {
  const pods = startPods();
  const web = pods.pod("web", { container: { image: "nginx", ports: [{ name: "http", containerPort: 80 }] } });
  const other = pods.pod("other");
  expect(await called(pods, web, { tcpSocket: { port: "http" } })).toEqual(OK);
  expect(await called(pods, web, { tcpSocket: { port: 81 } })).toEqual(
    failed("dial tcp 10.244.0.5:81: connect: connection refused"),
  );
  expect(await called(pods, other, { tcpSocket: { port: 80, host: "10.244.0.5" } })).toEqual(OK);
  expect(await called(pods, other, { tcpSocket: { port: 80, host: "172.18.0.99" } })).toEqual(
    failed("dial tcp 172.18.0.99:80: connect: no route to host"),
  );
  await new Promise(setImmediate);
  expect(pods.workloads.network.open).toBe(0);
});

test("httpGet by HTTPS speaks TLS and asks for no authority; each by the other's protocol fails in Go's words", async () => {
  const { cert, key } = createCertificate(Date.now());
  const pods = startPods();
  const data = { "tls.crt": Buffer.from(cert).toString("base64"), "tls.key": Buffer.from(key).toString("base64") };
  pods.put("/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: "tls", namespace: "default" }, data });
  const args = ["netexec", "--http-port=8443", "--tls-cert-file=/tls/tls.crt", "--tls-private-key-file=/tls/tls.key"];
  const container = { name: "app", image: AGNHOST, args, volumeMounts: [{ name: "tls", mountPath: "/tls" }] };
  const volumes = [{ name: "tls", secret: { secretName: "tls" } }];
  const secure = pods.pod("secure", { containers: [container], volumes });
  const plain = pods.pod("plain", { container: { image: AGNHOST, args: ["netexec"] } });
  const get = (port: number, more: JsonObject = {}): JsonObject => ({ httpGet: { port, path: "/healthz", ...more } });
  expect(await called(pods, secure, get(8443, { scheme: "HTTPS" }))).toEqual(OK);
  expect(await called(pods, secure, get(8443, { scheme: "HTTPS", path: "/nothing" }))).toEqual(
    failed("HTTP probe failed with statuscode: 404"),
  );
  expect(await called(pods, plain, get(8080, { scheme: "HTTPS" }))).toEqual(
    failed('Get "https://10.244.0.6:8080/healthz": http: server gave HTTP response to HTTPS client'),
  );
  expect((await called(pods, secure, get(8443))).result).toBe("failure");
  await new Promise(setImmediate);
  expect(pods.workloads.network.open).toBe(0);
});

/** A gRPC server in a pod, which answers `Check` by the service's name. */
function healthServer(): Http2Server {
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const service = Buffer.concat(chunks).subarray(7).toString();
      if (service === "none") {
        stream.respond({ ":status": 200, "grpc-status": "12", "grpc-message": "unknown service" }, { endStream: true });
        return;
      }
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, service === "ill" ? 2 : 1]));
    });
  });
  return server;
}

test("grpc asks the health service of what listens", async () => {
  const pods = startPods();
  const web = pods.pod("web", { container: { image: "nginx" } });
  const server = healthServer();
  pods.workloads.network.listen(web, 9000, (socket) => void server.emit("connection", socket));
  const grpc = (port: number, service?: string): JsonObject => ({ grpc: { port, ...(service && { service }) } });
  expect(await called(pods, web, grpc(9000))).toEqual(OK);
  expect(await called(pods, web, grpc(9000, "ill"))).toEqual(
    failed('service unhealthy (responded with "NOT_SERVING")'),
  );
  expect(await called(pods, web, grpc(9000, "none"))).toEqual(
    failed("error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service"),
  );
  for (const port of [80, 9001]) {
    expect(await called(pods, web, grpc(port))).toEqual(
      failed(`timeout: failed to connect service "10.244.0.5:${port}" within 5s: context deadline exceeded`),
    );
  }
});
