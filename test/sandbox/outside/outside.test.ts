import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { Internet } from "../../../src/sandbox/outside/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

const FORMAT = "%{http_code} %{redirect_url} %{content_type}";

let dist: string;
let dir: string;
let sandbox: Opened;

function run(program: string, ...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: dir, ...sandbox.env };
    const child = execFile(program, args, { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const inPod = (...words: string[]): ReturnType<typeof run> => run(findKubectl(), "exec", "curl", "--", ...words);

beforeAll(async () => {
  dist = await bundle("outside");
  dir = mkdtempSync(path.join(tmpdir(), "sandbox-outside-"));
  sandbox = await open(dist, { stateDir: dir, cluster: "ready" });
  const made = await run(
    findKubectl(),
    ..."run curl --image=curlimages/curl:8.16.0 --command -- sleep infinity".split(" "),
  );
  expect(made.stderr).toBe("");
  await run(findKubectl(), "wait", "--for=condition=Ready", "pod/curl", "--timeout=20s");
}, 60_000);

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(dir);
  for (const one of [dir, dist]) rmSync(one, { recursive: true, force: true });
});

const CASES: readonly (readonly [url: string, seen: string])[] = [
  ["http://example.com/any", "200  text/html; charset=UTF-8"],
  ["https://example.com/any", "200  text/html; charset=UTF-8"],
  ["http://edition.cnn.com/politics", "301 https://edition.cnn.com/politics "],
  ["https://en.wikipedia.org/wiki/Main_Page", "200  text/html; charset=UTF-8"],
  ["http://httpbin.org/status/418", "418  text/plain"],
  ["https://httpbin.org/headers", "200  application/json"],
];

describe.each([
  ["the host", run.bind(undefined, "curl")],
  ["a pod", inPod.bind(undefined, "curl")],
] as const)("%s", (_, curl) => {
  test.each(CASES)("%s", async (url, seen) => {
    expect(await curl("-sS", "-o", "/dev/null", "-w", FORMAT, url)).toEqual({ code: 0, stdout: seen, stderr: "" });
  });

  test("sees pages that say what they are", async () => {
    const { stdout } = await curl("-sSL", "http://edition.cnn.com/politics");
    expect(stdout).toContain("<title>Breaking News, Latest News and Videos | CNN</title>");
    expect(stdout).toContain("(simulated)");
  });

  test("learns the scheme that httpbin was asked by", async () => {
    const { stdout } = await curl("-sS", "https://httpbin.org/get?a=1");
    expect(JSON.parse(stdout)).toMatchObject({ args: { a: "1" }, url: "https://httpbin.org/get?a=1" });
  });
});

test("nothing else is there", async () => {
  expect((await inPod("curl", "-sS", "http://unknown.example/")).code).toBe(6);
  expect((await inPod("curl", "-sS", "--max-time", "0.2", "http://example.com:8080/")).code).toBe(28);
  // By a proxy, curl tells of its refusal alone.
  expect((await run("curl", "-sS", "http://unknown.example/")).code).toBe(97);
});

test("a pod's certificates are the web's alone: those of the cluster need the cluster's authority", async () => {
  expect((await inPod("curl", "-sS", "https://kubernetes.default.svc/version")).code).toBe(60);
  const roots = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  expect((await inPod("curl", "-sS", "--cacert", roots, "https://example.com/")).code).toBe(60);
});

test("a policy keeps a pod from it", async () => {
  const spec = { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] };
  const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "inside" }, spec };
  await run("sh", "-c", `echo '${JSON.stringify(policy)}' | kubectl apply -f -`);
  const blocked = await inPod("curl", "-sS", "--max-time", "0.2", "http://example.com/");
  await run(findKubectl(), "delete", "networkpolicy", "inside");
  expect(blocked.code).toBe(28);
});

test("every site has an address of its own, out of a block that is nobody's", async () => {
  const { SITES } = await import("../../../src/sandbox/outside/sites.ts");
  const internet = new Internet({ tools: "/tools", now: () => 0, log: () => {} });
  const addresses = SITES.map(({ address }) => address);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addresses.filter((one) => !one.startsWith("203.0.113."))).toEqual([]);
  const names = SITES.flatMap((site) => site.names);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(internet.isAt(internet.addressOf(`${name.toUpperCase()}.`) ?? "")).toBe(true);
});
