import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

const cli = path.resolve(import.meta.dirname, "../../src/cli/bin.cjs");

/**
 * Steps that break runners which hold a conversation with a shell. Each runs between two honest steps and a lying one:
 * `verdict` is what the hostile step must end with; "dies" means that the session is gone, so the rest is skipped.
 */
const CASES: readonly { name: string; keys?: string; block: string; verdict: string; dies?: true }[] = [
  {
    name: "200 MB of output",
    block: "yes 'a line of some forty characters, repeated' | head -c 200000000",
    verdict: "pass",
  },
  { name: "NUL and invalid UTF-8", block: "printf 'a\\0b\\377\\376c\\n'", verdict: "pass" },
  {
    name: "a hang with a setsid grandchild",
    keys: "timeout=1s",
    block: "setsid sleep 3600 &\nsleep 3600",
    verdict: "timeout",
  },
  {
    name: "a hang that ignores TERM",
    keys: "timeout=1s",
    block: "bash -c 'trap \"\" TERM; while :; do sleep 1; done'",
    verdict: "timeout",
  },
  { name: "a busy loop in the session", keys: "timeout=1s", block: "while :; do :; done", verdict: "timeout" },
  { name: "a child that holds stdout", block: "sleep 77 &\necho started", verdict: "pass" },
  { name: "a step that reads stdin", block: "cat", verdict: "pass" },
  { name: "exit 3", block: "exit 3", verdict: "session-died", dies: true },
  { name: "exit 0", block: "exit 0", verdict: "session-died", dies: true },
  { name: "kill -9 of the shell", block: "kill -9 $$", verdict: "session-died", dies: true },
  { name: "exec of another program", block: "exec true", verdict: "session-died", dies: true },
  { name: "set -e; false", block: "set -e; false", verdict: "wrong-exit" },
  { name: "false, then echo ok", block: "false\necho ok", verdict: "wrong-exit" },
  { name: "a failing pipeline", block: "false | cat", verdict: "wrong-exit" },
  { name: "an unclosed quote", block: "echo 'unclosed", verdict: "syntax-error" },
  { name: "an unterminated heredoc", block: "cat <<EOF\nhello", verdict: "syntax-error" },
  { name: "a brace that closes too much", block: "}\necho out\n{", verdict: "syntax-error" },
  { name: "exec >file", block: "exec >/dev/null 2>&1\necho hidden", verdict: "pass" },
  { name: "exec 3>&-", block: "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- 10>&- 11>&- 12>&-", verdict: "pass" },
  { name: "continue and break at top level", block: "continue\nbreak", verdict: "wrong-exit" },
  { name: "set -x", block: "set -x", verdict: "pass" },
  { name: "set -v", block: "set -v", verdict: "pass" },
  { name: "set -u", block: "set -u", verdict: "pass" },
  { name: "set -f", block: "set -f", verdict: "pass" },
  { name: "set -m", block: "set -m", verdict: "pass" },
  { name: "set -o posix", block: "set -o posix", verdict: "pass" },
  { name: "IFS=0", block: "IFS=0", verdict: "pass" },
  { name: "a trap on EXIT", block: "trap 'echo trap-exit' EXIT", verdict: "pass" },
  { name: "a trap on ERR", block: "trap 'echo trap-err' ERR", verdict: "pass" },
  { name: "a trap on DEBUG", block: "trap ': debug' DEBUG", verdict: "pass" },
  { name: "a trap on RETURN", block: "trap ': return' RETURN", verdict: "pass" },
  { name: "ignored TERM and INT", block: "trap '' TERM INT", verdict: "pass" },
  { name: "a function named printf", block: "printf() { echo mine; }", verdict: "pass" },
  { name: "a function named builtin", block: "builtin() { echo mine; }", verdict: "syntax-error" },
  {
    name: "functions named eval, read and command",
    block: "eval() { :; }\nread() { :; }\ncommand() { :; }",
    verdict: "pass",
  },
  {
    name: "aliases of keywords",
    block: "alias eval=true read=true printf=true builtin=true command=true",
    verdict: "pass",
  },
  { name: "readonly names", block: "readonly IFS PATH REPLY BASH_ENV foo=1", verdict: "pass" },
  { name: "enable -n", block: "enable -n trap set shift", verdict: "syntax-error" },
  { name: "enable -n of harmless ones", block: "enable -n command test cd", verdict: "pass" },
  { name: "no PATH", block: "PATH=", verdict: "pass" },
  { name: "another locale", block: "LC_ALL=C\nLANG=xx", verdict: "pass" },
  { name: "a removed working directory", block: 'mkdir gone && cd gone && rmdir "$PWD"', verdict: "pass" },
];

interface Ran {
  readonly code: number | null;
  readonly verdicts: ReadonlyMap<string, { kind: string; place?: { line: number } }>;
  readonly stderr: string;
}

async function runPage(dir: string, text: string): Promise<Ran> {
  const page = path.join(dir, "page.md");
  writeFileSync(page, text);
  const env = {
    ...process.env,
    TMPDIR: path.join(dir, "tmp"),
    XDG_STATE_HOME: path.join(dir, "state"),
    XDG_CACHE_HOME: path.join(dir, "cache"),
  };
  mkdirSync(env.TMPDIR);
  const child = spawn(process.execPath, [cli, "test", "--target", "none", "--keep-going", "--reporter", "json", page], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
  const code = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.on("exit", resolve);
  });
  const events = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return {
    code,
    stderr,
    verdicts: new Map(events.filter((event) => event.type === "step-end").map((event) => [event.step, event.verdict])),
  };
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

/** Every process that still carries the run's temporary folder in its environment: all that a block could have started. */
function leftOvers(dir: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(dir);
      } catch {
        return false;
      }
    })
    .map((pid) => `${pid} ${readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")}`);
}

function fence(info: string, body: string): string {
  return `\`\`\`${info}\n${body}\n\`\`\`\n\n`;
}

test.each(CASES)("$name", { concurrent: true }, async ({ keys, block, verdict, dies }) => {
  const dir = realpathSync(mkdtempSync(path.join(os.tmpdir(), "hostile-")));
  try {
    const before = fence("bash {#before}", "kept=yes\necho before") + fence("output", "before");
    const hostile = fence(`bash {#hostile ${keys ?? ""}}`, block);
    // `echo` and nothing else: after `PATH=` and the like it is all that must still work. What `set -x` shows is not meant.
    const after = fence("bash {#after stream=stdout}", 'echo "after $kept"') + fence("output", "after yes");
    const lying = fence("bash {#lying}", "echo one") + fence("output", "two");
    const ran = await runPage(dir, `# Hostile\n\n${before}${hostile}${after}${lying}`);
    const kinds = Object.fromEntries([...ran.verdicts].map(([step, { kind }]) => [step, kind]));
    expect({ ...kinds, code: ran.code }, ran.stderr).toEqual({
      before: "pass",
      hostile: verdict,
      after: dies ? "skipped" : "pass",
      lying: dies ? "skipped" : "mismatch",
      code: 1,
    });
    expect(leftOvers(dir)).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("a block that fails in its middle names the failing line", async () => {
  const dir = realpathSync(mkdtempSync(path.join(os.tmpdir(), "hostile-")));
  try {
    const ran = await runPage(dir, `# Lines\n\n${fence("bash {#lines}", "echo one\nfalse\necho ok")}`);
    expect(ran.verdicts.get("lines")).toMatchObject({
      kind: "wrong-exit",
      actual: 1,
      command: "false",
      place: { line: 5 },
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
