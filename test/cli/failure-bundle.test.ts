import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { environmentText, Masker } from "../../src/cli/bundle/mask.ts";
import { jsonErrors } from "../support/report-formats.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const fence = (info: string, ...lines: readonly string[]): string =>
  [`\`\`\`${info}`, ...lines, "```", "", ""].join("\n");
const FAILS = `# Demo\n\n${fence("bash {#many}", "seq 1 300000")}${fence("bash {#wrong}", "echo one")}${fence("output", "two")}`;
const PASSES = `# Demo\n\n${fence("bash", "echo one")}${fence("output", "one")}`;

const files = (): string[] =>
  readdirSync(path.join(room.folder, "b"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(room.folder, "b"), path.join(entry.parentPath, entry.name)))
    .sort();
const read = (name: string): string => readFileSync(path.join(room.folder, "b", name), "utf8");

test("a failing run leaves one folder with all that somebody else needs", async () => {
  room.write({ "docs/demo.md": FAILS });
  const { stderr, code } = await room.run(["test", "docs", "--bundle", "b"]);
  expect({ stderr, code }).toEqual({ stderr: "failure bundle: b\n", code: 1 });
  expect(files()).toEqual([
    "HOW-TO-REPRODUCE.md",
    "commands/001-docs-demo-many.output.txt",
    "commands/001-docs-demo-many.sh",
    "commands/002-docs-demo-wrong.output.txt",
    "commands/002-docs-demo-wrong.sh",
    "documents/docs/demo.md",
    "environment.txt",
    "report.txt",
    "run.jsonl",
    "versions.json",
  ]);
  // More than a run keeps in memory: nothing of it is missing.
  const numbers = read("commands/001-docs-demo-many.output.txt").trimEnd().split("\n");
  expect([numbers.length, numbers[150_000]]).toEqual([300_000, "150001"]);
  expect(read("commands/002-docs-demo-wrong.sh")).toBe("echo one\n");
  expect(read("documents/docs/demo.md")).toBe(FAILS);
  expect(read("report.txt")).toContain("docs/demo.md:12:1\n");
  expect(jsonErrors(read("run.jsonl"))).toEqual([]);
  expect(read("environment.txt")).toMatch(/^HOME=/m);
  expect(JSON.parse(read("versions.json"))).toMatchObject({
    node: process.version,
    bash: expect.stringContaining("bash"),
  });
  const howTo = read("HOW-TO-REPRODUCE.md");
  expect(howTo).toContain("- `docs/demo#wrong` at `docs/demo.md:12:1`: mismatch\n");
  expect(howTo).toContain("```bash\nlearn-istio test docs --bundle b\n```");
  expect(howTo).toContain("```bash\nlearn-istio test docs/demo.md\n```");
});

test("nothing failed: no folder, and an earlier bundle is gone", async () => {
  room.write({ "demo.md": FAILS });
  await room.run(["test", "demo.md", "--bundle", "b"]);
  expect(existsSync(path.join(room.folder, "b"))).toBe(true);
  room.write({ "demo.md": PASSES });
  const { stderr, code } = await room.run(["test", "demo.md", "--bundle", "b"]);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(existsSync(path.join(room.folder, "b"))).toBe(false);
});

test.each([
  ["b", "the folder holds something else than an earlier bundle."],
  ["demo.md", "a file stands there."],
])("`--bundle %s` never takes what is somebody else's", async (folder, why) => {
  room.write({ "demo.md": FAILS, "b/thesis.md": "mine" });
  const { stderr, code } = await room.run(["test", "demo.md", "--bundle", folder]);
  expect({ stderr, code }).toEqual({
    stderr: `learn-istio: \`--bundle ${folder}\`: ${why}\n  hint: Name a folder that does not exist yet.\n`,
    code: 2,
  });
  expect(readFileSync(path.join(room.folder, "b/thesis.md"), "utf8")).toBe("mine");
});

test("a secret of the environment stands nowhere in it", async () => {
  const show = 'printf \'%s\\n\' "$DEPLOY_TOKEN" "$http_proxy" "$PIN_KEY"; exit 1';
  room.write({ "demo.md": `# Demo\n\n${fence("bash", `( ${show} )`)}` });
  const env = { DEPLOY_TOKEN: "tok-8f3a9c", http_proxy: "http://me:pass@proxy:3128", PIN_KEY: "1234" };
  const { code } = await room.run(
    ["test", "demo.md", "--inherit-env", "--bundle", "b", "--var", "DB_PASSWORD=pw", "--var", "MODE=fast"],
    { env },
  );
  expect(code).toBe(1);
  const all = files().map(read).join("\n");
  expect(all).not.toMatch(/tok-8f3a9c|me:pass@|PIN_KEY=1234|DB_PASSWORD=pw/);
  expect(read("environment.txt")).toContain("DEPLOY_TOKEN=***\n");
  expect(read("environment.txt")).toContain("http_proxy=http://***@proxy:3128\n");
  expect(read("commands/001-demo-demo-1.output.txt")).toBe("***\nhttp://***@proxy:3128\n1234\n");
  expect(read("HOW-TO-REPRODUCE.md")).toContain("--var 'DB_PASSWORD=***' --var MODE=fast");
});

test("a cluster is looked at before it is cleaned up; what its Secrets hold stands nowhere", async () => {
  const page = [
    fence(
      "bash",
      "kubectl create secret generic s --from-literal=code=hunter22xyz",
      "kubectl run stuck --image=no-such-image:1",
    ),
    fence("bash", "kubectl get secret s -o jsonpath='{.data.code}' | base64 -d", "false"),
    fence("bash {cleanup}", "kubectl delete pod stuck --now"),
  ];
  room.write({ "demo.md": `# Demo\n\n${page.join("")}` });
  const { code, stderr } = await room.run(["test", "demo.md", "--target", "sandbox", "--yes", "--bundle", "b"]);
  expect(code, stderr).toBe(1);
  expect(files().filter((file) => file.startsWith("cluster/"))).toEqual([
    "cluster/demo-demo-2/all.txt",
    "cluster/demo-demo-2/events.txt",
    "cluster/demo-demo-2/nodes.txt",
    "cluster/demo-demo-2/pods/default.stuck.describe.txt",
    "cluster/demo-demo-2/pods/default.stuck.log",
  ]);
  expect(read("cluster/demo-demo-2/pods/default.stuck.log")).toMatch(
    /container "stuck" in pod "stuck" is waiting to start/,
  );
  expect(read("cluster/demo-demo-2/all.txt")).toContain("pod/stuck ");
  expect(read("cluster/demo-demo-2/pods/default.stuck.describe.txt")).toContain("no-such-image:1");
  expect(read("commands/002-demo-demo-2.output.txt")).toBe("***");
  expect(files().map(read).join("\n")).not.toMatch(/hunter22xyz|aHVudGVyMjJ4eXo/);
  expect(read("HOW-TO-REPRODUCE.md")).toContain("The cluster was asked right after `demo#demo-2` failed");
});

test("what is masked, and what is not", () => {
  const masker = new Masker();
  masker.addEnvironment({
    GITHUB_TOKEN: "ghp_abcdef",
    API_KEY: 'with"quote',
    KEYBOARD: "qwertz",
    MONKEY: "banana",
    PW: "plain1",
  });
  masker.add("-----BEGIN X-----\nMIIBVgIBADANBg\n-----END X-----");
  masker.add("abc");
  const seen = 'ghp_abcdef Z2hwX2FiY2RlZg== "with\\"quote" qwertz banana plain1 abc MIIBVgIBADANBg https://u:p@h/ u@h';
  expect(masker.mask(seen)).toBe('*** *** "***" qwertz banana plain1 abc *** https://***@h/ u@h');
  expect(environmentText({ B_SECRET: "x", A: "1", ssh_auth_sock: "s" })).toBe("A=1\nB_SECRET=***\nssh_auth_sock=***\n");
});

test("the working directory never becomes the bundle", async () => {
  room.write({ "demo.md": FAILS });
  const { stderr, code } = await room.run(["test", "demo.md", "--bundle", "."]);
  expect({ stderr, code }).toEqual({
    stderr: "learn-istio: `--bundle .` is the working directory.\n  hint: Name a folder that does not exist yet.\n",
    code: 2,
  });
});
