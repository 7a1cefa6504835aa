import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const fence = (info: string, text: string): string => `\`\`\`${info}\n${text}\n\`\`\`\n`;
const details = (summary: string, body: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${body}\n</details>\n`;

const LESSON = [
  "---\ntitle: Typing\ntargets: [none]\n---\n\n# Typing\n\n## Say\n\nSay it.\n",
  fence("bash {#say}", "echo one"),
  fence("output", "one"),
  "## Make\n\nMake it.\n",
  fence("bash {#make}", "touch made"),
  details("Check: it is made", fence("bash {within=200ms every=100ms}", "ls made")),
  details("Hint: its name", "It is `made`.\n"),
  details("Hint", "The program is `touch`.\n"),
  "That was it.\n",
  "## Your turn\n\nMake the other.\n",
  details("Check: the other is made", fence("bash {#other within=200ms every=100ms}", "ls other")),
  details("Solution", fence("bash", "touch other")),
  "## Checkpoint\n",
  details("Check: both are made", fence("bash {within=200ms every=100ms}", "ls made other")),
  "## Clean up\n",
  fence("bash {cleanup}", "rm -f made other"),
].join("\n");

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({ "lessons/lesson-01-typing.md": LESSON });
});
afterEach(() => room.remove());

const start = (stdin: string) => room.run(["start", "lesson-01", "--target", "none", "--trust", "--plain"], { stdin });

test("what is typed runs; the step's expectation or its checks judge it", async () => {
  const typed = 'type\necho two\ntype\n\ntype\necho o""ne\nnext\ntype\nfalse\ntype\ntouch made\nhelp\n';
  expect((await start(typed)).stdout).toMatchInlineSnapshot(`
    "# Typing

    == lesson-01  step 1 of 4  Say [none (no cluster)]

    Say it.

      $ echo one

    run, type, solve, skip, help, quit
    > type
    $ echo two
    two
      not passed
      The output is not what was expected: 1 line is missing, 1 line was not
      expected.

      - expected, + found
      17 - one
         + two

    run, type, solve, skip, help, quit
    > type
    $ 
    Nothing was typed, so nothing ran.

    run, type, solve, skip, help, quit
    > type
    $ echo o""ne
    one
      passed (<duration>)

    next, run, help, quit
    > next

    == lesson-01  step 2 of 4  Make [none (no cluster)]

    Make it.

      $ touch made

    run, check, type, hint, solve, skip, help, quit
    > type
    $ false
      (ended with status 1)
      [ ] it is made
      Does not hold: it is made (its command ended with status 2).

      its output:
      | ls: cannot access 'made': No such file or directory

    run, check, type, hint, solve, skip, help, quit
    > type
    $ touch made
      [x] it is made
      passed (<duration>)

    next, run, check, help, quit
    > help
      Enter  next    next step
      x      run     run the command again
      c      check   check again, run nothing
      w      watch   work in a shell of your own, watched from here
      b      back    read the step before again; nothing is undone
      g      goto    go to a step, by its number or id; nothing is undone
      r      reset   undo this lesson and begin it anew
      l      list    the steps of this lesson
      ?      help    all that can be chosen
      q      quit    leave; the way back is told
      Type a word or its key, then Enter. An empty line is the first choice.

    next, run, check, help, quit
    > 

    Your place is kept. \`learn-istio start lesson-01\` goes on here.
    "
  `);
});

test("solve runs a step's own command or its solution, and it is recorded whose work it was", async () => {
  const { stdout } = await start("solve\nnext\nh\nh\nh\ns\nn\ns\nn\n\n");
  expect(stdout).toMatchInlineSnapshot(`
    "# Typing

    == lesson-01  step 1 of 4  Say [none (no cluster)]

    Say it.

      $ echo one

    run, type, solve, skip, help, quit
    > solve
      $ echo one
    one
      solved by us (<duration>)

    next, run, help, quit
    > next

    == lesson-01  step 2 of 4  Make [none (no cluster)]

    Make it.

      $ touch made

    run, check, type, hint, solve, skip, help, quit
    > h

    Hint 1 of 2: its name

    It is \`made\`.

    run, check, type, hint, solve, skip, help, quit
    > h

    Hint 2 of 2

    The program is \`touch\`.

    run, check, type, hint, solve, skip, help, quit
    > h

    Hint 1 of 2: its name

    It is \`made\`.

    run, check, type, hint, solve, skip, help, quit
    > s
      $ touch made
      [x] it is made
      solved by us (<duration>)

    next, run, check, help, quit
    > n

    That was it.

    == lesson-01  step 3 of 4  Your turn [none (no cluster)]

    Make the other.

      [ ] the other is made

    check, type, solve, skip, watch, help, quit
    > s
      $ touch other
      [x] the other is made
      solved by us (<duration>)

    next, check, help, quit
    > n

    == lesson-01  step 4 of 4  Checkpoint [none (no cluster)]

      [ ] both are made

    check, help, quit
    > 
      [x] both are made
      passed (<duration>)

    lesson-01 is completed: its checkpoint holds.
    \`learn-istio reset lesson-01\` undoes it.
    "
  `);
  expect((await room.run(["log", "--target", "none"])).stdout).toMatchInlineSnapshot(`
    "<date>  lesson-01#say  solved-by-us, <duration>
    <date>  lesson-01#make  solved-by-us, <duration>
    <date>  lesson-01#your-turn-1  solved-by-us, <duration>
    <date>  lesson-01#checkpoint  pass, <duration>
    "
  `);
});

test("solve as a command prints, and says that it did not run", async () => {
  expect(await room.run(["solve", "--target", "none"])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "The solution of \`lesson-01#say\`, not run. \`s\` in \`learn-istio start lesson-01\`
    runs it.
    ",
      "stdout": "echo one
    ",
    }
  `);
});

test("hint as a command counts, and says what to do where there is none", async () => {
  const hint = () => room.run(["hint", "--target", "none"]);
  expect((await hint()).stderr).toMatchInlineSnapshot(`
    "There is no hint for \`lesson-01#say\`. \`learn-istio start lesson-01\` shows and runs its command.
    "
  `);
  await start("\nnext\nquit\n");
  expect([(await hint()).stdout, (await hint()).stdout, (await hint()).stdout].join("")).toMatchInlineSnapshot(`
    "lesson-01#make [none]  Hint 1 of 2: its name

    It is \`made\`.
    lesson-01#make [none]  Hint 2 of 2

    The program is \`touch\`.
    lesson-01#make [none]  Hint 1 of 2: its name

    It is \`made\`.
    "
  `);
});
