import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/program.ts";

test("--help", () => {
  expect(parse("--help")).toMatchInlineSnapshot(`
    "Usage: learn-istio [command] [options]

    Learn Istio by running it: one command at a time, on a simulated or a real
    cluster.

    Options:
      -V, --version       print the version
      --lessons <dir>     folder of lessons (default: ./lessons, else the ones that
                          came along)
      --target <name>     where lessons run (choices: "sandbox", "live", "none")
      --plain             typed words, line by line; no keys, no colour
      --json              print data as JSON
      -h, --help          print this text

    Commands:
      start [lesson]      take a lesson (\`lesson-03\`, \`lesson-03#step\`)
      list                all lessons, and how far you are
      status              where you are: lesson, step, target
      check [lesson]      look again whether your step is done, and why not
      hint [lesson]       the next hint for your step
      solve [lesson]      show the solution of your step
      reset [lesson]      undo a lesson (its clean-up), and begin it anew
      log [lesson]        what was run, and what was seen
      export [file]       your progress as a file, to take elsewhere
      import [file]       take in progress that was exported
      shell               a prompt of your own, in the middle of the lesson
      env                 the same for a shell you have: eval "$(learn-istio env)"
      sandbox <what...>   the simulated cluster: start, stop, status, reset, open
      class <what...>     a room of learners: host and join, and what belongs to it
      present [lesson]    show a lesson to a room: large, an idea at a time
      test [paths...]     run lessons without questions, as in CI
      lint [paths...]     find mistakes in lessons, without running them
      new <what> [slug]   write a lesson to begin with: \`new lesson\`
      doctor              what is on this machine, what is missing, how to get it
      completion <shell>  print a script that completes lines: bash, zsh, fish
      uninstall           remove the cache and all progress

    Without a command: where you are, and what is next.
    "
  `);
});

test("the help of a command", () => {
  expect(parse("test --help")).toMatchInlineSnapshot(`
    "Usage: learn-istio test [options] [paths...]

    run lessons without questions, as in CI

    Options:
      --lessons <dir>      folder of lessons (default: ./lessons, else the ones that
                           came along)
      --target <name>      where lessons run (choices: "sandbox", "live", "none")
      --context <name>     live: use this kubectl context of yours
      --yes                agree to everything that would be asked
      --var <name=value>   set a lesson's variable; repeatable
      --plain              typed words, line by line; no keys, no colour
      --json               print data as JSON
      --offline            never fetch anything
      --inherit-env        target none: pass your whole environment to the lesson
      --keep-going         after a failure, run the rest of the lesson too
      --fail-fast          stop at the first failure
      --allow-host         run the blocks that change this machine too
      --jobs <number>      how many lessons may run at the same time (default: 1)
      --shard <i/n>        the i-th of n parts, for n machines
      --grep <text>        only lessons and steps whose id or title has this text
                           (or \`/pattern/\`)
      --from <step>        begin at this step; the ones before it run as what it
                           builds on
      --prove              each assertion must be seen to fail on wrong evidence
      --update             write what was printed into the expectations that were
                           not met
      --matrix <name=a,b>  run once for each value of a variable; repeatable
      --watch              run again, from the step that changed, whenever a file is
                           saved
      --baseline <file>    what this file lists may fail; everything else may not
      --baseline-write     write into the baseline file what fails now
      --evidence <file>    write a record of the run, with versions and dates, as
                           JSON
      --strict-cleanup     fail when a lesson leaves something behind in the cluster
      --reporter <name>    pretty, json, junit, tap, github, summary, badge; also
                           NAME=FILE; repeatable
      --bundle <dir>       when something fails, all that is needed to understand
                           it, in one folder
      -h, --help           print this text

    Paths are Markdown files, folders or lesson ids; without any, the lessons here.
    Files with front matter run in a sandbox of their own, others without a cluster.

    Exit status: 0 all right, 1 something failed, 2 wrong usage, 3 a lesson is
    written wrongly, 4 the machine refuses, 130 interrupted.
    "
  `);
});

test.each([
  ["", "home", [], {}],
  ["--lessons other", "home", [], { lessons: "other" }],
  ["list --lessons other --json", "list", [], { lessons: "other", json: true }],
  ["--lessons other list", "list", [], { lessons: "other" }],
  ["start lesson-01#two --yes", "start", ["lesson-01#two"], { yes: true }],
  ["test a.md b --var A=1 --var B=2", "test", ["a.md", "b"], { var: ["A=1", "B=2"] }],
  ["test --target live", "test", [], { target: "live" }],
  ["sandbox stop --quiet", "sandbox", ["stop"], { quiet: true }],
  ["host --lessons 1-6", "not-yet", ["host"], {}],
  ["new lesson x --title T", "new", ["lesson", "x"], { title: "T" }],
])("`learn-istio %s` means %s", (line, command, args, options) => {
  expect(parse(line)).toEqual({ kind: "request", request: { command, args, options } });
});

test.each([
  ["lst", "learn-istio: unknown command `lst`\n  hint: did you mean `list`?\n"],
  ["lst --help", "learn-istio: unknown command `lst`\n  hint: did you mean `list`?\n"],
  ["wibble", "learn-istio: unknown command `wibble`\n  hint: `learn-istio --help` tells what there is.\n"],
  ["list --jsn", "learn-istio: unknown option `--jsn`\n  hint: did you mean `--json`?\n"],
  ["test --wrong", "learn-istio: unknown option `--wrong`\n  hint: `learn-istio test --help` tells what there is.\n"],
  [
    "sandbox",
    "learn-istio: missing required argument `what`\n  hint: `learn-istio sandbox --help` tells what there is.\n",
  ],
  [
    "start a b",
    "learn-istio: too many arguments for `start`. Expected 1 argument but got 2.\n  hint: `learn-istio start --help` tells what there is.\n",
  ],
  [
    "test --target kind",
    "learn-istio: option `--target <name>` argument `kind` is invalid. Allowed choices are sandbox, live, none.\n  hint: `learn-istio test --help` tells what there is.\n",
  ],
])("`learn-istio %s` is wrong usage", (line, stderr) => {
  expect(parse(line)).toEqual({ kind: "text", stdout: "", stderr, code: 2 });
});

test("`help` is `--help`, of all or of a command", () => {
  expect(parse("help")).toBe(parse("--help"));
  expect(parse("help test")).toBe(parse("test --help"));
  expect(parse("help tset")).toEqual({
    kind: "text",
    stdout: "",
    stderr: "learn-istio: unknown command `tset`\n  hint: did you mean `test`?\n",
    code: 2,
  });
});

test.each(["--version", "-V"])("%s prints the version alone", (flag) => {
  expect(parse(flag)).toEqual({ kind: "text", stdout: "1.2.3\n", stderr: "", code: 0 });
});

function parse(line: string): unknown {
  const parsed = parseArguments(
    line.split(" ").filter((word) => word !== ""),
    "1.2.3",
    80,
  );
  return parsed.kind === "text" && parsed.code === 0 && parsed.stdout.length > 20 ? parsed.stdout : parsed;
}
