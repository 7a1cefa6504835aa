import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { INGRESS, type Meshed, ROUTES, startMeshed } from "./meshed.ts";

let mesh: Meshed;

beforeAll(async () => {
  mesh = await startMeshed("mesh");
}, 60_000);

afterAll(() => mesh?.end());

const text = async (from: Promise<{ readonly stdout: string; readonly stderr: string }>): Promise<string> => {
  const { stdout, stderr } = await from;
  return stdout + stderr;
};

function counted(output: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of output.split("\n").filter(Boolean)) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

test("weights share 2,000 requests of the host's curl; new ones act on the next request", async () => {
  const { stdout, stderr } = await mesh.curl("-w", "", `${INGRESS}/?[1-2000]`);
  expect(stderr).toBe("");
  const { v1 = 0, v2 = 0, v3 = 0, ...other } = counted(stdout);
  expect(other).toEqual({});
  expect(v1 + v2 + v3).toBe(2000);
  // Four sigma of a binomial share.
  expect(Math.abs(v1 - 1200)).toBeLessThan(88);
  expect(Math.abs(v2 - 600)).toBeLessThan(82);
  expect(Math.abs(v3 - 200)).toBeLessThan(54);
  const all = {
    hosts: ["*"],
    gateways: ["shop"],
    http: [{ route: [{ destination: { host: "reviews", subset: "v3" } }] }],
  };
  const patch = JSON.stringify({ spec: all });
  await mesh.run("kubectl", ["patch", "virtualservice", "reviews", "--type=merge", "-p", patch]);
  expect(counted((await mesh.curl(`${INGRESS}/?[1-20]`)).stdout)).toEqual({ v3: 20 });
  await mesh.kubectl("delete virtualservice reviews");
  expect(await text(mesh.curl("-o", "/dev/null", "-w", "%{http_code} %{size_download}", `${INGRESS}/`))).toBe("404 0");
  await mesh.kubectl("delete gateway shop");
  // Refused, as curl tells it of a proxy's answer.
  expect((await mesh.curl(`${INGRESS}/`)).code).toBe(97);
  await mesh.kubectl(`apply -f ${ROUTES}`);
});

test("a gateway rewrites, and tells the program who came; its answer names it", async () => {
  const { stdout } = await mesh.curl("-D", "-", `${INGRESS}/bin/get`);
  expect(stdout).toMatch(/^server: istio-envoy\r$/m);
  expect(stdout).toMatch(/^x-envoy-upstream-service-time: \d+\r$/m);
  const { headers } = JSON.parse(stdout.slice(stdout.indexOf("\r\n\r\n")));
  expect(headers).toMatchObject({ "X-Forwarded-Proto": ["http"], "X-Envoy-Original-Path": ["/bin/get"] });
  const own = "spiffe://cluster.local/ns/default/sa/default";
  const gateway = "spiffe://cluster.local/ns/istio-system/sa/default";
  expect(headers["X-Forwarded-Client-Cert"][0]).toMatch(
    new RegExp(`^By=${own};Hash=[0-9a-f]{64};Subject="";URI=${gateway}$`),
  );
});

test("Bookinfo's page comes through the gateway, and its program calls others through its own sidecar", async () => {
  const { stdout } = await mesh.curl("-w", "%{http_code}", `${INGRESS}/productpage`);
  expect(stdout).toContain("The Comedy of Errors");
  expect(stdout).toContain("PublisherA");
  expect(stdout).toMatch(/200$/);
  const log = await mesh.kubectl("logs deploy/productpage-v1 -c istio-proxy");
  expect(log.stdout).toMatch(
    /"GET \/details\/0 HTTP\/1.1" 200 .* outbound\|9080\|\|details\.default\.svc\.cluster\.local /,
  );
});

test("more requests at once than a pool takes are refused, and counted", async () => {
  const limits = { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } };
  const rule = {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name: "narrow", namespace: "default" },
    spec: { host: "httpbin", trafficPolicy: { connectionPool: limits } },
  };
  await mesh.kubectl("apply -f -", JSON.stringify(rule));
  const many = ["--parallel", "--parallel-immediate", "--parallel-max", "8", "-w", "%{http_code}\n", "-o", "/dev/null"];
  const {
    "200": good = 0,
    "503": refused = 0,
    ...other
  } = counted((await mesh.curl(...many, `${INGRESS}/bin/get?[1-80]`)).stdout);
  expect({ other, all: good + refused }).toEqual({ other: {}, all: 80 });
  expect(good).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  const log = await mesh.kubectl("logs -n istio-system deploy/istio-ingressgateway");
  const told = log.stdout.split("\n").filter((line) => line.includes(" 503 UO "));
  expect(told).toHaveLength(refused);
  expect(told[0]).toContain(" upstream_reset_before_response_started{overflow} ");
  await mesh.kubectl("delete destinationrule narrow");
});

test("a pod with a sidecar calls by name, one without does as long as nothing is STRICT", async () => {
  const code = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}"];
  const inMesh = await mesh.exec("curl", "curl", "-sS", "-D", "-", "http://httpbin:8000/status/418");
  expect(inMesh.stdout).toMatch(/^HTTP\/1.1 418 .*\r\n(?:.*\r\n)*server: envoy\r$/m);
  expect((await mesh.exec("legacy/curl", ...code, "http://httpbin.default:8000/get")).stdout).toBe("200");
  const strict = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: default }
spec: { mtls: { mode: STRICT } }
`;
  await mesh.kubectl("apply -f -", strict);
  const cut = await mesh.exec("legacy/curl", ...code, "http://httpbin.default:8000/get");
  expect(cut).toMatchObject({ code: 56, stdout: "000" });
  expect(cut.stderr).toBe("curl: (56) Recv failure: Connection reset by peer\ncommand terminated with exit code 56\n");
  expect((await mesh.exec("curl", ...code, "http://httpbin:8000/get")).stdout).toBe("200");
  expect((await mesh.curl("-o", "/dev/null", "-w", "%{http_code}", `${INGRESS}/bin/get`)).stdout).toBe("200");
  // From inside of the pod nothing is caught.
  expect((await mesh.exec("curl", ...code, "http://localhost:15021/healthz/ready")).stdout).toBe("200");
  await mesh.kubectl("delete peerauthentication default");
});

test("what a program says to a port that is no HTTP goes on as it is", async () => {
  const { stdout } = await mesh.exec("curl", "sh", "-c", "printf 'a\\nb\\n' | nc echo 9000");
  expect(stdout).toBe("one a\none b\n");
  const fromOutside = await mesh.exec("legacy/curl", "sh", "-c", "printf 'c\\n' | nc echo.default 9000");
  expect(fromOutside.stdout).toBe("one c\n");
});

test("a gateway ends TLS by the name that is asked for; MUTUAL asks who comes", async () => {
  for (const name of ["tls", "other"]) {
    const out = ["-keyout", path.join(mesh.dir, `${name}.key`), "-out", path.join(mesh.dir, `${name}.crt`)];
    const kind = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "9",
      "-subj",
      `/CN=${name}`,
    ];
    expect((await mesh.run("openssl", ["req", "-x509", ...kind, ...out])).code).toBe(0);
  }
  const at = `--cert=${mesh.dir}/tls.crt --key=${mesh.dir}/tls.key`;
  await mesh.kubectl(`create secret tls simple -n istio-system ${at}`);
  const both = ["tls.crt", "tls.key"].map((name) => `--from-file=${name}=${mesh.dir}/${name}`).join(" ");
  await mesh.kubectl(`create secret generic mutual -n istio-system ${both} --from-file=ca.crt=${mesh.dir}/tls.crt`);
  const server = (name: string, mode: string): string => `
    - port: { number: 443, name: https-${name}, protocol: HTTPS }
      hosts: [${name}.example.com]
      tls: { mode: ${mode}, credentialName: ${name} }`;
  await mesh.kubectl(
    "apply -f -",
    `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: secure, namespace: default }
spec:
  selector: { istio: ingressgateway }
  servers:${server("simple", "SIMPLE")}${server("mutual", "MUTUAL")}${server("nothing", "SIMPLE")}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: secure, namespace: default }
spec:
  hosts: ["*.example.com"]
  gateways: [secure]
  http: [{ route: [{ destination: { host: httpbin, port: { number: 8000 } } }] }]
`,
  );
  const ask = (name: string, ...more: string[]): ReturnType<Meshed["curl"]> => {
    const place = `${name}.example.com:30443`;
    const to = ["--connect-to", `${place}:172.18.0.2:30443`, "-o", "/dev/null", "-w", "%{http_code}"];
    return mesh.curl("-k", ...to, ...more, `https://${place}/status/418`);
  };
  expect(await ask("simple")).toMatchObject({ code: 0, stdout: "418" });
  expect((await ask("nothing")).code).toBe(35);
  expect((await ask("other")).code).toBe(35);
  expect((await ask("mutual")).code).toBe(56);
  const own = ["--cert", `${mesh.dir}/tls.crt`, "--key", `${mesh.dir}/tls.key`];
  expect(await ask("mutual", ...own)).toMatchObject({ code: 0, stdout: "418" });
  const others = ["--cert", `${mesh.dir}/other.crt`, "--key", `${mesh.dir}/other.key`];
  expect((await ask("mutual", ...others)).code).toBe(56);
  // Plain HTTP to a port that speaks TLS is cut.
  const plain = await mesh.curl("http://172.18.0.2:30443/");
  expect(plain.code).toBe(56);
  await mesh.kubectl("delete gateway secure");
});

test("a gateway's TCP port goes by weight to what listens; a STRICT program is reached through it", async () => {
  await mesh.kubectl(
    "apply -f -",
    `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: raw, namespace: default }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 31400, name: tcp, protocol: TCP }, hosts: ["*"] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: raw, namespace: default }
spec:
  hosts: ["*"]
  gateways: [raw]
  tcp: [{ route: [{ destination: { host: echo, port: { number: 9000 } } }] }]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: default }
spec: { mtls: { mode: STRICT } }
`,
  );
  expect((await mesh.exec("legacy/curl", "sh", "-c", "printf 'a\\n' | nc 172.18.0.2 31400")).stdout).toBe("one a\n");
  const direct = await mesh.exec("legacy/curl", "sh", "-c", "printf 'a\\n' | nc echo.default 9000");
  expect(direct.stdout).toBe("");
  await mesh.kubectl("delete peerauthentication default");
});

test("each proxy logs its part, a client that goes is told of, and Prometheus finds the counts", async () => {
  await mesh.exec("curl", "curl", "-sS", "http://httpbin:8000/status/418?seen");
  const logOf = async (deployment: string): Promise<string> =>
    (await mesh.kubectl(`logs deploy/${deployment} -c istio-proxy`)).stdout;
  const cluster = "outbound|8000||httpbin.default.svc.cluster.local";
  expect(await logOf("curl")).toContain(`"GET /status/418?seen HTTP/1.1" 418 - via_upstream - "-" 0 `);
  expect(await logOf("curl")).toContain(` ${cluster} `);
  expect(await logOf("httpbin")).toMatch(
    /"GET \/status\/418\?seen HTTP\/1.1" 418 - via_upstream .* inbound\|8080\|\| /,
  );
  const late = await mesh.exec("curl", "curl", "-sS", "--max-time", "0.2", "http://httpbin:8000/delay/1?late");
  expect(late.code).toBe(28);
  await expect
    .poll(() => logOf("curl"), { timeout: 10_000 })
    .toContain('/delay/1?late HTTP/1.1" 0 DC downstream_remote_disconnect');
  const metrics = await mesh.exec("curl", "curl", "-sS", "http://localhost:15020/stats/prometheus");
  expect(metrics.stdout).toMatch(/istio_requests_total\{reporter="source",.*response_code="418".*\} [1-9]/);
});

// A frame of text by a client: masked, by zeros.
const HELLO = String.raw`\201\205\0\0\0\0hello`;

test.each([
  ["a sidecar", "curl", "httpbin 8000", "/websocket/echo", "curl", "outbound"],
  [
    "a gateway",
    "legacy/curl",
    "172.18.0.2 30080",
    "/bin/websocket/echo",
    "istio-ingressgateway -n istio-system",
    "outbound",
  ],
])("a WebSocket through %s: bytes both ways, and one line when it is over", async (_who, pod, place, path, proxy) => {
  const head = [`GET ${path}?through HTTP/1.1`, "Host: httpbin", "Connection: Upgrade", "Upgrade: websocket"];
  const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
  const said = `${[...head, ...key].join("\\r\\n")}\\r\\n\\r\\n`;
  const { stdout } = await mesh.exec(
    pod,
    "sh",
    "-c",
    `{ printf '${said}'; sleep 0.3; printf '${HELLO}'; } | nc ${place}`,
  );
  expect(stdout).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/);
  expect(stdout).toMatch(/\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
  expect(stdout.slice(stdout.indexOf("\r\n\r\n") + 4)).toBe("\u{FFFD}\u{5}hello");
  const line = /through HTTP\/1.1" 101 - via_upstream - "-" 11 7 \d+ /;
  for (const one of [proxy, "httpbin"]) {
    const log = async (): Promise<string> => (await mesh.kubectl(`logs deploy/${one} -c istio-proxy`)).stdout;
    await expect.poll(log, { timeout: 10_000 }).toMatch(line);
  }
});

test("a gateway speaks HTTP/2 with those who begin with it", async () => {
  const h2 = ["--http2-prior-knowledge", "-w", "%{http_version} %{http_code}", "-o", "/dev/null"];
  expect((await mesh.curl(...h2, `${INGRESS}/bin/status/418?two`)).stdout).toBe("2 418");
  expect((await mesh.curl(...h2, "-I", `${INGRESS}/bin/get`)).stdout).toBe("2 200");
  const posted = await mesh.curl("--http2-prior-knowledge", "-d", "a=b", `${INGRESS}/bin/post`);
  expect(JSON.parse(posted.stdout).form).toEqual({ a: ["b"] });
  // Without it there is no other protocol than before.
  expect((await mesh.curl("--http2", ...h2.slice(1), `${INGRESS}/bin/get`)).stdout).toBe("1.1 200");
  const log = await mesh.kubectl("logs -n istio-system deploy/istio-ingressgateway");
  expect(log.stdout).toMatch(/"GET \/bin\/status\/418\?two HTTP\/2" 418 - via_upstream /);
});
