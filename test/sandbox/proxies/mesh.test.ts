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
