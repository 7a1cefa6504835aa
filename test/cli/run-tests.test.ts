import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const fence = (language: string, ...lines: readonly string[]): string =>
  [`\`\`\`${language}`, ...lines, "```", "", ""].join("\n");

test("a page whose outputs are as expected", async () => {
  room.write({
    "ok.md": `# Demo\n\n${fence("bash", "x=5", "echo one")}${fence("output", "one")}${fence("bash", "echo $x")}${fence("output", "5")}`,
  });
  expect(await room.run(["test", "ok.md"])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Demo  ok.md
      pass  demo-1  <duration>
      pass  demo-2  <duration>

    1 lesson, 2 steps: 2 passed, 0 failed, 0 skipped · asserted 2 of 2 commands · <duration>
    ",
    }
  `);
});

test("a mismatch is shown at its line, and the rest of the page is skipped", async () => {
  room.write({
    "bad.md": `# Demo\n\n${fence("bash", "echo one")}${fence("output", "two")}${fence("bash", "echo later")}`,
  });
  expect(await room.run(["test", "bad.md"])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Demo  bad.md
      FAIL  demo-1  <duration>
            bad.md:8:1
            The output is not what was expected: 1 line is missing, 1 line was not
            expected. Mend the command, or change the \`output\` block if what was
            found is right.

            - expected, + found
            8 - two
              + one

            > 4  echo one
            output:
            | one

      skip  demo-2: \`demo-1\` failed

    failed  bad.md:8:1  bad#demo-1
    1 lesson, 2 steps: 0 passed, 1 failed, 1 skipped · asserted 1 of 1 command · <duration>
    ",
    }
  `);
});

test("--keep-going runs the rest", async () => {
  room.write({
    "bad.md": `# Demo\n\n${fence("bash", "false")}${fence("bash", "echo later")}${fence("output", "later")}`,
  });
  expect(await room.run(["test", "--keep-going", "bad.md"])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Demo  bad.md
      FAIL  demo-1  <duration>
            bad.md:4:1
            \`false\` ended with status 1, expected 0. If that is right, say so with
            \`exit=1\`.

            > 4  false
            it printed nothing

      pass  demo-2  <duration>

    failed  bad.md:4:1  bad#demo-1
    1 lesson, 2 steps: 1 passed, 1 failed, 0 skipped · asserted 1 of 2 commands · <duration>
    ",
    }
  `);
});

test("a command that fails is named by its line", async () => {
  room.write({ "exit.md": `# Demo\n\n${fence("bash", "true", "ls /no/such/folder 2>/dev/null", "echo never")}` });
  expect(await room.run(["test", "exit.md"])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Demo  exit.md
      FAIL  demo-1  <duration>
            exit.md:5:1
            \`ls /no/such/folder 2> /dev/null\` ended with status 2, expected 0. If
            that is right, say so with \`exit=2\`.

              4  true
            > 5  ls /no/such/folder 2>/dev/null
              6  echo never
            it printed nothing

    failed  exit.md:5:1  exit#demo-1
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 0 of 1 command · <duration>
    ",
    }
  `);
});

test("a command that takes too long is ended", async () => {
  room.write({ "slow.md": `# Demo\n\n${fence("bash {timeout=200ms}", "sleep 30")}` });
  expect(await room.run(["test", "slow.md"])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "slow.md:4:1 warning LI505 \`sleep 30\` waits blindly, expected a check that waits for what is meant
      4 | sleep 30
        | ^^^^^^^^
      hint: write a check

    0 errors, 1 warning
    ",
      "stdout": "1 lesson without a cluster

    Demo  slow.md
      FAIL  demo-1  <duration>
            slow.md:4:1
            Still running after <duration>, so it was ended. Raise \`timeout=\` if it needs
            longer, or let a check wait for what it waits for.

            > 4  sleep 30
            it printed nothing

    failed  slow.md:4:1  slow#demo-1
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 0 of 1 command · <duration>
    ",
    }
  `);
});

test("a session that ends by itself", async () => {
  room.write({ "died.md": `# Demo\n\n${fence("bash", "exit 0")}${fence("bash", "echo later")}` });
  expect(await room.run(["test", "died.md"])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Demo  died.md
      FAIL  demo-1  <duration>
            died.md:4:1
            The session itself ended with status 0, and its variables with it. To
            leave early, put \`exit\` in a subshell: \`( exit 1 )\`.

            > 4  exit 0
            it printed nothing

      skip  demo-2: the session ended in \`demo-1\`

    failed  died.md:4:1  died#demo-1
    1 lesson, 2 steps: 0 passed, 1 failed, 1 skipped · asserted 0 of 1 command · <duration>
    ",
    }
  `);
});

test("what is not bash is not run", async () => {
  room.write({ "syntax.md": `# Demo\n\n${fence("bash", "if true; then")}` });
  expect(await room.run(["test", "syntax.md"])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Demo  syntax.md
      FAIL  demo-1  <duration>
            syntax.md:4:1
            This is not valid bash, so nothing of the block was run: syntax error:
            unexpected end of the block

            > 4  if true; then
            it printed nothing

    failed  syntax.md:4:1  syntax#demo-1
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 0 of 1 command · <duration>
    ",
    }
  `);
});

test("a page sees no cluster, no credentials and a HOME of its own", async () => {
  const show =
    'echo "[$AWS_SECRET_ACCESS_KEY$BASH_ENV]"; test -e "$KUBECONFIG" || echo "no kubeconfig"; ls -A ~ | wc -l';
  room.write({ "env.md": `# Demo\n\n${fence("bash", show)}${fence("output", "[]", "no kubeconfig", "0")}` });
  const env = { AWS_SECRET_ACCESS_KEY: "secret", BASH_ENV: "/etc/profile" };
  expect((await room.run(["test", "env.md"], { env })).code).toBe(0);
});

test("pages do not see each other's files and variables", async () => {
  room.write({
    "a.md": `# A\n\n${fence("bash", "touch file; x=1; ls")}${fence("output", "file")}`,
    "b.md": `# B\n\n${fence("bash", 'ls; echo "x is $x"')}${fence("output", "x is")}`,
  });
  expect((await room.run(["test", "."])).code).toBe(0);
});

test("the JSON reporter gives one event a line, in a file beside the pretty one", async () => {
  room.write({ "ok.md": `# Demo\n\n${fence("bash", "echo one")}${fence("output", "one")}` });
  const { stdout, code } = await room.run(["test", "ok.md", "--reporter", "pretty,json=run.jsonl"]);
  const events = readFileSync(path.join(room.folder, "run.jsonl"), "utf8").trimEnd().split("\n");
  expect(code).toBe(0);
  expect(stdout).toContain("1 passed");
  expect(events.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
    "run-start",
    "lesson-start",
    "step-start",
    "command-start",
    "output",
    "command-end",
    "step-end",
    "lesson-end",
    "run-end",
  ]);
});

test.each([
  [["test", "none.md"], 2, "learn-istio: There is no `none.md`.\n  hint: Name a Markdown file or a folder of them.\n"],
  [["test", "empty"], 2, "learn-istio: There is no Markdown file in `empty`.\n  hint: Name a `*.md` file.\n"],
  [
    ["test", "prose.md"],
    2,
    "learn-istio: There is nothing to run in `prose.md`, expected at least one block of `bash` or `console`.\n  hint: Name a page that has commands; blocks of other languages do not run.\n",
  ],
  [["test", "ok.md", "--from", "tow"], 2, "learn-istio: There is no step `tow`.\n  hint: The steps are `two`.\n"],
  [["test", "ok.md", "--var", "novalue"], 2, "learn-istio: `--var novalue` is not `NAME=value`.\n"],
  [
    ["test", "ok.md", "--keep-going", "--fail-fast"],
    2,
    "learn-istio: `--keep-going` and `--fail-fast` exclude each other.\n",
  ],
  [
    ["test", "ok.md", "--reporter", "xunit"],
    2,
    "learn-istio: There is no reporter `xunit` in this version, expected `pretty`, `json`, `junit`, `tap`, `github`, `summary` or `badge`.\n",
  ],
  [
    ["test", "ok.md", "--reporter", "json=/no/such/file"],
    4,
    "learn-istio: `/no/such/file` cannot be written (ENOENT).\n  hint: Name another file.\n",
  ],
])("`learn-istio %j` exits %i", async (args, code, stderr) => {
  const page = `# Demo\n\n${fence("bash {#two}", "echo one")}${fence("output", "one")}`;
  room.write({ "ok.md": page, "empty/x.txt": "", "prose.md": `# Demo\n\n${fence("text", "echo one")}` });
  expect(await room.run(args)).toEqual({ stdout: "", stderr, code });
});

test("a page that is written wrongly is not run", async () => {
  room.write({ "broken.md": `# Demo\n\n${fence("bash {timeot=5s}", "touch ran")}` });
  expect(await room.run(["test", "broken.md"])).toMatchInlineSnapshot(`
    {
      "code": 3,
      "stderr": "broken.md:3:10 error LI006 Unknown key \`timeot\`, expected \`background\`, \`exit\`, \`#id\`, \`hidden\`, \`host\`, \`if\`, \`mode\`, \`os\`, \`ready\`, \`skip\`, \`stop\`, \`stream\`, \`target\`, \`timeout\`, \`tty\`
      3 | \`\`\`bash {timeot=5s}
        |          ^^^^^^^^^
      hint: did you mean \`timeout\`?

    1 error, 0 warnings
    ",
      "stdout": "",
    }
  `);
});

test("the second run takes the parsed page from the cache, and a damaged cache only costs time", async () => {
  room.write({ "ok.md": `# Demo\n\n${fence("bash", "echo one")}${fence("output", "one")}` });
  const first = await room.run(["test", "ok.md"]);
  expect(await room.run(["test", "ok.md"])).toEqual(first);
  room.write({ damage: "" });
  const { execFileSync } = await import("node:child_process");
  execFileSync("bash", ["-c", 'for f in ../cache/learn-istio/parse/*/*.json; do printf torn > "$f"; done'], {
    cwd: room.folder,
  });
  expect(await room.run(["test", "ok.md"])).toEqual(first);
});

test("where the cache cannot be written everything still works", async () => {
  room.write({ "ok.md": `# Demo\n\n${fence("bash", "echo one")}${fence("output", "one")}`, file: "" });
  const env = { XDG_CACHE_HOME: path.join(room.folder, "file") };
  expect((await room.run(["test", "ok.md"], { env })).code).toBe(0);
});
