import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openService, stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "./bundle.ts";
import { close, type Opened, open } from "./opened.ts";

const MANIFEST = path.resolve(import.meta.dirname, "../../../lessons/files/metallb-sandbox.yaml");
const POOL = `
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: first-pool, namespace: metallb-system }
spec: { addresses: [172.18.255.200-172.18.255.250] }
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: { name: layer2, namespace: metallb-system }
`;

let dist: string;
let stateDir: string;
let sandbox: Opened;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}, input = ""): Promise<Ran> {
  const env = { PATH: process.env.PATH, HOME: stateDir, ...sandbox.env, ...more };
  return new Promise((resolve) => {
    const child = execFile(program, [...args], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
    child.stdin?.on("error", () => {}); // curl may end before it has read all.
    child.stdin?.end(input);
  });
}

const kubectl = (line: string, input?: string): Promise<Ran> => run(findKubectl(), line.split(" "), {}, input);
const curl = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran> =>
  run("curl", ["-sS", "--max-time", "20", ...args], env);

beforeAll(async () => {
  dist = await bundle("curl");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-curl-"));
  sandbox = await open(dist, { stateDir, cluster: "ready" });
  const lines = [
    `apply -f ${MANIFEST}`,
    "create deployment web --image=nginx:1.27 --replicas=2",
    "expose deployment web --port=80 --type=LoadBalancer",
    "create service clusterip empty --tcp=80",
    "rollout status deployment/controller -n metallb-system --timeout=30s",
    "rollout status daemonset/speaker -n metallb-system --timeout=30s",
    "rollout status deployment/web --timeout=30s",
  ];
  for (const line of lines) expect(await kubectl(line)).toMatchObject({ code: 0 });
  expect(await kubectl("apply -f -", POOL)).toMatchObject({ code: 0 });
  const given = "wait --for=jsonpath={.status.loadBalancer.ingress[0].ip}=172.18.255.200 service/web --timeout=30s";
  expect(await kubectl(given)).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

describe("the host's own curl", () => {
  test("reaches a load balancer's address and the node's port, over one connection when it likes", async () => {
    const found = await curl(["-i", "http://172.18.255.200/"]);
    expect(found).toMatchObject({ code: 0, stderr: "" });
    expect(found.stdout).toMatch(/^HTTP\/1\.1 200 OK\r\nServer: nginx\/1\.27/);
    expect(found.stdout).toContain("<title>Welcome to nginx!</title>");
    const { stdout: port } = await kubectl("get service web -o jsonpath={.spec.ports[0].nodePort}");
    const format = ["-o", "/dev/null", "-w", "%{http_code} %{num_connects}\\n"];
    const both = [`http://172.18.0.2:${port}/`, ...format.slice(0, 2), `http://172.18.0.2:${port}/none`];
    expect((await curl([...format, ...both])).stdout).toBe("200 1\n404 0\n");
  });

  test("sends its request as it is: method, headers, body", async () => {
    expect((await kubectl("create deployment echo --image=kennethreitz/httpbin")).code).toBe(0);
    expect((await kubectl("expose deployment echo --port=80 --type=LoadBalancer")).code).toBe(0);
    expect((await kubectl("rollout status deployment/echo --timeout=30s")).code).toBe(0);
    const target = "http://172.18.255.201/anything/a%20b?c=d";
    const sent = await curl([
      "-X",
      "PUT",
      "-H",
      "Host: shop.example",
      "-H",
      "X-One: 1",
      "-H",
      "Content-Type: text/plain",
      "-d",
      "body",
      target,
    ]);
    const { method, headers, data, url } = JSON.parse(sent.stdout) as Record<string, Record<string, string>>;
    expect({ method, data, host: headers?.Host, one: headers?.["X-One"] }).toEqual({
      method: "PUT",
      data: "body",
      host: "shop.example",
      one: "1",
    });
    expect(url).toContain("shop.example/anything/a");
  });

  test.each([
    ["a name that nobody knows", "http://nowhere.example/", 4],
    ["an address of the internet", "http://93.184.216.34/", 4],
    ["an address of the pool that nobody has", "http://172.18.255.250/", 4],
    ["a service's own address", "http://10.96.0.1/", 4],
    ["a port that the service does not have", "http://172.18.255.200:81/", 5],
    ["a port that the node does not have", "http://172.18.0.2:30/", 5],
    ["IPv6", "http://[2001:db8::1]/", 4],
  ])("gets 97 for %s", async (_, url, reply) => {
    const { code, stdout, stderr } = await curl([url]);
    expect({ code, stdout }).toEqual({ code: 97, stdout: "" });
    expect(stderr).toContain(`(${reply})`);
  });

  test("goes by the sandbox's proxy whatever the environment says, and to this machine directly", async () => {
    const stranger = await listening();
    const elsewhere = `http://127.0.0.1:${stranger.port}`;
    const hostile = {
      http_proxy: elsewhere,
      https_proxy: elsewhere,
      HTTPS_PROXY: elsewhere,
      ALL_PROXY: elsewhere,
      all_proxy: elsewhere,
      NO_PROXY: "*",
      no_proxy: "*,nowhere.example,172.18.0.0/16",
      CURL_CA_BUNDLE: "/nowhere",
      SSL_CERT_FILE: "/nowhere",
    };
    expect(await curl(["-o", "/dev/null", "-w", "%{http_code}", "http://172.18.255.200/"], hostile)).toMatchObject({
      code: 0,
      stdout: "200",
    });
    for (const url of ["http://nowhere.example/", "https://nowhere.example/"]) {
      expect(await curl([url], hostile)).toMatchObject({ code: 97 });
    }
    expect(stranger.connections()).toBe(0);
    await curl(["--max-time", "5", `${elsewhere}/`], hostile);
    expect(stranger.connections()).toBe(1);
    stranger.close();
  });

  test("trusts the sandbox's certificate", async () => {
    expect(await curl([`${sandbox.url}/version`])).toMatchObject({ code: 0 });
    expect(await curl([`${sandbox.url}/version`], { CURL_HOME: stateDir })).toMatchObject({ code: 60 });
  });

  test("has a configuration that nobody else can read; without its password the proxy lets nobody in", async () => {
    const file = path.join(sandbox.env.CURL_HOME ?? "", ".curlrc");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [, proxy = ""] = /proxy = "(.*)"/.exec(readFileSync(file, "utf8")) ?? [];
    const address = proxy.replace(/\/\/.*@/, "//");
    for (const other of [address, address.replace("//", "//sandbox:wrong@")]) {
      const { code, stdout } = await curl(["--proxy", other, "http://172.18.255.200/"], { CURL_HOME: stateDir });
      expect({ code, stdout }).toEqual({ code: 97, stdout: "" });
    }
    expect(
      await curl(["-o", "/dev/null", "--proxy", proxy, "http://172.18.255.200/"], { CURL_HOME: stateDir }),
    ).toMatchObject({
      code: 0,
    });
  });
});

describe("a browser's door", () => {
  const jar = (): string => path.join(stateDir, "cookies");
  const browse = (args: readonly string[]): Promise<Ran> => curl(["-i", "-b", jar(), "-c", jar(), ...args]);

  test("opens by its whole URL and stays open, for pages at any path", async () => {
    const { url, service } = await openService(stateDir, "web");
    expect(service).toBe("default/web");
    expect((await openService(stateDir, "default/web")).url).toBe(url);
    const { origin } = new URL(url);
    expect(await curl(["-i", `${origin}/`])).toMatchObject({ stdout: expect.stringMatching(/^HTTP\/1\.1 403 /) });
    expect((await browse([url])).stdout).toMatch(/^HTTP\/1\.1 302 [\s\S]*Location: \/\r\n/);
    expect((await browse([`${origin}/`])).stdout).toContain("Welcome to nginx!");
    expect((await browse([`${origin}/none`])).stdout).toMatch(/^HTTP\/1\.1 404 /);
    expect((await browse(["-H", "Host: evil.example", `${origin}/`])).stdout).toMatch(/^HTTP\/1\.1 403 /);
    expect((await curl(["-i", url.replace(/.$/, "").slice(0, -1)])).stdout).toMatch(/^HTTP\/1\.1 403 /);
    expect((await curl(["-i", `${url}/evil.example/`])).stdout).toMatch(/Location: \/evil\.example\/\r\n/);
  });

  test.each([
    ["a page of another origin", ["-H", "Origin: http://evil.example"], 403],
    ["a page on another port of this machine", ["-H", "Origin: http://127.0.0.1:1"], 403],
    ["its image", ["-H", "Sec-Fetch-Site: same-site", "-H", "Sec-Fetch-Dest: image"], 403],
    ["a form in a sandboxed frame", ["-d", "a=b", "-H", "Origin: null", "-H", "Sec-Fetch-Site: cross-site"], 403],
    ["a page behind the door", ["-H", "Sec-Fetch-Site: same-origin", "-H", "Origin: null"], 200],
    ["whoever types the address", ["-H", "Sec-Fetch-Site: none", "-H", "Sec-Fetch-Mode: navigate"], 200],
  ] as const)("with the cookie, for %s", async (_, headers, code) => {
    const { url } = await openService(stateDir, "echo:80");
    await browse([url]);
    const { stdout } = await browse([...headers, `${new URL(url).origin}/headers`]);
    expect(stdout).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
  });

  test("keeps the Host header and the page's own cookies, not its own", async () => {
    const { url } = await openService(stateDir, "echo:80");
    const { origin, host } = new URL(url);
    await browse([url]);
    const { stdout } = await browse(["-H", "Cookie: mine=1", `${origin}/headers`]);
    expect(JSON.parse(stdout.slice(stdout.indexOf("{"))).headers).toMatchObject({ Host: host, Cookie: "mine=1" });
  });

  test("says what is missing", async () => {
    const { url } = await openService(stateDir, "empty");
    await browse([url]);
    expect((await browse([`${new URL(url).origin}/`])).stdout).toContain("Service default/empty has no ready endpoint");
    for (const [service, why] of [
      ["none", "there is no service `none` in namespace `default`"],
      ["kube-dns", "did you mean `kube-system/kube-dns`?"],
      ["web:81", "service `web` has no port `81`, expected `80`"],
      ["a/b/c", "names no service"],
      ["web:", "names no service"],
    ] as const) {
      await expect(openService(stateDir, service)).rejects.toThrow(why);
    }
  });
});

interface Stranger {
  readonly port: number;
  connections(): number;
  close(): void;
}

/** A server that counts who comes. */
async function listening(): Promise<Stranger> {
  let count = 0;
  const server: Server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("it has no port");
  return { port: address.port, connections: () => count, close: () => server.close() };
}
