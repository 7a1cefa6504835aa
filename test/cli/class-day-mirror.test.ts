import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pinnedPrograms, toolsFolder, userFolders } from "../../src/target/index.ts";
import { lessonText } from "../support/lesson-text.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

let room: CliRoom;
let teacher: CliRoom;
beforeEach(() => {
  room = openCliRoom();
  teacher = openCliRoom({
    "lessons/course.yaml": "id: course\ntitle: Our course\n",
    "lessons/lesson-01-a.md": lessonText("A", { steps: ["echo one"] }),
  });
});
afterEach(() => {
  room.remove();
  teacher.remove();
});

const isPinnedHere = process.platform === "linux" && process.arch === "x64";
const learnerTools = (): string => toolsFolder(path.join(room.env.XDG_CACHE_HOME ?? "", "learn-istio"));

/** A learner's machine with bash and curl, and neither kubectl nor npm. */
function bareMachine(): { env: Record<string, string> } {
  const bin = path.join(room.folder, "bin");
  mkdirSync(bin);
  const found = execFileSync("sh", ["-c", "command -v bash; command -v curl"], { encoding: "utf8" }).trim().split("\n");
  for (const program of found) symlinkSync(program, path.join(bin, path.basename(program)));
  return { env: { PATH: bin } };
}

async function host(...args: string[]) {
  const started = startCli(teacher, "class", "host", "--mirror", "b.tar.gz", ...args);
  const head = await started.until("doctor --fix --from http");
  const rest = await started.until("\n");
  return { ...started, head, url: `http${rest.trim()}` };
}

/** A bundle without programs, into which somebody puts one, with a manifest that agrees. */
async function forge(program: string): Promise<void> {
  await teacher.run(["class", "bundle", "--offline", "b.tar.gz"]);
  const tar = (...args: string[]) => execFileSync("tar", args, { cwd: teacher.folder, stdio: "pipe" });
  tar("-xzf", "b.tar.gz");
  const folder = path.join(teacher.folder, "learn-istio-class");
  const file = path.join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { programs?: object[]; files: object[] };
  manifest.programs = [];
  for (const { name, version } of pinnedPrograms("linux", "x64")) {
    const content = gzipSync(program);
    const at = `tools/linux-x64/${name}.gz`;
    mkdirSync(path.dirname(path.join(folder, at)), { recursive: true });
    writeFileSync(path.join(folder, at), content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    manifest.files.push({ path: at, size: content.length, sha256 });
    manifest.programs.push({ name, version, platform: "linux-x64", file: at, sha256 });
  }
  writeFileSync(file, JSON.stringify(manifest));
  tar("--format=ustar", "-czf", "b.tar.gz", "learn-istio-class");
}

test.runIf(isPinnedHere)("a forged mirror slips nothing in", async () => {
  await forge("#!/bin/sh\ntouch /tmp/pwned\n");
  const { url } = await host();
  const ran = await room.run(["doctor", "--fix", "--from", url], bareMachine());
  expect([ran.code, ran.stdout]).toEqual([4, ""]);
  expect(ran.stderr).toMatch(
    /learn-istio: The checksum of `http:.*kubectl\.gz` is `\w+\.\.\.`, expected `\w+\.\.\.`\./,
  );
  expect(readdirSync(learnerTools())).toEqual([]);
});

test("the host's screen says what learners type; the lines bring learn-istio and the lessons, verified", async () => {
  await teacher.run(["class", "bundle", "--offline", "b.tar.gz"]);
  const started = startCli(teacher, "class", "host", "--mirror", "b.tar.gz");
  const screen = await started.until("tar -xzf lessons.tgz\n");
  const lines = screen.slice(screen.indexOf("curl --noproxy"));
  expect(screen).toMatch(/^mirror:/m);
  const at = path.join(room.folder, "learner");
  mkdirSync(at);
  const typed = lines.replace("npm install --global", "npm install --no-audit --no-fund --prefix .");
  execFileSync("bash", ["-euc", typed], { cwd: at, stdio: "pipe" });
  const bin = path.join(at, "node_modules/.bin/learn-istio");
  const env = { ...process.env, ...room.env };
  expect(execFileSync(bin, ["list"], { cwd: at, env, encoding: "utf8" })).toContain("lesson-01");
  // A file that was changed on the way is not installed.
  const other = lines.replaceAll(/echo '[0-9a-f]{4}/g, "echo '0000");
  expect(() =>
    execFileSync("bash", ["-euc", other.replaceAll("npm install", "touch installed; npm")], { cwd: at, stdio: "pipe" }),
  ).toThrow();
  expect(existsSync(path.join(at, "installed"))).toBe(false);
  started.interrupt();
  expect(await started.ended).toBe(0);
  const state = path.join(teacher.env.XDG_STATE_HOME ?? "", "learn-istio/course/class-host");
  expect(readdirSync(state).filter((name) => name.startsWith("mirror"))).toEqual([]);
});

const cached = toolsFolder(userFolders(process.env).cache);
const isCached = isPinnedHere && ["kubectl", "helm"].every((name) => existsSync(path.join(cached, name)));
test.runIf(isCached)(
  "from a mirror a machine without internet has kubectl and helm, and the sandbox can run",
  async () => {
    const own = toolsFolder(path.join(teacher.env.XDG_CACHE_HOME ?? "", "learn-istio"));
    mkdirSync(own, { recursive: true });
    for (const name of ["kubectl", "helm"]) symlinkSync(path.join(cached, name), path.join(own, name));
    const made = await teacher.run(["class", "bundle", "--offline", "b.tar.gz"]);
    expect(made.code).toBe(0);
    const { url } = await host();
    const machine = bareMachine();
    const ran = await room.run(["doctor", "--fix", "--from", `${url}/#ABCD-EFGH`], machine);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("The sandbox can run here.")]);
    expect(readdirSync(learnerTools()).sort()).toEqual(["helm", "kubectl"]);
  },
);

test.runIf(isCached)(
  "who is in a class with a mirror has it asked by itself, and goes on without it when it is gone",
  async () => {
    const own = toolsFolder(path.join(teacher.env.XDG_CACHE_HOME ?? "", "learn-istio"));
    mkdirSync(own, { recursive: true });
    for (const name of ["kubectl", "helm"]) symlinkSync(path.join(cached, name), path.join(own, name));
    await teacher.run(["class", "bundle", "--offline", "b.tar.gz"]);
    const hosting = await host();
    const invitation = /'(http:[^']*)'/.exec(hosting.head)?.[1] ?? "";
    const machine = bareMachine();
    room.write({
      "lessons/course.yaml": "id: course\n",
      "lessons/lesson-01-a.md": lessonText("A", { steps: ["echo one"] }),
    });
    expect((await room.run(["class", "join", invitation])).code).toBe(0);
    const ran = await room.run(["doctor", "--fix"], machine);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(`from \`${hosting.url}/mirror/tools/`)]);
    rmSync(learnerTools(), { recursive: true });
    hosting.kill();
    await hosting.ended;
    const alone = await room.run(["doctor", "--fix"], machine);
    expect([alone.code, alone.stderr]).toEqual([4, expect.stringContaining("There is no `npm` on the PATH")]);
  },
);

test.each<[string[], number, string]>([
  [["doctor", "--from", "http://127.0.0.1:9"], 2, "`--from` says where `--fix` fetches from."],
  [["doctor", "--fix", "--from", "10.0.0.1"], 2, "`--from 10.0.0.1` is no address of a class's mirror."],
  [["doctor", "--fix", "--from", "ftp://10.0.0.1"], 2, "is no address of a class's mirror."],
  [["doctor", "--fix", "--offline", "--from", "http://127.0.0.1:9"], 4, "`--offline` forbids fetching one"],
  ...(isPinnedHere
    ? [[["doctor", "--fix", "--from", "http://127.0.0.1:9"], 4, "could not be fetched"] as [string[], number, string]]
    : []),
])("%j ends with %i", async (args, code, said) => {
  const ran = await room.run(args, bareMachine());
  expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(said)]);
});

test.each([
  ["none.tar.gz", "ENOENT"],
  ["lessons/course.yaml", "Z_DATA_ERROR"],
])("class host --mirror %s is no class", async (file, why) => {
  const ran = await teacher.run(["class", "host", "--mirror", file]);
  expect([ran.code, ran.stdout, ran.stderr]).toEqual([
    4,
    "",
    expect.stringContaining(`is no bundle of a class: ${why}.`),
  ]);
});
