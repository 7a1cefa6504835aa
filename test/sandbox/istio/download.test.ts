import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

// The host's own curl, sh and tar, in a sandbox without a cluster.
let dist: string;
let scratch: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("download");
  scratch = mkdtempSync(path.join(tmpdir(), "sandbox-download-"));
  sandbox = await open(dist, { stateDir: path.join(scratch, "state") });
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(path.join(scratch, "state"));
  for (const folder of [dist, scratch]) rmSync(folder, { recursive: true, force: true });
});

/** A line in a folder of that name, both streams and the exit code as text, with the folder named. */
function run(line: string, folder: string, PATH = "/bin:/usr/bin"): Promise<string> {
  const cwd = path.join(scratch, folder);
  mkdirSync(cwd, { recursive: true });
  const env = { PATH: `${sandbox.binDir}:${PATH}`, HOME: scratch, ...sandbox.env };
  return new Promise((resolve) => {
    execFile("/bin/sh", ["-c", `{ ${line}; } 2>&1; echo "[$?]"`], { env, cwd }, (_, out) =>
      resolve(out.replaceAll(cwd, "<folder>")),
    );
  });
}

const DOWNLOAD = "curl -sSL https://istio.io/downloadIstio";

test("the download says what the real one says, and that it is simulated", async () => {
  expect(await run(`${DOWNLOAD} | ISTIO_VERSION=1.31.0 TARGET_ARCH=x86_64 sh -`, "whole")).toMatchInlineSnapshot(`
    "
    Downloading istio-1.31.0 from https://github.com/istio/istio/releases/download/1.31.0/istio-1.31.0-linux-amd64.tar.gz ...

    Istio 1.31.0 download complete!

    The Istio release archive has been downloaded to the istio-1.31.0 directory.
    It is the simulated one of learn-istio's sandbox: nothing came from the internet.

    To configure the istioctl client tool for your workstation,
    add the <folder>/istio-1.31.0/bin directory to your environment path variable with:
        export PATH="$PATH:<folder>/istio-1.31.0/bin"

    Begin the Istio pre-installation check by running:
        istioctl x precheck

    Try Istio in ambient mode
        https://istio.io/latest/docs/ambient/getting-started/
    Try Istio in sidecar mode
        https://istio.io/latest/docs/setup/getting-started/
    Install guides for ambient mode
        https://istio.io/latest/docs/ambient/install/
    Install guides for sidecar mode
        https://istio.io/latest/docs/setup/install/

    Need more information? Visit https://istio.io/latest/docs/
    [0]
    "
  `);
  expect(await run("ls; ls istio-1.31.0 istio-1.31.0/samples; head -1 istio-1.31.0/README.md", "whole")).toBe(
    [
      "istio-1.31.0",
      "istio-1.31.0:\nLICENSE\nREADME.md\nbin\nmanifest.yaml\nmanifests\nsamples\n",
      "istio-1.31.0/samples:\naddons\nbookinfo\ncurl\nhelloworld\nhttpbin\nsleep\ntcp-echo",
      "# Istio 1.31.0, as learn-istio's sandbox simulates it\n[0]\n",
    ].join("\n"),
  );
});

test("without a version it is the newest; two stand beside each other, each with its own istioctl and samples", async () => {
  await run(`${DOWNLOAD} | sh -; ${DOWNLOAD} | ISTIO_VERSION=1.30.4 sh -`, "two");
  expect(await run('for one in *; do echo "$one"; "$one/bin/istioctl" version --remote=false; done', "two")).toBe(
    "istio-1.30.4\nclient version: 1.30.4 (sandbox)\nistio-1.31.0\nclient version: 1.31.0 (sandbox)\n[0]\n",
  );
  expect(await run("grep -h image: istio-*/samples/addons/jaeger.yaml", "two")).toMatch(
    /jaeger:2\.14\.0\n.*jaeger:2\.17\.0\n/,
  );
});

test("first in PATH it still runs the sandbox's istioctl, and the session's version does not win", async () => {
  const first = 'PATH="$PWD/istio-1.30.4/bin:$PATH"; export ISTIO_VERSION=1.31.0; istioctl version --remote=false';
  expect(await run(first, "two")).toBe("client version: 1.30.4 (sandbox)\n[0]\n");
  expect(await run('PATH="$PWD/istio-1.30.4/bin:$PATH"; istioctl bug-report', "two")).toContain(
    "no real istioctl was found in PATH",
  );
});

test.each([
  ["an old version", "ISTIO_VERSION=1.24.1", "1.24.1/istio-1.24.1-linux-amd64.tar.gz"],
  ["no version at all", "ISTIO_VERSION=latest", "latest/istio-latest-linux-amd64.tar.gz"],
])("%s is not found", async (_, variables, file) => {
  const said = await run(`${DOWNLOAD} | TARGET_ARCH=amd64 ${variables} sh -`, "none");
  expect(said).toContain(
    `\nhttps://github.com/istio/istio/releases/download/${file} is not found, please specify a valid ISTIO_VERSION and TARGET_ARCH\n[1]\n`,
  );
  expect(await run("ls", "none")).toBe("[0]\n");
});

test.each([
  ["TARGET_ARCH=arm64", "linux-arm64.tar.gz"],
  ["TARGET_OS=Darwin TARGET_ARCH=arm64", "osx-arm64.tar.gz"],
  ["TARGET_OS=Darwin TARGET_ARCH=x86_64", "osx.tar.gz"],
])("%s downloads %s", async (variables, file) => {
  const said = await run(`${DOWNLOAD} | ISTIO_VERSION=1.31.0 ${variables} sh -; istio-1.31.0/bin/istioctl -h`, "arch");
  expect(said).toContain(`/istio-1.31.0-${file} ...\n`);
  expect(said).toContain("istioctl (sandbox) installs");
});

test("an architecture that nobody builds for is named", async () => {
  expect(await run(`${DOWNLOAD} | TARGET_ARCH=vax sh -`, "none")).toBe(
    "This system's architecture, vax, isn't supported\n[1]\n",
  );
});

test("a machine without gzip gets an archive that is not compressed", async () => {
  const bare = path.join(scratch, "bare");
  mkdirSync(bare);
  for (const name of ["sh", "curl", "tar", "uname", "rm", "cat"]) {
    const found = ["/bin", "/usr/bin"].map((folder) => path.join(folder, name)).find(existsSync);
    symlinkSync(found ?? "", path.join(bare, name));
  }
  const said = await run(`${DOWNLOAD} | ISTIO_VERSION=1.31.0 TARGET_ARCH=amd64 sh -`, "bare-work", bare);
  expect(said).toContain("istio-1.31.0-linux-amd64.tar ...\n");
  expect(existsSync(path.join(scratch, "bare-work/istio-1.31.0/samples/curl/curl.yaml"))).toBe(true);
});

test("an archive is what its checksum says, each time", async () => {
  const file = "istio-1.31.0-linux-amd64.tar.gz";
  const url = `https://github.com/istio/istio/releases/download/1.31.0/${file}`;
  expect(await run(`curl -sSLO ${url} && curl -sSL ${url}.sha256 | sha256sum -c -`, "sum")).toBe(`${file}: OK\n[0]\n`);
});

test("samples are at their addresses, too", async () => {
  const raw = "https://raw.githubusercontent.com/istio/istio";
  const sample = "samples/bookinfo/networking/bookinfo-gateway.yaml";
  const text = readFileSync(path.join(scratch, "whole/istio-1.31.0", sample), "utf8");
  for (const reference of ["release-1.31", "1.30.4", "master", "refs/heads/release-1.30"])
    expect(await run(`curl -sSf ${raw}/${reference}/${sample}`, "raw")).toBe(`${text}[0]\n`);
  expect(await run(`curl -sSf ${raw}/release-1.24/${sample}`, "raw")).toMatch(/error: 404\n\[22\]\n$/);
  const mixed = "https://github.com/istio/istio/releases/download/1.31.0/istio-1.30.4-linux-amd64.tar.gz";
  expect(await run(`curl -sSfL ${mixed}`, "raw")).toMatch(/error: 404\n\[22\]\n$/);
  expect(await run("curl -sS https://github.com/other/thing", "raw")).toMatch(/^404: Not Found .*\n\[0\]\n$/);
});

test("the kinds of the Gateway API come by releases of their own", async () => {
  const url = (version: string): string =>
    `https://github.com/kubernetes-sigs/gateway-api/releases/download/${version}/standard-install.yaml`;
  const kinds = (version: string): Promise<string> => run(`curl -sSfL ${url(version)} | grep '^    kind:'`, "raw");
  expect(await kinds("v1.5.1")).toMatchInlineSnapshot(`
    "    kind: BackendTLSPolicy
        kind: GatewayClass
        kind: Gateway
        kind: GRPCRoute
        kind: HTTPRoute
        kind: ListenerSet
        kind: ReferenceGrant
        kind: TLSRoute
    [0]
    "
  `);
  expect(await kinds("v1.6.1")).toMatch(/kind: TCPRoute\n/);
  expect(await run(`curl -sSfL ${url("v1.0.0")}`, "raw")).toMatch(/error: 404\n\[22\]\n$/);
});

test("plain HTTP is sent to TLS", async () => {
  const asked = "curl -sS -o /dev/null -w '%{http_code} %{redirect_url}\\n' http://istio.io/downloadIstio";
  expect(await run(asked, "raw")).toBe("301 https://istio.io/downloadIstio\n[0]\n");
});

test("a download whose sandbox is gone says so", async () => {
  const program = "whole/istio-1.31.0/bin/istioctl";
  const moved = readFileSync(path.join(scratch, program), "utf8").replaceAll(sandbox.binDir, "/nowhere/bin");
  const env = { moved };
  const said = await new Promise((resolve) => {
    execFile("/bin/sh", ["-c", 'echo "$moved" | sh 2>&1; echo "[$?]"'], { env }, (_, out) => resolve(out));
  });
  expect(said).toBe(
    "istioctl (sandbox): the sandbox of this download is gone: /nowhere/bin/istioctl is not there; download the release again\n[1]\n",
  );
});
