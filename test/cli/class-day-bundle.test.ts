import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pinnedPrograms, toolsFolder, userFolders } from "../../src/target/index.ts";
import { lessonText } from "../support/lesson-text.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({
    "lessons/course.yaml": "id: course\ntitle: Our course\nvars:\n  ISTIO_VERSION: 1.31.0\n",
    "lessons/lesson-01-a.md": `${lessonText("A", { steps: ["kubectl run one --image=nginx:1.27", "istioctl install -y"] })}\nSee \`samples/curl/curl.yaml\`; \`--image=hello\` is no pin.\n`,
    "lessons/files/b.yaml": "    image: 'quay.io/some/thing:v1'\n",
    "lessons/.git/config": "secret\n",
    "lessons/node_modules/x.js": "x\n",
  });
});
afterEach(() => room.remove());

const inRoom = (...parts: string[]): string => path.join(room.folder, ...parts);
const bundle = (...args: string[]) => room.run(["class", "bundle", "--offline", ...args]);
const tar = (...args: string[]): string =>
  execFileSync("tar", args, { cwd: room.folder, encoding: "utf8", stdio: "pipe" });
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("without a network and a cache the bundle has what can be had, says what is missing, and is the same each time", async () => {
  const made = await bundle("one.tar.gz");
  expect(made.code).toBe(1);
  expect(made.stderr).toMatch(/MISSING: kubectl v1\.35\.2 for linux-x64 is not in the cache\n/);
  expect(made.stderr.replaceAll(/\s+/g, " ")).toContain(
    "not in it: kubectl v1.35.2 for darwin-arm64, https://dl.k8s.io/release/v1.35.2/bin/darwin/arm64/kubectl",
  );
  expect(made.stdout).toBe(`${sha256(readFileSync(inRoom("one.tar.gz")))}  one.tar.gz\n`);
  expect(tar("-tzf", "one.tar.gz").trim().split("\n")).toEqual(
    [
      "README.txt",
      "images.txt",
      "learn-istio-0.1.0.tgz",
      "lessons.tgz",
      "lessons/course.yaml",
      "lessons/files/b.yaml",
      "lessons/lesson-01-a.md",
      "manifest.json",
    ].map((name) => `learn-istio-class/${name}`),
  );
  utimesSync(inRoom("lessons/lesson-01-a.md"), 1, 1);
  const again = await bundle("two.tar.gz", "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({
    version: 1,
    course: { id: "course" },
    missing: [expect.any(String), expect.any(String)],
  });
  expect(readFileSync(inRoom("two.tar.gz")).equals(readFileSync(inRoom("one.tar.gz")))).toBe(true);
  const checked = await room.run(["class", "bundle", "--check", "one.tar.gz"]);
  expect([checked.code, checked.stdout]).toEqual([0, made.stdout]);
});

test("the images of the lessons are listed, with tags", async () => {
  await bundle("b.tgz");
  const images = tar("-xzOf", "b.tgz", "learn-istio-class/images.txt").split("\n");
  expect(images.filter((line) => !line.startsWith("#") && line !== "")).toEqual([
    "curlimages/curl:8.16.0",
    "nginx:1.27",
    "quay.io/some/thing:v1",
    "registry.istio.io/release/pilot:1.31.0",
    "registry.istio.io/release/proxyv2:1.31.0",
  ]);
  expect(images.join("\n")).toContain("docker pull");
});

test.each<[string, () => void, string]>([
  [
    "a link that leads out",
    () => symlinkSync("/etc/hostname", inRoom("lessons/files/link.yaml")),
    "`files/link.yaml` is a link to no file of the course.",
  ],
  ["a link to nothing", () => symlinkSync("none", inRoom("lessons/none.yaml")), "`none.yaml` is a link to no file"],
  [
    "a name that nobody can read",
    () => writeFileSync(inRoom("lessons/files/a\u0007b"), "x"),
    "The course cannot be packed: manifest.files[",
  ],
  [
    "a name that is too long",
    () => writeFileSync(inRoom(`lessons/files/${"long".repeat(40)}`), "x"),
    "It cannot be packed: the name",
  ],
  [
    "a title with a control sequence",
    () => writeFileSync(inRoom("lessons/course.yaml"), 'title: "a\\u001b[2Jb"\n'),
    "manifest.course.title: expected a text",
  ],
])("a course with %s is not packed", async (_, arrange, said) => {
  arrange();
  const made = await bundle("b.tar.gz");
  expect([made.code, made.stderr]).toEqual([2, expect.stringContaining(said)]);
  expect(existsSync(inRoom("b.tar.gz"))).toBe(false);
});

test("a link to a file of the course is packed as that file", async () => {
  symlinkSync("b.yaml", inRoom("lessons/files/c.yaml"));
  await bundle("b.tar.gz");
  expect(tar("-xzOf", "b.tar.gz", "learn-istio-class/lessons/files/c.yaml")).toContain("quay.io/some/thing:v1");
});

test("npm installs the learn-istio of a bundle without a network, and it reads the bundle's lessons", async () => {
  await bundle("b.tar.gz");
  tar("-xzf", "b.tar.gz");
  const elsewhere = inRoom("elsewhere");
  mkdirSync(elsewhere);
  writeFileSync(path.join(elsewhere, "package.json"), "{}\n");
  const file = inRoom("learn-istio-class/learn-istio-0.1.0.tgz");
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", file], { cwd: elsewhere, stdio: "pipe" });
  const env = { ...process.env, ...room.env };
  const call = (...args: string[]): string =>
    execFileSync(path.join(elsewhere, "node_modules/.bin/learn-istio"), args, {
      cwd: elsewhere,
      env,
      encoding: "utf8",
    });
  expect(call("--version")).toBe("0.1.0\n");
  expect(call("list", "--lessons", inRoom("learn-istio-class/lessons"))).toContain("lesson-01");
});

/** A bundle that was unpacked, changed and packed again by somebody else. */
async function repacked(change: (folder: string) => void): Promise<void> {
  await bundle("b.tar.gz");
  tar("-xzf", "b.tar.gz");
  change(inRoom("learn-istio-class"));
  tar("--format=ustar", "-czf", "b.tar.gz", "learn-istio-class");
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

test.each<[string, (folder: string) => void, string]>([
  ["as it was", () => {}, ""],
  [
    "with a lesson changed",
    (b) => edit(path.join(b, "lessons/lesson-01-a.md"), "nginx:1.27", "nginx:1.28"),
    "`lessons/lesson-01-a.md` was changed: its checksum does not hold",
  ],
  [
    "with a longer lesson",
    (b) => edit(path.join(b, "lessons/lesson-01-a.md"), "nginx", "nginxx"),
    "`lessons/lesson-01-a.md` has",
  ],
  ["without a file", (b) => rmSync(path.join(b, "images.txt")), "`images.txt` is missing"],
  [
    "with another file",
    (b) => writeFileSync(path.join(b, "more.sh"), "x"),
    "`more.sh` is in it, and the manifest does not name it",
  ],
])("a bundle %s is told apart", async (_, change, problem) => {
  await repacked(change);
  const checked = await room.run(["class", "bundle", "--check", "b.tar.gz"]);
  expect(checked.code).toBe(problem === "" ? 0 : 1);
  expect(checked.stdout.replaceAll(/\s+/g, " ")).toContain(problem);
});

const PROGRAM = Buffer.from("#!/bin/sh\necho pwned\n");
test.each<[string, Buffer, string]>([
  ["with its own checksum", gzipSync(PROGRAM), sha256(PROGRAM)],
  ["under the checksum of the one that is known", gzipSync(PROGRAM), pinnedPrograms("linux", "x64")[0]?.sha256 ?? ""],
  ["that gzip cannot unpack", PROGRAM, pinnedPrograms("linux", "x64")[0]?.sha256 ?? ""],
])("a program that the manifest vouches for %s and this build does not know is told", async (_, content, told) => {
  await repacked((folder) => {
    const name = "tools/linux-x64/kubectl.gz";
    mkdirSync(path.join(folder, "tools/linux-x64"), { recursive: true });
    writeFileSync(path.join(folder, name), content);
    const file = path.join(folder, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { programs?: object[]; files: object[] };
    manifest.programs = [{ name: "kubectl", version: "v1.35.2", platform: "linux-x64", file: name, sha256: told }];
    manifest.files.push({ path: name, size: content.length, sha256: sha256(content) });
    writeFileSync(file, JSON.stringify(manifest));
  });
  const checked = await room.run(["class", "bundle", "--check", "b.tar.gz"]);
  expect([checked.code, checked.stdout.replaceAll(/\s+/g, " ")]).toEqual([
    1,
    " wrong: kubectl for linux-x64 is not the one that this learn-istio knows ",
  ]);
});

test.each<[string, (file: string) => void, string]>([
  ["cut off", (file) => writeFileSync(file, readFileSync(file).subarray(0, 100_000)), "Z_BUF_ERROR"],
  ["no archive", (file) => writeFileSync(file, "hello"), "Z_DATA_ERROR"],
  ["not there", (file) => rmSync(file), "ENOENT"],
  [
    "another archive",
    (file) => execFileSync("tar", ["--format=ustar", "-czf", file, "lessons/course.yaml"], { cwd: room.folder }),
    "is not in `learn-istio-class`",
  ],
  [
    "one with a link",
    (file) => {
      mkdirSync(inRoom("learn-istio-class"));
      symlinkSync("/etc/passwd", inRoom("learn-istio-class/link"));
      execFileSync("tar", ["--format=ustar", "-czf", file, "learn-istio-class"], { cwd: room.folder });
    },
    "is neither a file nor a folder",
  ],
])("a file that is %s is no bundle", async (_, spoil, why) => {
  await bundle("b.tar.gz");
  spoil(inRoom("b.tar.gz"));
  const checked = await room.run(["class", "bundle", "--check", "b.tar.gz"]);
  expect([checked.code, checked.stdout]).toEqual([4, ""]);
  expect(checked.stderr).toMatch(/^learn-istio: `.*b\.tar\.gz` is no bundle of a class: .*\n {2}hint: /);
  expect(checked.stderr).toContain(why);
});

test.each([
  [["lessons.zip"], 2, "`lessons.zip` is no name of a bundle."],
  [["a.tgz", "b.tgz"], 2, "`b.tgz` is one name too many."],
  [["--check"], 2, "needs the bundle to check"],
  [["none/a.tgz"], 4, "cannot be written (ENOENT)"],
])("class bundle %j ends with %i", async (args, code, said) => {
  const ran = await bundle(...args);
  expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(said)]);
});

const cached = toolsFolder(userFolders(process.env).cache, "linux", "x64");
test.runIf(existsSync(path.join(cached, "kubectl")))(
  "the pinned kubectl comes from the cache; another one there does not",
  async () => {
    const own = toolsFolder(path.join(room.env.XDG_CACHE_HOME ?? "", "learn-istio"), "linux", "x64");
    mkdirSync(own, { recursive: true });
    copyFileSync(path.join(cached, "kubectl"), path.join(own, "kubectl"));
    writeFileSync(path.join(own, "helm"), "#!/bin/sh\n");
    const made = await bundle("b.tar.gz", "--json");
    const { missing, programs } = JSON.parse(made.stdout) as { missing: string[]; programs: { name: string }[] };
    expect([made.code, missing, programs.map(({ name }) => name)]).toEqual([
      1,
      ["helm v4.1.4 for linux-x64 is not in the cache"],
      ["kubectl"],
    ]);
    const packed = execFileSync("tar", ["-xzOf", "b.tar.gz", "learn-istio-class/tools/linux-x64/kubectl.gz"], {
      cwd: room.folder,
      maxBuffer: 1e9,
    });
    expect(sha256(gunzipSync(packed))).toBe(pinnedPrograms("linux", "x64")[0]?.sha256);
    expect((await room.run(["class", "bundle", "--check", "b.tar.gz"])).code).toBe(0);
  },
);
