import { expect, test } from "vitest";
import { findKubectl } from "../../support/kubectl.ts";
import { openCommand, PTY_MISSING, type Pty } from "../../support/pty.ts";
import { startCluster } from "./cluster.ts";
import { pod } from "./objects.ts";

const LEFT = "\x1b[D";
const RIGHT = "\x1b[C";
const UP = "\x1b[A";
const DOWN = "\x1b[B";

/** A shell in a pod, in a terminal of one's own. */
async function openShell(env: Readonly<Record<string, string>> = {}): Promise<Pty> {
  const cluster = await startCluster({ runs: true });
  cluster.put(pod("web"));
  const room = { folder: cluster.dir, env: cluster.env };
  const terminal = openCommand(room, [findKubectl(), "exec", "-it", "web", "--", "sh"], { env });
  await terminal.until("# ");
  return terminal;
}

test.skipIf(PTY_MISSING).each([
  ["left and right", `echo ac${LEFT}b${RIGHT}d`, "abcd"],
  ["home and end, as xterm sends them", "cho [\x1b[He\x1b[F]", "[]"],
  ["home and end, as others send them", "cho [\x1b[1~e\x1b[4~]", "[]"],
  ["^A and ^E", "cho [\x01e\x05]", "[]"],
  ["home and end of application keys", "cho [\x1bOHe\x1bOF]", "[]"],
  ["delete", `echo abXc${LEFT}${LEFT}\x1b[3~`, "abc"],
  ["backspace in the middle", `echo abXc${LEFT}\x7f`, "abc"],
  ["Ctrl-D in a line", `echo abXc${LEFT}${LEFT}\x04`, "abc"],
  ["^W", "echo one two \x17three", "one three"],
  ["^U", "echo never\x15echo yes", "yes"],
  ["^K", `echo yesno${LEFT}${LEFT}\x0b`, "yes"],
  ["^L", "echo a\x0cb", "ab"],
  ["Tab, which means nothing", "echo a\tb", "ab"],
  ["keys that mean nothing", "echo a\x1b[15~\x1b[5~\x1b[1;5Pb", "ab"],
  ["wide characters", `echo 日本${LEFT}\x7f語`, "語本"],
  ["several bytes a character", `echo né${LEFT}\x7fN`, "Né"],
  ["a line as wide as the screen", `echo ${"x".repeat(200)}`, "x".repeat(200)],
])("%s", async (_, keys, out) => {
  const terminal = await openShell();
  terminal.press(`${keys}\r`);
  await terminal.until(`\n${out}\n`);
});

test.skipIf(PTY_MISSING)("history goes up and down, and keeps what was begun", async () => {
  const terminal = await openShell();
  for (const word of ["one", "two"]) {
    terminal.press(`echo ${word}\r`);
    await terminal.until(`\n${word}\n`);
    await terminal.until("# ");
  }
  terminal.press(`${UP}${UP}\r`);
  await terminal.until("\none\n");
  await terminal.until("# ");
  terminal.press(`echo new${UP}${UP}${UP}${DOWN}${DOWN}${DOWN}er\r`);
  await terminal.until("\nnewer\n");
});

test.skipIf(PTY_MISSING)("several lines that are pasted at once all run", async () => {
  const terminal = await openShell();
  terminal.press("for i in 1 2\rdo echo [$i]\rdone\recho after\r");
  await terminal.until("[1]\n[2]\n");
  await terminal.until("after\n");
});

test.skipIf(PTY_MISSING).each([
  ["WebSocket", {}],
  ["SPDY", { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false" }],
])("by %s, Ctrl-C ends what runs and a line, but not the shell; Ctrl-D ends that", async (_, env) => {
  const terminal = await openShell(env);
  terminal.press("echo begun; sleep 1000\r");
  await terminal.until("\nbegun\n");
  terminal.press("\x03");
  await terminal.until("# ");
  terminal.press("echo [$?]\r");
  await terminal.until("\n[130]\n");
  terminal.press("echo never\x03");
  await terminal.until("^C\n# ");
  terminal.press("echo still\r");
  await terminal.until("\nstill\n");
  await terminal.until("# ");
  terminal.press("(exit 7)\r");
  await terminal.until("# ");
  terminal.press("\x04");
  expect(await terminal.ended).toBe(7);
});
