import { expect, test } from "vitest";
import { nameChoices } from "../../src/cli/start/choices.ts";
import { stepNamedBy } from "../../src/cli/start/goto.ts";
import { refuseHost } from "../../src/cli/start/host-blocks.ts";
import { openChoices } from "../../src/cli/start/open-choices.ts";
import { Walk } from "../../src/cli/start/scene.ts";
import { type Lesson, parseLesson, type Step } from "../../src/lesson/index.ts";

const CHECK = "<details>\n<summary>Check: it holds</summary>\n\n```bash\ntrue\n```\n\n</details>\n";
const SOURCE = `---\ntitle: T\nsummary: S\n---\n\n# T\n\n## A\n\n\`\`\`bash {#a}\necho a\n\`\`\`\n\n${CHECK}\n## B\n\n\`\`\`console\n$ echo b\nb\n$ echo c\nc\n\`\`\`\n\n## Checkpoint\n\n${CHECK}`;
const LESSON = lessonOf(SOURCE);

function lessonOf(text: string): Lesson {
  const { lesson } = parseLesson("lessons/lesson-01-t.md", text);
  if (lesson === undefined) throw new Error("the sample is refused");
  return lesson;
}

type Change = (step: Step) => Step;
const typed: Change = (step) => ({ ...step, commands: step.commands.map((one) => ({ ...one, typed: true })) });
const byHand: Change = (step) => ({ ...step, commands: [], manual: { markdown: "Do it.", place: step.place } });
const unchecked: Change = (step) => ({ ...step, checks: [] });

test.each<[string, number, readonly Change[], boolean, string]>([
  ["a command with a check", 0, [], false, "Enter run, c check, t type, s solve, k skip, ? more, q quit"],
  ["after it has passed", 0, [], true, "Enter next, x run again, c check, ? more, q quit"],
  ["one to type", 0, [typed], false, "Enter type it, x run it for me, c check, s solve, k skip, ? more, q quit"],
  ["one to type, after it has passed", 0, [typed], true, "Enter next, x run again, c check, ? more, q quit"],
  [
    "one to type that nothing checks",
    0,
    [typed, unchecked],
    false,
    "Enter type it, x run it for me, s solve, k skip, ? more, q quit",
  ],
  ["several to type that nothing checks", 1, [typed], false, "Enter run, s solve, k skip, ? more, q quit"],
  ["an item done by hand", 0, [byHand, unchecked], false, "Enter done, k skip, ? more, q quit"],
  ["an item done by hand, with a check", 0, [byHand], false, "Enter done, k skip, ? more, q quit"],
  ["an item done by hand, after it has passed", 0, [byHand], true, "Enter next, c check, ? more, q quit"],
  ["the checkpoint", 2, [], false, "Enter check, ? more, q quit"],
])("what is offered at %s", (_what, index, changes, passed, shown) => {
  const steps = LESSON.steps.map((step) => changes.reduce((one, change) => change(one), step));
  const lesson: Lesson = { ...LESSON, steps };
  const walk = new Walk(lesson, { index, inFlight: false }, () => passed);
  expect(
    nameChoices(openChoices(walk, { keys: true, inClass: false, behind: false }), { keys: true, again: passed }).join(
      ", ",
    ),
  ).toBe(shown);
});

test.each([
  ["3", "3"],
  ["goto 3", "3"],
  ["g keep", "keep"],
  ["G keep", "keep"],
  ["goto", undefined],
  ["go 3", undefined],
  ["3 4", undefined],
])("`%s` names the step %s", (word, step) => {
  expect(stepNamedBy(word)).toBe(step);
});

test.each(["sandbox", "live", "none"] as const)(
  "a change of the machine runs unasked nowhere: target %s",
  async (target) => {
    const command = LESSON.steps[0]?.commands[0];
    if (command === undefined) throw new Error("no command");
    const asking = { input: undefined, target } as unknown as Parameters<typeof refuseHost>[1];
    expect(await refuseHost(command, asking)).toMatch(/^it changes your machine/);
  },
);
