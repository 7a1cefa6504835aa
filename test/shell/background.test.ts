import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { BackgroundBlock, Session } from "../../src/shell/session.ts";
import { act, endText, openSession, outcome, temporaryFolder } from "./bash.ts";

const SOON = { timeout: 30_000, interval: 5 };

async function start(session: Session, source: string): Promise<BackgroundBlock> {
  const block = await session.startBackground({ source });
  onTestFinished(() => block.stop());
  return block;
}

/** Wait for what it prints; a block that goes on has no other end. */
async function printed(block: BackgroundBlock, text: string): Promise<void> {
  await vi.waitFor(() => expect(block.output().head).toContain(text), SOON);
}

/** A process's command line; empty when it is gone. */
function commandLine(pid: string | number): string {
  try {
    return readFileSync(`/proc/${String(pid).trim()}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

test("it has the session's state of the moment, and keeps its own from then on", async () => {
  const cwd = temporaryFolder();
  const session = await openSession({ cwd });
  await act(session, "x='it is'; f() { echo f $x; }; alias k='echo K'; mkdir d; cd d; export PATH=$PWD:$PATH");
  const block = await start(
    session,
    "f; k; basename $PWD; echo $PATH | cut -d: -f1; x=mine; until [ -e ../go ]; do sleep 0.01; done; echo $x",
  );
  await printed(block, `f it is\nK\nd\n${cwd}/d\n`);
  expect(await outcome(session, "x=theirs; cd ..; touch go; echo $x")).toBe('exited 0: "theirs\\n"');
  expect(endText(await block.ended)).toBe("exited 0");
  expect(block.output().head.split("\n").at(-2)).toBe("mine");
  expect(await outcome(session, "echo $x; jobs")).toBe('exited 0: "theirs\\n"');
});

test.each([
  ["a failing command", "echo a; false\necho no", 'exited 1 at 1 `false`: "a\\n"'],
  ["errexit of its own", "set -e\nfalse\necho no", 'exited 1 at 2 `false`: ""'],
  ["exit", "exit 3", 'exited 3: ""'],
  ["its end", "echo done", 'exited 0: "done\\n"'],
  ["reading input", "cat; echo end", 'exited 0: "end\\n"'],
  ["both streams", "echo o; echo e >&2", 'exited 0: "o\\ne\\n"'],
  ["what is not bash", "echo (", "syntax error at 1"],
  ["a signal", "kill -9 $$", 'died SIGKILL: ""'],
])("it ends by itself: %s", async (_name, source, expected) => {
  const block = await start(await openSession(), source);
  const end = await block.ended;
  expect(`${endText(end)}: ${JSON.stringify(block.output().head)}`).toContain(expected);
  expect(block.end).toBe(end);
});

test("it holds neither the session's blocks nor its descriptors, and leads a process group", async () => {
  const session = await openSession();
  const block = await start(
    session,
    "ls -l /proc/$$/fd /proc/self/fd | grep -c ' 23[0-9] ->' || :; echo ok; sleep 3600",
  );
  await printed(block, "ok\n");
  expect(await outcome(session, "echo here")).toBe('exited 0: "here\\n"');
  const fields = readFileSync(`/proc/${block.pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
  expect([fields[2], fields[3]]).toEqual([String(block.pid), String(block.pid)]);
});

test("stop ends all of it, what ignores TERM and what left its group too", async () => {
  const session = await openSession();
  const source = "trap '' TERM; setsid sh -c 'echo $$; exec sleep 3631' & sleep 3632 & echo $!; sleep 3633";
  const block = await start(session, source);
  await vi.waitFor(() => expect(block.output().head).toMatch(/^\d+\n\d+\n/), SOON);
  expect(block.end).toBeUndefined();
  await block.stop();
  expect(block.end?.kind).toBe("interrupted");
  for (const pid of block.output().head.trim().split("\n")) expect(commandLine(pid)).toBe("");
  expect(existsSync(`/proc/${block.pid}`)).toBe(false);
});

test("what stops a block of the session leaves it alone, and the other way round", async () => {
  const session = await openSession();
  await act(session, "sleep 3641 & kept=$!");
  const block = await start(session, "echo on; while :; do sleep 0.02; done");
  await printed(block, "on");
  expect(endText((await act(session, "sleep 3642", { timeoutMs: 200 })).end)).toBe("timeout");
  expect(block.end).toBeUndefined();
  await block.stop();
  expect(await outcome(session, "kill -0 $kept && echo alive")).toBe('exited 0: "alive\\n"');
});

test("it ends with the session, however that ends", async () => {
  const session = await openSession();
  const block = await start(session, "echo on; sleep 3651");
  await printed(block, "on");
  expect(endText((await act(session, "exit 4")).end)).toBe("died 4");
  await session.close();
  expect(block.end?.kind).toBe("interrupted");
  expect(existsSync(`/proc/${block.pid}`)).toBe(false);
});

test("a session that died starts none", async () => {
  const session = await openSession();
  await act(session, "exit 4");
  await expect(session.startBackground({ source: "sleep 3652" })).rejects.toThrow("the session ended");
});

test("much output keeps its two ends, and no file", async () => {
  const cwd = temporaryFolder();
  const block = await start(await openSession({ cwd }), "seq 1 800000");
  await block.ended;
  const { head, tail, elidedBytes, totalBytes, spillPath } = block.output();
  expect([head.slice(0, 4), tail.slice(-7), spillPath]).toEqual(["1\n2\n", "800000\n", undefined]);
  expect(head.length + tail.length + elidedBytes).toBe(totalBytes);
  expect(existsSync(path.join(cwd, "spill"))).toBe(false);
});
