import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
const details = (summary: string, body: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${body}\n</details>\n`;

const LESSON = [
  "---\ntitle: Blocks\ntargets: [none]\n---\n\n# Blocks\n\n## Prepare\n\nSomething is prepared.\n",
  `<!--\n${fence("bash {#prepare hidden}", 'NAME=reviews\ntest -n "$NAME"')}-->\n`,
  "## Save\n\nSave this as `conf/reviews.yaml`:\n",
  fence("yaml {file=conf/reviews.yaml expand}", `name: \${NAME}\nport: $PORT \`kept\``),
  "and look at it:\n",
  fence("bash {#look}", "cat conf/reviews.yaml"),
  fence("output", "name: reviews\nport: $PORT `kept`"),
  "## Keep\n\nKeep `notes.txt`.\n",
  fence("text {#keep file=notes.txt}", "one\n  two"),
  details("Check: it is kept", fence("bash {within=200ms every=100ms}", "grep two notes.txt")),
  "## Checkpoint\n",
  details("Check: both are there", fence("bash {within=200ms every=100ms}", "ls conf/reviews.yaml notes.txt")),
].join("\n");

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({ "lessons/lesson-01-blocks.md": LESSON });
});
afterEach(() => room.remove());

test("`test` writes the files and announces what is hidden", async () => {
  const file = "lessons/lesson-01-blocks.md";
  expect(await room.run(["test", "--target", "none", file])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "lessons/lesson-01-blocks.md:14:1 warning LI501 Nothing checks what this command does, expected an output, a check or an exit status
      14 | NAME=reviews
         | ^^^^^^^^^^^^
      hint: add an \`output\` block below it, or a check

    0 errors, 1 warning
    ",
      "stdout": "1 lesson without a cluster

    Blocks  lessons/lesson-01-blocks.md
      note  hidden block, from the lesson's source line 14: NAME=reviews
            test -n "$NAME"
      pass  prepare  <duration>
      pass  look  <duration>
      pass  keep  <duration>
      pass  checkpoint  <duration>

    1 lesson, 4 steps: 4 passed, 0 failed, 0 skipped · asserted 1 of 2 commands · <duration>
    ",
    }
  `);
});

test("a learner sees each file before it is written, in the plain form", async () => {
  const stdin = "run\nnext\nrun\nnext\ntype\ncat notes.txt\nnext\ncheck\n";
  const { stdout } = await room.run(["start", "lesson-01", "--target", "none", "--trust", "--plain"], { stdin });
  expect(stdout).toMatchInlineSnapshot(`
    "# Blocks

    == lesson-01  step 1 of 4  Prepare [none (no cluster)]

    Something is prepared.

      hidden block, from the lesson's source line 14:
      $ NAME=reviews
        test -n "$NAME"

    run, type, solve, skip, help, quit
    > run
      passed (<duration>)

    next, run, help, quit
    > next

    == lesson-01  step 2 of 4  Save [none (no cluster)]

    Save this as \`conf/reviews.yaml\`:

    and look at it:

      writes \`conf/reviews.yaml\`
        name: \${NAME}
        port: $PORT \`kept\`
      $ cat conf/reviews.yaml

    run, type, solve, skip, help, quit
    > run
    name: reviews
    port: $PORT \`kept\`
      passed (<duration>)

    next, run, help, quit
    > next

    == lesson-01  step 3 of 4  Keep [none (no cluster)]

    Keep \`notes.txt\`.

      writes \`notes.txt\`
        one
          two

    run, check, type, solve, skip, help, quit
    > type
    $ cat notes.txt
    one
      two
      [x] it is kept
      passed (<duration>)

    next, run, check, help, quit
    > next

    == lesson-01  step 4 of 4  Checkpoint [none (no cluster)]

      [ ] both are there

    check, help, quit
    > check
      [x] both are there
      passed (<duration>)

    lesson-01 is completed: its checkpoint holds.
    "
  `);
});

test("`solve` prints files as bash that writes the same", async () => {
  await room.run(["start", "lesson-01", "--target", "none", "--trust", "--plain"], { stdin: "run\nnext\nquit\n" });
  const { stdout } = await room.run(["solve", "lesson-01", "--target", "none"]);
  expect(stdout).toMatchInlineSnapshot(`
    "mkdir -p conf
    cat > conf/reviews.yaml <<EOF
    name: \${NAME}
    port: \\$PORT \\\`kept\\\`
    EOF
    cat conf/reviews.yaml
    "
  `);
  execFileSync("bash", ["-c", stdout], { cwd: room.folder, env: { ...process.env, NAME: "reviews" } });
  expect(readFileSync(path.join(room.folder, "conf/reviews.yaml"), "utf8")).toBe("name: reviews\nport: $PORT `kept`\n");
});

test("a path that leaves the workspace and a name that nobody is told are refused before anything runs", async () => {
  room.write({
    "bad.md": `${fence("bash", "touch ran")}\n${fence("text {file=../x}", "x")}\n${fence("text {file=y}", "y")}`,
  });
  expect(await room.run(["test", "bad.md"])).toMatchInlineSnapshot(`
    {
      "code": 3,
      "stderr": "bad.md:5:10 error LI036 \`file\` has \`../x\`, expected a path inside the workspace
      5 | \`\`\`text {file=../x}
        |          ^^^^^^^^^
      hint: for example \`file=reviews.yaml\`

    bad.md:9:1 error LI037 The prose above does not name \`y\`, expected it in backticks in the same section
      9 | \`\`\`text {file=y}
        | ^^^^^^^^^^^^^^^^
      hint: for example: Save this as \`y\`:

    2 errors, 0 warnings
    ",
      "stdout": "",
    }
  `);
});
