import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const BIN = path.resolve(import.meta.dirname, "../../src/cli/bin.cjs");

/** A step that says that it runs, with a child in a session of its own, and a check that finds it undone. */
const LESSON = `---
title: First
targets: [none, sandbox]
---

# First

## Long

\`\`\`bash {#long}
[[ -e short ]] || { setsid sleep 3600 & echo running; sleep 3600; }
echo done > done.txt
\`\`\`

<details>
<summary>Check: it is done</summary>

\`\`\`bash
grep done done.txt
\`\`\`

</details>

## Checkpoint

<details>
<summary>Check: it is done</summary>

\`\`\`bash
grep done done.txt
\`\`\`

</details>

## Clean up

\`\`\`bash {cleanup}
echo cleaned > "$PROOF"
\`\`\`
`;

const NONE = ["--target", "none"] as const;
const START = ["start", "lesson-01", ...NONE, "--trust"] as const;
let room: CliRoom;
let root: string;
let started: ChildProcess[];
beforeEach(() => {
  started = [];
  room = openCliRoom({ "lessons/lesson-01-first.md": LESSON, "lessons/course.yaml": "id: c\n" });
  root = path.dirname(room.folder);
  mkdirSync(path.join(root, "tmp"));
  room.write({ "lessons/lesson-01-first.md": LESSON.replaceAll("$PROOF", path.join(root, "proof")) });
});
afterEach(() => {
  for (const child of started) child.kill("SIGKILL");
  room.remove();
});

/** The program, alive, once it has printed `line`. */
async function open(args: readonly string[], stdin: string, line: string): Promise<ChildProcess> {
  const { PATH = "" } = process.env;
  const at = (name: string): string => path.join(root, name);
  const env = { PATH, HOME: at("home"), XDG_STATE_HOME: at("state"), XDG_CACHE_HOME: at("cache"), TMPDIR: at("tmp") };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: room.folder, env, detached: true });
  started.push(child);
  child.stdin?.write(stdin);
  let text = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes(line)) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`ended with ${code}:\n${text}`)));
  });
  return child;
}

function ended(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
}

/** Processes whose environment names the room (HOME does, in every session of `none`, also where it is temporary); a zombie has none. */
function left(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const own = readFileSync(`/proc/${pid}/environ`, "utf8").includes(root);
        return own ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
      } catch {
        return [];
      }
    });
}

const nothingLeft = (): Promise<void> =>
  vi.waitFor(() => expect(left()).toEqual([]), { timeout: 60_000, interval: 50 });

test("kill -9 in the middle of a step, again and again: nothing runs on, and the step is offered again", async () => {
  for (let round = 0; round < 10; round += 1) {
    const child = await open(START, round === 0 ? "run\n" : "run\nr\nrun\n", "running\n");
    const end = ended(child);
    child.kill("SIGKILL");
    expect(await end).toBe("SIGKILL");
  }
  if (process.platform === "linux") await nothingLeft();
  const status = await room.run(["status", ...NONE]);
  expect(status.stderr).toBe("");
  expect(status.stdout).toContain("long (1 of 2), was running when you left");
  const again = await room.run(START, { stdin: "quit\n" });
  expect(again.code).toBe(0);
  expect(again.stdout).toContain("it is done");
});

test("a second `start` says who holds the course; looking works beside it", async () => {
  const child = await open(START, "run\n", "running\n");
  const second = await room.run(START);
  expect(second.stderr).toContain(`This course is open already: process ${child.pid} (since <day>`);
  expect(second.code).toBe(4);
  const codes = await Promise.all(
    ["status", "hint", "check"].map(async (name) => (await room.run([name, ...NONE])).code),
  );
  expect(codes).toEqual([0, 0, 1]);
});

/** As a terminal's Ctrl-C does: the whole group, children too. */
test("Ctrl-C during `test`: 130, its cleanup has run, and nothing runs on", async () => {
  const child = await open(["test", "lessons", ...NONE], "", "First  ");
  await vi.waitFor(() => expect(left().some((line) => line.startsWith("sleep 3600"))).toBe(true), { timeout: 30_000 });
  const end = ended(child);
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(await end).toBe(130);
  expect(readFileSync(path.join(root, "proof"), "utf8")).toBe("cleaned\n");
  if (process.platform === "linux") expect(left()).toEqual([]);
});

test("nobody reads on: the run is given up as by SIGPIPE, its cleanup has run, no trace", async () => {
  const go = path.join(root, "go");
  const waits = `until [[ -e ${go} ]]; do sleep 0.01; done\n\`\`\`\n\n\`\`\`bash {#then}\n`;
  const text = LESSON.replaceAll("$PROOF", path.join(root, "proof"));
  room.write({ "lessons/lesson-01-first.md": text.replace("[[ -e short ]]", `${waits}[[ -e short ]]`) });
  const child = await open(["test", "lessons", ...NONE], "", "First  ");
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const end = ended(child);
  child.stdout?.destroy();
  // The step after this one takes an hour: the run ends only because what it says between them is read by nobody.
  writeFileSync(go, "");
  expect(await end).toBe(141);
  expect(stderr).toBe("");
  expect(readFileSync(path.join(root, "proof"), "utf8")).toBe("cleaned\n");
  if (process.platform === "linux") expect(left()).toEqual([]);
});
