// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the pages are what authors write
import { chmodSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const read = (name: string): string => readFileSync(path.join(room.folder, name), "utf8");

/** What stands below `#` in the report: the diff. */
async function update(name: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = ["--yes"]) {
  const { code, stdout, stderr } = await room.run(["test", "--update", ...args, name], { env });
  return { code, stderr, diff: stdout.split(`\n\n${name}\n`)[1] ?? "" };
}

const PAGE = `# Every output changed

\`\`\`bash
PORT=80; printf 'NAME   AGE\\nalpha  12s\\nbeta   3d\\nnew    4m\\n'
\`\`\`

\`\`\`output
NAME   AGE
alfa   <age>
beta   <age>
\`\`\`

1. In a list:

   \`\`\`console
   $ echo "at 10.0.0.1:80 of v2, 7 left"
   at <ip>:\${PORT} of v1, <int> left
   $ printf '$ x\\n<int> (re)\\n...\\n'
   old
   $ echo same
   same
   \`\`\`

> In a quote:
>
> ~~~~bash
> echo '{"a": 1, "b": {"c": "new", "d": 3}}'
> ~~~~
>
> ~~~~output {json}
> {"a": 2, "b": {"c": "old", "d": "<int>"}}
> ~~~~

\`\`\`bash
printf 'name: alpha\\ncount: 2\\n'
\`\`\`

\`\`\`output {yaml}
name: beta  # the first
count: <int>
\`\`\`

\`\`\`bash
printf 'start\\nserving on 8080\\nready\\n'
\`\`\`

\`\`\`output {contains}
serving at <port>
\`\`\`

\`\`\`bash
printf 'z 3\\nx 1\\ny 2\\n'
\`\`\`

\`\`\`output {unordered}
x <int>
w 9
z <int>
\`\`\`

\`\`\`bash
printf ' a\\n  b \\n'
\`\`\`

\`\`\`output {exact}
 a
b
\`\`\`

\`\`\`bash
printf 'head\\nskipped\\ntail 2\\n'
\`\`\`

\`\`\`output
head
...
tail 1
gone
\`\`\`
`;

test("every output changed: the diff is what changed, and a second run changes nothing", async () => {
  room.write({ "page.md": PAGE });
  expect(await update("page.md")).toMatchInlineSnapshot(`
    {
      "code": 0,
      "diff": " 9 - alfa   <age>
       + alpha   <age>
    11 + new   <age>
    17 -    at <ip>:\${PORT} of v1, <int> left
       +    at <ip>:\${PORT} of v2, <int> left
    19 -    old
       +    \\$ x
    20 +    \\<int> \\(re)
       +    \\...
    31 - > {"a": 2, "b": {"c": "old", "d": "<int>"}}
       + > {"a": 1, "b": {"c": "new", "d": "<int>"}}
    39 - name: beta  # the first
       + name: alpha  # the first
    48 - serving at <port>
       + serving on <port>
    57 - w 9
    59 + y <int>
    67 - b
       +   b 
    77 - tail 1
       + tail 2
    78 - gone
    ",
      "stderr": "Updated 9 expectations in 1 file.
    ",
    }
  `);
  const after = read("page.md");
  expect(after).toMatchSnapshot();
  expect(await update("page.md")).toEqual({
    code: 0,
    diff: "",
    stderr: "Nothing to update: every output that was compared is as expected.\n",
  });
  expect(read("page.md")).toBe(after);
});

test("line ends, a missing last one and the file's mode stay", async () => {
  room.write({ "page.md": "```bash\r\nprintf 'a\\nb\\n'\r\n```\r\n\r\n```output\r\na\r\nc\r\n```" });
  chmodSync(path.join(room.folder, "page.md"), 0o640);
  expect((await update("page.md")).code).toBe(0);
  expect(read("page.md")).toBe("```bash\r\nprintf 'a\\nb\\n'\r\n```\r\n\r\n```output\r\na\r\nb\r\n```");
  expect(statSync(path.join(room.folder, "page.md")).mode & 0o777).toBe(0o640);
});

const STALE = "```bash\necho new\n```\n\n```output\nold\n```\n";

test.each([
  ["no terminal", {}, "There is no terminal to ask, so nothing was written. `--update --yes` writes it.\n"],
  ["CI", { CI: "true" }, "This is CI (`CI` is set), so nothing was written. `--update --yes` writes it.\n"],
])("%s: the diff alone", async (_, env, stderr) => {
  room.write({ "page.md": STALE });
  expect(await update("page.md", env, [])).toEqual({ code: 1, diff: "6 - old\n  + new\n", stderr });
  expect(read("page.md")).toBe(STALE);
});

test("in CI, `--yes` writes", async () => {
  room.write({ "page.md": STALE });
  expect((await update("page.md", { CI: "true" })).code).toBe(0);
  expect(read("page.md")).toBe(STALE.replace("old", "new"));
});

const block = (source: string, output: string, keys = ""): string =>
  `\`\`\`bash\n${source}\n\`\`\`\n\n\`\`\`output${keys}\n${output}\n\`\`\`\n`;

test.each([
  ["a forbidden line", block("echo Error", "Error", " {not}"), "the output has a line that must not occur"],
  [
    "shares",
    block("printf '9 a\\n9 b\\n'", "1 a\n1 b", ' {distribution="50 50"}'),
    "its shares are the lesson's claim",
  ],
  ["a missing key", block("echo '{}'", '{"a": 1}', " {json}"), "`$.a` is missing or built otherwise"],
  ["nothing printed", block("true", "a"), "nothing is printed any more"],
  ["no line like it", block("echo a", "zzzz 9", " {contains}"), "no line is like `zzzz 9`"],
  ["an unset variable", block("echo a", "${NOT_SET_AT_ALL} x"), "`$NOT_SET_AT_ALL` is not set"],
  ["a fence in the output", block("printf '```\\na\\n'", "b"), "the page would not be read as meant"],
])("%s is not guessed", async (_, page, reason) => {
  room.write({ "page.md": page });
  const { code, stderr } = await update("page.md");
  expect({ code, isSaid: stderr.includes(`not rewritten: ${reason}`), page: read("page.md") }).toEqual({
    code: 1,
    isSaid: true,
    page,
  });
});

test("a command that fails is no output to be written", async () => {
  room.write({ "page.md": block("echo new; false", "old") });
  expect((await update("page.md")).code).toBe(1);
  expect(read("page.md")).toBe(block("echo new; false", "old"));
});
