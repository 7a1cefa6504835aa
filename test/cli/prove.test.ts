// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the pages are what authors write
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const check = (title: string, ...body: readonly string[]): string =>
  `<details>\n<summary>Check: ${title}</summary>\n\n${body.join("\n")}\n</details>\n\n`;
const bash = (source: string, keys = ""): string => `\`\`\`bash${keys}\n${source}\n\`\`\`\n\n`;
const output = (text: string): string => `\`\`\`output\n${text}\n\`\`\`\n\n`;

const lesson = (checkpoint: string, step = "mkdir shop; echo open > shop/state"): string =>
  `---\ntitle: A shop\ntargets: [none]\n---\n\n## Open it\n\n${bash(step, " {#open}")}${check(
    "the shop is open",
    bash("cat shop/state", " {within=1s every=50ms}") +
      output("open") +
      bash('echo "there is no shop in $(basename "$PWD")"'),
  )}## Your turn\n\n${check("there is a sign", bash("test -s shop/sign", " {#sign within=1s every=50ms}"))}<details>\n<summary>Solution</summary>\n\n${bash(
    "echo welcome > shop/sign",
  )}</details>\n\n## Checkpoint\n\n${checkpoint}`;

const GOOD = lesson(
  check("the shop has its sign", bash("cat shop/sign", " {within=1s every=50ms}") + output("welcome")),
);

const MUTANTS = `mutants:
  - id: closed
    mistake: The shop stays closed
    step: open
    replace: echo open
    with: echo closed
    verdict: check-failed
    why: there is no shop
  - id: no-folder
    mistake: Nobody makes the folder
    step: open
    replace: mkdir shop;
    with: ""
    verdict: wrong-exit
    why: No such file or directory
  - id: other-words
    mistake: The sign says something else
    step: your-turn-1
    replace: welcome
    with: go away
    at: checkpoint
    verdict: check-failed
    why: + go away
right-ways:
  - id: printf
    way: printf instead of echo
    step: your-turn-1
    commands: |
      printf 'welcome\\n' > shop/sign
  - id: file-first
    way: The sign is written elsewhere first
    step: your-turn-1
    commands: |
      echo welcome > sign
      mv sign shop/
`;

async function prove(files: Readonly<Record<string, string>>, ...more: readonly string[]) {
  room.write(files);
  const { code, stdout, stderr } = await room.run([
    "test",
    "--prove",
    "--target",
    "none",
    "lesson-01-shop.md",
    ...more,
  ]);
  return { code, stderr, stdout };
}

test("a lesson that is proven, with its mutants and its right ways", async () => {
  expect(await prove({ "lesson-01-shop.md": GOOD, "lesson-01.mutants.yaml": MUTANTS })).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    A shop  lesson-01-shop.md
      pass  open  <duration>
            constrained 1 of 1 word, refused 7 of 7 wrong outputs
      pass  your-turn-1 (by its solution)  <duration>
      pass  checkpoint  <duration>
            constrained 1 of 1 word, refused 7 of 7 wrong outputs
      pass  mutant-closed  <duration>
      pass  mutant-no-folder  <duration>
      pass  mutant-other-words  <duration>
      pass  right-way-printf  <duration>
      pass  right-way-file-first  <duration>

    1 lesson, 8 steps: 8 passed, 0 failed, 0 skipped · asserted 2 of 2 commands · <duration>
    ",
    }
  `);
});

test("a checkpoint that holds before the lesson does not prove it", async () => {
  const ran = await prove({ "lesson-01-shop.md": lesson(check("there is a folder", bash("test -d ."))) });
  expect(ran).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    A shop  lesson-01-shop.md
      pass  open  <duration>
            constrained 1 of 1 word, refused 7 of 7 wrong outputs
      pass  your-turn-1 (by its solution)  <duration>
      FAIL  checkpoint  <duration>
            lesson-01-shop.md:51:1
            Passed, but not proven.
            line 51: All its checks held before the lesson began, so they do not
            prove it. Add a check of what the lesson brings about.
            line 53: \`there is a folder\` was not seen to fail: it held before, and
            holds where no program can be run. Let it ask for what this step brings
            about.

    failed  lesson-01-shop.md:51:1  lesson-01#checkpoint
    1 lesson, 3 steps: 2 passed, 1 failed, 0 skipped · asserted 2 of 2 commands · <duration>
    ",
    }
  `);
});

test("mistakes that go unnoticed, are noticed elsewhere, or without the reason; a right way that fails", async () => {
  const mutants = MUTANTS.replace("with: go away", "with: welcome; true")
    .replace("verdict: wrong-exit", "verdict: mismatch")
    .replace("why: there is no shop", "why: the paint is wet")
    .replace("mv sign shop/", "mv sign shop/door");
  const { code, stdout } = await prove({ "lesson-01-shop.md": GOOD, "lesson-01.mutants.yaml": mutants });
  // How long a check was tried moves the words of a paragraph from line to line.
  const said = stdout
    .split(/\n {2}(?=FAIL|pass)/)
    .filter((part) => part.startsWith("FAIL"))
    .map((part) =>
      part
        .split("\n\n")[0]
        ?.replaceAll(/\s+/g, " ")
        .replaceAll(/within \S+/g, "within <duration>"),
    );
  expect({ code, said }).toMatchInlineSnapshot(`
    {
      "code": 1,
      "said": [
        "FAIL mutant-closed <duration> lesson-01.mutants.yaml:2:5 Passed, but not proven. line 2: The shop stays closed: it is noticed, but the learner does not see \`the paint is wet\`; what they see: A check does not hold. Does not hold within <duration> the shop is open (its output is not what was expected). why: there is no shop in workspace - expected, + found 20 - open + closed. Add a diagnosis that says why, or mend the words in the file of mutants. ",
        "FAIL mutant-no-folder <duration> lesson-01.mutants.yaml:9:5 Passed, but not proven. line 9: Nobody makes the folder: expected \`mismatch\` in \`open\`, found \`wrong-exit\` in \`open\` (\`echo open > shop/state\` ended with status 1, expected 0. bash: line 1: shop/state: No such file or directory). Mend the lesson, or say in the file of mutants where the mistake shows. ",
        "FAIL mutant-other-words <duration> lesson-01.mutants.yaml:16:5 Passed, but not proven. line 16: The sign says something else: expected \`check-failed\` in \`checkpoint\`, found \`check-failed\` in \`your-turn-1\` (A check does not hold. Does not hold within <duration> there is a sign (the last try ended with status 1). welcome). Mend the lesson, or say in the file of mutants where the mistake shows. ",
        "FAIL right-way-file-first <duration> lesson-01.mutants.yaml:30:5 Passed, but not proven. line 30: This right way fails: The sign is written elsewhere first: \`check-failed\` in \`your-turn-1\` (A check does not hold. Does not hold within <duration> there is a sign (the last try ended with status 1).). Let the lesson ask for the result, not for the way to it.",
      ],
    }
  `);
});

test("a file of mutants that does not fit its lesson is an error, for `lint` too", async () => {
  const mutants = MUTANTS.replace("step: open", "step: opem")
    .replace("replace: mkdir shop;", "replace: rmdir")
    .replace("verdict: check-failed\n    why: +", "verdict: fails\n    why: +")
    .replace("right-ways:", "right-way:");
  const ran = await prove({ "lesson-01-shop.md": GOOD, "lesson-01.mutants.yaml": mutants });
  expect(ran).toMatchInlineSnapshot(`
    {
      "code": 3,
      "stderr": "lesson-01.mutants.yaml:2:5 error LI063 \`lesson-01\` has no step \`opem\`
      2 |   - id: closed
        |     ^^^^^^^^^^
      hint: did you mean \`open\`?

    lesson-01.mutants.yaml:9:5 error LI063 \`rmdir\` stands 0 times in the commands of \`open\`, expected once
      9 |   - id: no-folder
        |     ^^^^^^^^^^^^^
      hint: write a piece of the command, or of the file, that stands there once

    lesson-01.mutants.yaml:16:5 error LI063 \`fails\` is no verdict of a mistake, expected \`mismatch\`, \`wrong-exit\`, \`check-failed\`, \`syntax-error\`, \`timeout\`, \`session-died\`, \`not-written\`, \`background-ended\`
      16 |   - id: other-words
         |     ^^^^^^^^^^^^^^^

    lesson-01.mutants.yaml:24:1 error LI063 Unknown key \`right-way\`, expected \`mutants\`, \`right-ways\`
      24 | right-way:
         | ^^^^^^^^^
      hint: did you mean \`right-ways\`?

    4 errors, 0 warnings
    ",
      "stdout": "",
    }
  `);
  const linted = await room.run(["lint", "lesson-01-shop.md"]);
  expect({ code: linted.code, text: linted.stdout }).toEqual({ code: 3, text: ran.stderr });
});

test.each([
  ["", "holds no map"],
  ["mutants: 5\n", "`mutants` is no list"],
  ["mutants: []\n", "lists nothing"],
  ["mutants:\n  - [1]\n", "Found no map"],
  ["mutants: [\n", "This is not YAML"],
  [MUTANTS.replace("    why: there is no shop\n", ""), "`why` is missing"],
  [MUTANTS.replace("id: no-folder", "id: closed"), "stands twice"],
  [MUTANTS.replace("at: checkpoint", "at: chekpoint"), "no step `chekpoint`"],
])("not a file of mutants: %j", async (mutants, message) => {
  const ran = await prove({ "lesson-01-shop.md": GOOD, "lesson-01.mutants.yaml": mutants });
  expect({ code: ran.code, says: ran.stderr.includes(message), isTrace: /\n\s+at /.test(ran.stderr) }).toEqual({
    code: 3,
    says: true,
    isTrace: false,
  });
});

test("with several jobs the same is told, in the same order", async () => {
  const files = { "lesson-01-shop.md": GOOD, "lesson-01.mutants.yaml": MUTANTS };
  expect(await prove(files, "--jobs", "3")).toEqual(await prove(files));
});

test("without --prove nothing of it runs", async () => {
  room.write({
    "lesson-01-shop.md": lesson(check("there is a folder", bash("test -d ."))),
    "lesson-01.mutants.yaml": "",
  });
  const { code, stdout } = await room.run(["test", "--target", "none", "lesson-01-shop.md"]);
  expect({ code, hasProof: /constrained|mutant/.test(stdout) }).toEqual({ code: 0, hasProof: false });
});
