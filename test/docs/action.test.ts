import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { BIN, type CliRoom, openCliRoom } from "../support/run-cli.ts";

const root = path.resolve(import.meta.dirname, "../..");
const workflows = path.join(root, ".github/workflows");

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const action: {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
} = parse(readFileSync(path.join(root, "action.yml"), "utf8"));
const step = action.runs.steps.find(({ id }) => id === "test");

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
  mkdirSync(path.join(room.folder, "../bin"));
  symlinkSync(BIN, path.join(room.folder, "../bin/learn-istio"));
});
afterEach(() => room.remove());

/** The action's script as a runner calls it: `bash -eo pipefail`, inputs in the environment. */
function runScript(inputs: Readonly<Record<string, string>>): Promise<{ code: number | null; stdout: string }> {
  const none = { PATHS: "", TARGET: "", REPORTERS: "", ARGS: "", BUNDLE: "" };
  const files = { GITHUB_STEP_SUMMARY: at("summary.md"), GITHUB_OUTPUT: at("output"), GITHUB_WORKSPACE: room.folder };
  const search = `${path.join(room.folder, "../bin")}:${room.env.PATH}`;
  const env = { ...room.env, PATH: search, ...none, ...files, ...inputs };
  return new Promise((resolve) => {
    const argv = ["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? ""];
    const child = execFile("bash", argv, { cwd: room.folder, env }, (_error, stdout) => {
      resolve({ code: child.exitCode, stdout });
    });
  });
}

const at = (name: string): string => path.join(room.folder, name);
const read = (name: string): string => readFileSync(at(name), "utf8");
const PAGE = "# Demo\n\n```bash\necho one\n```\n\n```output\none\n```\n";

test("the action's script: annotations, summary, more reports, a bundle, the exit code", async () => {
  room.write({ "docs/a.md": PAGE, "docs/b.md": PAGE.replace("echo one", "echo two") });
  const inputs = {
    PATHS: "docs\n",
    REPORTERS: "junit=report.xml\nbadge=badge.json\n",
    ARGS: "--keep-going",
    BUNDLE: at("x y"),
  };
  const { code, stdout } = await runScript(inputs);
  expect(code).toBe(1);
  expect(stdout).toContain("::error file=docs/b.md,line=8,col=1,");
  expect(read("summary.md")).toMatch(/^## learn-istio test: 1 passed, 1 failed, 0 skipped\n/);
  expect(read("report.xml")).toContain('tests="2" failures="1"');
  expect(read("badge.json")).toContain("1 of 2 lessons failing");
  expect(read("output")).toBe(`exit-code=1\nbundle=${at("x y")}\n`);
  expect(existsSync(at("x y/HOW-TO-REPRODUCE.md"))).toBe(true);
});

test("where all passes there is no bundle to upload", async () => {
  room.write({ "a.md": PAGE });
  const { code } = await runScript({ PATHS: "a.md", TARGET: "none", BUNDLE: at("b") });
  expect({ code, output: read("output") }).toEqual({ code: 0, output: "exit-code=0\n" });
});

test("an input is data: it is neither a command nor an option", async () => {
  room.write({ "a.md": PAGE });
  const { code } = await runScript({ PATHS: "$(touch owned)\n--help\n; touch owned", TARGET: "none" });
  expect(code).toBe(2);
  expect(existsSync(at("owned"))).toBe(false);
});

test("the script knows every input, and inputs reach scripts by the environment alone", () => {
  const given = Object.values(action.runs.steps).flatMap(({ env = {} }) => Object.values(env));
  const named = new Set(given.flatMap((value) => [...value.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name)));
  expect([...named].sort()).toEqual(
    Object.keys(action.inputs)
      .filter((name) => name !== "working-directory")
      .sort(),
  );
  for (const { run = "" } of action.runs.steps) expect(run).not.toContain("${{");
});

test("every action that is used is pinned to a major at least", () => {
  const files = [path.join(root, "action.yml"), ...readdirSync(workflows).map((name) => path.join(workflows, name))];
  const used = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/uses: (\S+)/g)].map(([, name]) => name),
  );
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((name) => name !== "./" && !/@(?:v\d+|[0-9a-f]{40})$/.test(name ?? ""))).toEqual([]);
});
