import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { expect, test, vi } from "vitest";
import { processesOf } from "../../src/shell/processes.ts";
import { act, endText, nonceOf, openSession, outcome, temporaryFolder } from "./bash.ts";

test("variables, functions, aliases, exports, options and `$?` persist", async () => {
  const session = await openSession();
  await act(
    session,
    "x=1 e=2; export e; f() { echo f $x; }; alias k='echo K'; declare -A m=([a]=b); shopt -s nullglob; (exit 5) || :",
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
  expect(await outcome(session, "f; k 1; printenv e; echo ${m[a]} *.none")).toBe('exited 0: "f 1\\nK 1\\n2\\nb\\n"');
  await act(session, "( exit 7 )");
  expect(await outcome(session, "echo $?")).toBe('exited 0: "7\\n"');
});

test("a check cannot change the state, and fails by the same rules", async () => {
  const session = await openSession();
  await act(session, "x=1");
  expect(await outcome(session, "x=2; cd /; false\necho no", { mode: "check" })).toBe('exited 1 at 1 `false`: ""');
  expect(await outcome(session, "exit 9", { mode: "check" })).toBe('exited 9: ""');
  expect(await outcome(session, "echo $x")).toBe('exited 0: "1\\n"');
});

test.each([
  ["cmd || true", "false || true; echo on", 'exited 0: "on\\n"'],
  ["if", "if false; then :; fi; echo on", 'exited 0: "on\\n"'],
  ["!", "! true; echo on", 'exited 0: "on\\n"'],
  ["&&", "false && true; echo on", 'exited 0: "on\\n"'],
  ["a pipeline's first part", "false | cat\necho no", 'exited 1 at 1 `cat`: ""'],
  ["a pipe cut short", "yes | head -1\necho on", 'exited 0: "y\\non\\n"'],
  ["a pipe cut short, last", "yes | head -1", 'exited 0: "y\\n"'],
  ["141 outside of a pipeline", "sh -c 'kill -PIPE $$'\necho no", "exited 141 at 1 `sh -c 'kill -PIPE $$'`: \"\""],
  ["a function's inside", "f() { false; echo in; }\nf", 'exited 0: "in\\n"'],
  ["an alias of the same block", "alias k='echo K'\n\nk a\nfalse", 'exited 1 at 4 `false`: "K a\\n"'],
  ["a here-document", "cat <<'E'\n  a $x\nE", 'exited 0: "  a $x\\n"'],
  [
    "a line of bash's own",
    "echo\n\nnosuch",
    'exited 127 at 3 `nosuch`: "\\nbash: line 3: nosuch: command not found\\n"',
  ],
])("errexit's rules: %s", async (_name, source, expected) => {
  expect(await outcome(await openSession(), source)).toBe(expected);
});

test.each([
  ["an alias", "alias t='trap - ERR'", "t\nfalse\necho no"],
  ["a function", "f() { trap - ERR; }", "f\nfalse\necho no"],
  ["a word in pieces", "echo", 'tr""ap - ERR\nfalse\necho no'],
  ["a word with a backslash", "echo", "t\\rap - ERR\nfalse\necho no"],
  ["a variable", "t=trap", "$t - ERR\nfalse\necho no"],
  ["a sourced function", "echo 'f() { trap - ERR; }' >lib\n. ./lib", "f\nfalse\necho no"],
])("errexit cannot be taken away by %s", async (_name, before, source) => {
  const session = await openSession();
  expect(await outcome(session, before)).toContain("exited 0");
  expect(await outcome(session, source)).toBe('exited 1 at 2 `false`: ""');
  expect(await outcome(session, "echo on")).toBe('exited 0: "on\\n"');
});

test("a block that writes a report of its own is not believed", async () => {
  const session = await openSession();
  const forged = "for n in {1..99}; do printf '\\001D\\0%08d\\0000\\0/\\0' $n; done >&231\nfalse";
  expect(await outcome(session, forged)).toBe('exited 1 at 2 `false`: ""');
});

test("the stream of one block is not the next one's", async () => {
  const session = await openSession();
  await act(session, "echo out", { stream: "stdout" });
  expect(await outcome(session, "echo err >&2")).toBe('exited 0: "err\\n"');
  await act(session, "if", { stream: "stderr" });
  expect(await outcome(session, "echo out")).toBe('exited 0: "out\\n"');
});

test("one stream is asserted, both are told", async () => {
  const session = await openSession();
  const told: string[] = [];
  const source = "echo out; echo err >&2";
  const onOutput = (text: string): void => void told.push(text);
  expect((await act(session, source, { stream: "stdout", onOutput })).output.head).toBe("out\n");
  expect((await act(session, source, { stream: "stderr", onOutput })).output.head).toBe("err\n");
  expect(told.sort()).toEqual(["err\n", "err\n", "out\n", "out\n"]);
});

test("a background child does not hold the block, and inherits nothing of the driver", async () => {
  const session = await openSession();
  expect(await outcome(session, "sleep 3600 & ls -l /proc/self/fd | grep -cE 'socket:| 23[0-9] ' || true")).toBe(
    'exited 0: "0\\n"',
  );
});

test("what a block left behind writes on after it, and ends no block later", async () => {
  const session = await openSession({ cwd: temporaryFolder() });
  const fifo = "mkfifo end; { head -c 1000000 /dev/zero | tr '\\0' x; echo >end; } &";
  // What it writes before the block has ended is the block's.
  expect(await outcome(session, fifo)).toMatch(/^exited 0: "x*"$/);
  // A thousand kilobytes do not fit into the pipe: the end comes only when they were read.
  expect(await outcome(session, "read <end; echo on", { stream: "both" })).toContain("on\\n");
  await act(session, "yes & echo $!");
  for (let block = 0; block < 20; block++) {
    const { output } = await act(session, "echo mine");
    // Where much of the other's came first, it stands in the file alone.
    const all = output.spillPath === undefined ? output.head : readFileSync(output.spillPath, "latin1");
    expect(all.includes("mine\n")).toBe(true);
  }
});

test("between two blocks too somebody reads what is written", async () => {
  const cwd = temporaryFolder();
  const session = await openSession({ cwd });
  await act(session, "{ head -c 1000000 /dev/zero | tr '\\0' x; : >written; } &");
  await vi.waitFor(() => expect(existsSync(path.join(cwd, "written"))).toBe(true), 10_000);
});

test.each([1, 5, 6, 50])("a time limit of %i ms ends a block", async (timeoutMs) => {
  const session = await openSession();
  await act(session, "echo quick", { timeoutMs: 10_000 });
  expect(await outcome(session, "echo begun; sleep 60", { timeoutMs })).toMatch(/^timeout/);
  expect(await outcome(session, "echo on")).toBe('exited 0: "on\\n"');
});

test("an interrupt ends the block's processes and leaves earlier ones", async () => {
  const session = await openSession();
  const nonce = await nonceOf(session);
  await act(session, "sleep 3611 & sleep 0.1");
  const stop = new AbortController();
  const running = act(session, "echo go; setsid sleep 3612 & sleep 3613", {
    signal: stop.signal,
    onOutput: () => stop.abort(),
  });
  expect(endText((await running).end)).toBe("interrupted");
  const left = processesOf(session.pid, nonce).map((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1"));
  expect(left).toEqual(["sleep\x003611\0"]);
});

test("long output keeps its two ends and spills whole", async () => {
  const session = await openSession();
  const { output } = await act(session, "seq 1 500000");
  expect(output.head.length + output.tail.length + output.elidedBytes).toBe(output.totalBytes);
  expect([output.head.slice(0, 4), output.tail.slice(-7)]).toEqual(["1\n2\n", "500000\n"]);
  const spilled = readFileSync(output.spillPath ?? "", "utf8");
  expect(spilled).toHaveLength(output.totalBytes);
  expect(spilled.slice(output.totalBytes - output.tail.length)).toBe(output.tail);
  expect((await act(session, "seq 1 200000")).output).toMatchObject({ elidedBytes: 0, spillPath: undefined, tail: "" });
});

test("what is saved can be restored, and what cannot is said", async () => {
  const session = await openSession();
  await act(
    session,
    `a=(1 "two three") n=$'x\\ny'; declare -A m=([k]="v w"); readonly r=9; export E=é; f() { echo "f $1"; }
alias k='echo K'; shopt -s nullglob; umask 027; mkdir -p sub; cd sub; unset HOME LANG; trap 'echo bye' EXIT; sleep 3600 &`,
  );
  const state = await session.save();
  expect(state.lost).toEqual([
    "the background job `Running                 sleep 3600 &`",
    "the trap `trap -- 'echo bye' EXIT`",
  ]);
  const next = await openSession({ restore: state });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
  const source = 'echo "${a[1]} $n ${m[k]} $r $(printenv E) ${LANG-none}"; f 1; k 2; echo *.none; umask; pwd';
  expect(await outcome(next, source)).toBe(
    `exited 0: ${JSON.stringify(`two three x\ny v w 9 é none\nf 1\nK 2\n\n0027\n${state.cwd}\n`)}`,
  );
  expect((await next.save()).source).toBe(state.source);
});

test("folders that were added to PATH are carried, before the PATH of the run that goes on", async () => {
  const session = await openSession();
  await act(session, 'export PATH="$PWD/a b:$PATH:/opt/later"');
  const state = await session.save();
  const next = await openSession({ restore: state, env: { PATH: `/elsewhere:${process.env.PATH}` } });
  const told = `${state.cwd}/a b:/opt/later:/elsewhere:${process.env.PATH}\n`;
  expect(await outcome(next, 'echo "$PATH"; sh -c \'test "$PATH" = "$0"\' "$PATH"')).toBe(
    `exited 0: ${JSON.stringify(told)}`,
  );
  expect((await next.save()).source).toBe(state.source);
  await act(next, "PATH=/usr/bin:/bin");
  expect((await next.save()).folders).toEqual([]);
});

test("what no shell can be given is said: positional parameters, the folders of pushd, limits", async () => {
  const session = await openSession();
  const untouched = await session.save();
  expect(untouched.lost).toEqual([]);
  await act(session, "set -- a 'b c'; pushd / >/dev/null; pushd /usr >/dev/null; ulimit -n 64; ulimit -S -n 60");
  const hostile = await act(session, 'f() { set -- 1 2 3; echo $#; }; f; echo "$# $2"');
  expect(hostile.output.head).toBe("3\n2 b c\n");
  const state = await session.save();
  expect(state.lost).toEqual([
    "the 2 positional parameters of `set`",
    "the folder `/` of `pushd`",
    `the folder \`${untouched.cwd}\` of \`pushd\``,
    "the limit `ulimit -S -n 60`",
    "the limit `ulimit -H -n 64`",
  ]);
  expect(await outcome(session, "echo $# $(dirs -p | wc -l) $(ulimit -n)")).toBe('exited 0: "2 3 60\\n"');
  const next = await openSession({ restore: state });
  expect(await outcome(next, "pwd; echo $#")).toBe('exited 0: "/usr\\n0\\n"');
  expect((await next.save()).lost).toEqual([]);
});

test("an EXIT trap runs at the end", async () => {
  const session = await openSession();
  const folder = temporaryFolder();
  await act(session, `trap 'echo bye >${folder}/bye' EXIT`);
  await session.close();
  expect(readFileSync(`${folder}/bye`, "utf8")).toBe("bye\n");
});

test("values with newlines and odd names", async () => {
  const session = await openSession();
  await act(session, "x=$'a\\nb' y=");
  expect([...(await session.variables(["y", "x", "a-b", "__nope"]))]).toEqual([
    ["y", ""],
    ["x", "a\nb"],
  ]);
});

test("a bash that is not there is an error with a hint", async () => {
  await expect(openSession({ bash: "/nowhere/bash" })).rejects.toThrow("could not start `/nowhere/bash`");
});

test("nothing is left when the program is killed", async () => {
  const folder = temporaryFolder();
  const entry = path.join(folder, "victim.mjs");
  const own = path.join(temporaryFolder(), "own");
  mkdirSync(path.join(own, "deep"), { recursive: true });
  const source = `import { BashSession } from ${JSON.stringify(path.resolve("src/shell/bash-session.ts"))};
const s = await BashSession.start({ env: { PATH: process.env.PATH }, cwd: ${JSON.stringify(folder)}, spillDir: "/nowhere",
  temporary: ${JSON.stringify(own)} });
await new Promise((onOutput) => s.startBackground({ source: "env -i sleep 3624 & echo; trap '' TERM; sleep 3625", onOutput }));
const nonce = (await s.variables(["LEARN_ISTIO_SESSION"])).get("LEARN_ISTIO_SESSION");
s.run({ source: "setsid sleep 3621 & env -i setsid sleep 3626 & sleep 3622 & echo; setsid -w sleep 3623", mode: "act", timeoutMs: 60000, stream: "both",
  onOutput: () => console.log(nonce) });`;
  await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: entry,
  });
  cpSync("src/shell/bash", path.join(folder, "bash"), { recursive: true });
  const victim = spawn(process.execPath, [entry], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(victim.stdout, "data")) as [Buffer];
  const nonce = said.toString().trim();
  expect(processesOf(0, nonce).length).toBeGreaterThan(3);
  expect(sleeping("3624")).not.toEqual([]);
  await vi.waitFor(() => expect(sleeping("3626")).toHaveLength(1), BRIEFLY);
  victim.kill("SIGKILL");
  await expect.poll(() => processesOf(0, nonce), { timeout: 60_000 }).toEqual([]);
  await expect.poll(() => [...["3624", "3625", "3626"].flatMap(sleeping), existsSync(own)], BRIEFLY).toEqual([false]);
});

/** Pids of `sleep SECONDS`, whoever started it. */
function sleeping(seconds: string): string[] {
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandLine(pid) === `sleep ${seconds} `);
}

/** Starts a process without the session's environment, in a session of its own, and says its pid once it is that. */
const apart = (seconds: number): string =>
  `env -i setsid sleep ${seconds} & until grep -q ${seconds} /proc/$!/cmdline; do sleep 0.01; done; echo $!`;

/** A process's command line; empty when it is gone, or dead and not yet collected. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid.trim()}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** The pid is told before the program is there: `env` and `setsid` come first. */
const BRIEFLY = { timeout: 30_000, interval: 5 };

test("close ends a child that kept neither the environment nor the session", async () => {
  const session = await openSession();
  const { output } = await act(session, apart(3621));
  await vi.waitFor(() => expect(commandLine(output.head)).toBe("sleep 3621 "), BRIEFLY);
  await session.close();
  expect(commandLine(output.head)).toBe("");
});

test("close ends what an EXIT trap begins, and what ran apart before it, but nobody older", async () => {
  const older = spawn("sleep", ["3631"], { stdio: "ignore" });
  const session = await openSession();
  await act(session, "trap 'setsid sleep 3632 & sleep 0.1' EXIT\nsetsid sleep 3633 &");
  await vi.waitFor(() => expect(sleeping("3633")).toHaveLength(1), BRIEFLY);
  await session.close();
  expect([sleeping("3632"), sleeping("3633")]).toEqual([[], []]);
  expect(sleeping("3631")).toEqual([String(older.pid)]);
  older.kill();
});

test("close while a block runs ends such a child too", async () => {
  const session = await openSession();
  const pid = await new Promise<string>((resolve) => {
    void act(session, `${apart(3622)}; sleep 3623`, { onOutput: resolve });
  });
  await vi.waitFor(() => expect(commandLine(pid)).toBe("sleep 3622 "), BRIEFLY);
  await session.close();
  expect(commandLine(pid)).toBe("");
});

test("a time limit ends what outlives its parent and kept nothing of the session", async () => {
  const session = await openSession();
  const stubborn = "echo $$; trap : TERM; while :; do sleep 0.05; done";
  const source = `bash -c 'env -i /usr/bin/setsid /bin/sh -c "${stubborn.replaceAll("$", "\\$")}" & wait'`;
  const { end, output } = await act(session, source, { timeoutMs: 300 });
  expect(endText(end)).toBe("timeout");
  expect(output.head).toMatch(/^\d+\n/);
  expect(commandLine(output.head.split("\n")[0] ?? "")).toBe("");
});
