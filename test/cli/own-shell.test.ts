import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPty, PTY_MISSING, type Pty } from "../support/pty.ts";
import { BIN, type CliRoom, openCliRoom } from "../support/run-cli.ts";

const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
const details = (summary: string, body: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${body}\n</details>\n`;

/** A value with everything that a shell could mistake. */
const HOSTILE = `it's "so" $HOME \`id\` \\ ! * ~ é`;

/** What kubectl writes for itself before its sentence. */
const CLIENT_LOG = 'E1123 15:27:09.558125   23249 memcache.go:265] "Unhandled Error" err="connection refused"';

const LESSON = [
  "---\ntitle: Own\ntargets: [none]\nvars:\n  WHO: you\n---\n\n# Own\n\n## Set\n",
  fence("bash {#set}", 'NAME="one $(echo two)"; export OTHER=3'),
  "## Say\n",
  fence("bash {#say}", 'echo "$NAME"'),
  "## Make\n",
  fence("yaml {file=a.yaml}", "a: 1"),
  "The file is `a.yaml`.\n".slice(0, 0),
  fence("bash {#make}", 'touch "$NAME"'),
  details(
    "Check: it is made",
    `${fence("bash {#made every=100ms}", 'test -e "$NAME"')}\n${fence("bash", `echo '${CLIENT_LOG}' >&2; echo "$(ls | wc -l) files"`)}`,
  ),
  "## Count\n",
  fence("bash {#count}", "f() { MINE=$1; }; f 3"),
  details("Check: MINE is three", fence("bash {#three every=100ms}", 'test "$MINE" = 3')),
  "## Checkpoint\n",
  details("Check: all is well", fence("bash {every=100ms}", 'test "$MINE$OTHER" = 33')),
  "## Clean up\n",
  fence("bash {cleanup}", "rm -f *"),
]
  .join("\n")
  .replace("## Make\n", "## Make\n\nIts file is `a.yaml`.\n");

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({ "lessons/lesson-01-own.md": LESSON, "lessons/course.yaml": "id: own\n" });
});
afterEach(() => room.remove());

const NONE = ["--target", "none"];
const shell = (stdin: string) => room.run(["shell", ...NONE, "--trust"], { stdin });
const stateFolder = (): string => path.join(path.dirname(room.folder), "state/learn-istio/own/none");
const start = (stdin: string, ...more: string[]) =>
  room.run(["start", "lesson-01", ...NONE, "--trust", "--plain", ...more], { stdin });

describe("learn-istio shell", () => {
  test("this program, when it is typed in it, looks at the same state", async () => {
    expect((await shell(`echo "$XDG_STATE_HOME"\n`)).stdout).toBe("<root>/state\n");
  });

  test("what is set in it, the next shell, `start` and `check` have", async () => {
    const made = 'NAME=mine; list=(a "b c"); export E=$\'x\\ny\'; g() { echo "g $1"; }; alias h=g; shopt -s nullglob';
    expect((await shell(`${made}; mkdir -p sub; cd sub; exit 3\n`)).code).toBe(3);
    const after = await shell(`echo "$NAME|\${list[1]}|$E"; g 1; alias h; shopt nullglob; basename "$PWD"\n`);
    expect(after.stdout).toBe("mine|b c|x\ny\ng 1\nalias h='g'\nnullglob       \ton\nsub\n");
    const typed = `type\necho "$NAME \${list[1]}"; g 2; basename "$PWD"\nquit\n`;
    expect((await start(typed)).stdout).toContain('basename "$PWD"\nmine b c\ng 2\nsub\n');
    expect((await shell('echo "$NAME"\n')).stdout).toBe("mine\n");
  });

  test("what is unset in it is unset in the lesson, and what gets its old value back has it", async () => {
    await start("run\nnext\nquit\n");
    expect((await shell('echo "$OTHER"; unset OTHER; f() { :; }; NAME=new\n')).stdout).toBe("3\n");
    const back = `echo "[\${OTHER-unset}|$NAME]"; declare -F f; unset -f f; NAME='one two'; OTHER=3\n`;
    expect((await shell(back)).stdout).toBe("[unset|new]\nf\n");
    expect((await shell('declare -F f; echo "$OTHER|$NAME"\n')).stdout).toBe("3|one two\n");
  });

  test("nothing of a prompt, and nothing of ours, comes into the saved state", async () => {
    await shell("NAME=mine; PS1=x; HISTSIZE=3; set -x\n");
    await start("quit\n");
    const saved = readFileSync(path.join(stateFolder(), "session-lesson-01.json"), "utf8");
    expect(saved).toContain("NAME=");
    expect(saved).not.toMatch(/__li_|PROMPT_COMMAND|HIST|PS1|set -o xtrace/);
  });

  test("its files are the user's alone", async () => {
    await shell("SECRET=1\n");
    const folder = path.join(stateFolder(), "own-shell");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
  });

  test("a state that is not whole is left out", async () => {
    await shell("NAME=mine\n");
    const folder = path.join(stateFolder(), "own-shell");
    const now = path.join(folder, readdirSync(folder).find((name) => name.endsWith(".now")) ?? "");
    chmodSync(now, 0o600);
    spawnSync("truncate", ["--size=-3", now]);
    expect((await shell('echo "[$NAME]"\n')).stdout).toBe("[]\n");
  });

  test("a reset of the lesson forgets what was set", async () => {
    await shell("NAME=mine\n");
    await start("reset\ny\nquit\n");
    expect((await shell('echo "[$NAME]"\n')).stdout).toBe("[]\n");
  });

  test("the value of a lesson's own variable that was changed counts for `check`", async () => {
    await start("run\nnext\nrun\nnext\nquit\n");
    await shell("touch elsewhere; NAME=elsewhere\n");
    expect((await room.run(["check", ...NONE])).code).toBe(0);
  });
});

const ENTER = "\r";

describe.skipIf(PTY_MISSING !== undefined)(`in a terminal${PTY_MISSING ? ` (skipped: ${PTY_MISSING})` : ""}`, () => {
  const openShell = async (): Promise<Pty> => {
    const terminal = openPty(room, ["shell", ...NONE, "--trust"]);
    await terminal.until("[none] workspace");
    return terminal;
  };

  test("the state is written at each prompt, and a PROMPT_COMMAND of one's own goes on working", async () => {
    const terminal = openPty(room, ["shell", ...NONE, "--trust"]);
    await terminal.until("[none]");
    terminal.press("PROMPT_COMMAND='echo \"mine $?\"'\r");
    await terminal.until("mine 0\n");
    terminal.press("set -u; set -x; NAME=seen; (exit 7)\r");
    const traced = await terminal.until("mine 7\n");
    expect(traced).not.toContain("__li");
    await terminal.until("[none]");
    expect((await shell(`echo "$NAME"; NAME=other; echo "[\${-//[!xu]/}]"\n`)).stdout).toBe("seen\n[u]\n");
    terminal.press("NAME=again\r");
    await terminal.until("mine 0\n");
    await terminal.until("[none]");
    expect((await shell('echo "$NAME"\n')).stdout).toBe("again\n");
    terminal.press("exit 4\r");
    expect(await terminal.ended).toBe(4);
  });

  test("start takes what was done in a shell before it runs the next block, and the shell what the step set", async () => {
    const learner = openPty(room, ["start", "lesson-01#say", ...NONE, "--trust"]);
    await learner.until("quit\n> ");
    const own = await openShell();
    own.press("NAME='from my shell'\r");
    await own.until("[none] workspace");
    learner.press("t");
    await learner.until("$ ");
    learner.press(`echo "<$NAME>"; NAME=theirs; NEWS='x y'\r`);
    await learner.until("<from my shell>");
    await learner.until("passed");
    await learner.until("> ");
    own.press('\recho "<$NAME|$NEWS>"\r');
    await own.until("<theirs|x y>");
    own.press("exit\r");
    learner.press("q");
    await Promise.all([own.ended, learner.ended]);
  });

  test.each([80, 40])("a whole lesson by watching, in %i columns", async (columns) => {
    const learner = openPty(room, ["start", "lesson-01", ...NONE, "--trust"], { columns });
    await learner.until("quit\n> ");
    learner.press("w");
    await learner.until("learn-istio shell");
    await learner.until("only sets variables");
    await learner.until("step 2 of 5");
    await learner.until("Enter done");
    const own = await openShell();
    own.press('echo "<$NAME>"\r');
    await own.until("<one two>");
    learner.press(ENTER);
    await learner.until("step 3 of 5");
    await learner.until("writes `a.yaml`");
    expect(await learner.until("[ ] it is made\n      1 files")).not.toContain("memcache.go");
    own.press("touch x1\r");
    await learner.until("[ ] it is made\n      2 files");
    own.press('touch "$NAME"\r');
    await learner.until("[x] it is made");
    await learner.until("step 4 of 5");
    await learner.until("[ ] MINE is three");
    own.press("f() { MINE=$1; }; f 3\r");
    await learner.until("[x] MINE is three");
    await learner.until("lesson-01 is completed");
    expect(await learner.ended).toBe(0);
    own.press("exit\r");
    await own.ended;
    expect(learner.shown.split("\n").filter((line) => line.length > columns && !/\x1b|^ {2}\$ /.test(line))).toEqual(
      [],
    );
    expect((await room.run(["log", ...NONE, "--json"])).stdout).toContain('"by":"learner"');
  });

  test("any key ends the watching, q the lesson, Ctrl-C the watching alone", async () => {
    const learner = openPty(room, ["start", "lesson-01#make", ...NONE, "--trust"]);
    for (const key of ["\x03", ENTER, "z"]) {
      await learner.until("quit\n> ");
      learner.press("w");
      await learner.until("[ ] it is made");
      learner.press(key);
      await learner.until("No longer watching");
    }
    await learner.until("quit\n> ");
    learner.press("w");
    await learner.until("[ ] it is made");
    learner.press("q");
    expect(await learner.ended).toBe(0);
  });
});

test("by words: done confirms, any word ends the watching", async () => {
  const { stdout, code } = await start("watch\ndone\nback\nquit\n");
  expect(code).toBe(0);
  expect(stdout).toContain("done, back, quit\n> done\n");
  expect(stdout).toMatch(/step 3 of 5.*No longer watching.*> quit/s);
});

const has = (program: string): boolean => spawnSync(program, ["-c", "exit 0"]).status === 0;

describe.each([
  ["bash", ["--norc", "--noprofile", "-i"]],
  ["zsh", ["-f", "-i"]],
])("learn-istio env in %s", (program, args) => {
  const own = (script: string, env: Readonly<Record<string, string>> = {}) =>
    spawnSync(program, [...args], {
      cwd: room.folder,
      env: { ...room.env, TERM: "dumb", BIN, NODE: process.execPath, ...env },
      input: `PS1=\n${script}\n`,
      encoding: "utf8",
    }).stdout;
  const EVAL = 'eval "$("$NODE" "$BIN" env --target none)"';

  test.skipIf(!has(program))("what was exported before is exported again, what was not is not", async () => {
    await start("run\nquit\n");
    const look = 'printf "<%s>\\n" "$NAME" "$(env | grep -c "^NAME=")"';
    for (const [set, exported] of [
      ["NAME=before", "0"],
      ["export NAME=before", "1"],
    ]) {
      const stdout = own([set, EVAL, "learn_istio_off", look].join("\n"));
      expect(stdout.match(/<[^>]*>/g)).toEqual(["<before>", `<${exported}>`]);
    }
  });

  test.skipIf(!has(program))("leads to the lesson, writes back what is set, and is undone", async () => {
    await start(`quit\n`, "--var", `WHO=${HOSTILE}`);
    await shell(`NAME='${HOSTILE.replaceAll("'", "'\\''")}'\n`);
    const was = own('printf "<%s>\\n" "$KUBECONFIG|$PATH|$NAME"', { KUBECONFIG: "/own" });
    const stdout = own(
      [
        "PERSONAL=secret",
        EVAL,
        EVAL,
        'printf "<%s>\\n" "$NAME"',
        "export MINE='a b'; list='it'\\''s'",
        'mkdir -p "$LEARN_ISTIO_WORKSPACE/sub"; cd "$LEARN_ISTIO_WORKSPACE/sub"',
        "(exit 5)",
        'printf "<%s>\\n" "$?"',
        "learn_istio_off",
        'printf "<%s>\\n" "$KUBECONFIG|$PATH|$NAME"',
        'set | grep -a "^__li_"; typeset -f | grep -a "__li_"',
        "after=1",
      ].join("\n"),
      { KUBECONFIG: "/own" },
    );
    const shown = stdout.match(/<[^>]*>/g);
    expect(shown).toEqual([`<${HOSTILE}>`, "<5>", ...(was.match(/<[^>]*>/g) ?? [])]);
    expect(stdout).not.toContain("__li_");
    const folder = path.join(stateFolder(), "own-shell");
    for (const file of readdirSync(folder))
      expect(readFileSync(path.join(folder, file), "utf8")).not.toContain("secret");
    expect((await shell('echo "$MINE|$list|$after|$PERSONAL"; basename "$PWD"\n')).stdout).toBe("a b|it's||\nsub\n");
  });
});

test.skipIf(!has("fish"))("fish gets the environment", async () => {
  const { stdout } = await room.run(["env", ...NONE, "--trust", "--shell", "fish"], { env: { WHO: HOSTILE } });
  const result = spawnSync("fish", ["--no-config", "-c", `${stdout}\nprintf '<%s>' "$WHO"; type -q node`], {
    env: { ...room.env, TERM: "dumb" },
    encoding: "utf8",
  });
  expect(result.stdout).toBe(`<${HOSTILE}>`);
});

test("env as data, and for a shell that nobody knows", async () => {
  const { stdout } = await room.run(["env", ...NONE, "--trust", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ WHO: "you", LEARN_ISTIO_WORKSPACE: expect.stringContaining("workspace") });
  expect(await room.run(["env", ...NONE, "--trust", "--shell", "tcsh"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "learn-istio: `--shell tcsh` is not known.\n  hint: Name `bash`, `zsh` or `fish`.\n",
  });
});
