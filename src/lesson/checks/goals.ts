import type { Rule } from "./rule.ts";

const CHECK = "<details>\n<summary>Check: it is there</summary>\n\n```bash\ntest -e it\n```\n\n</details>\n";
const SOLUTION = "\n<details>\n<summary>Solution</summary>\n\n```bash\ntouch it\n```\n\n</details>\n";
const GOAL = `---\ntitle: One\n---\n\n## Your turn\n\n${CHECK}`;

/** A step that the learner solves alone is proven in `test` by its solution only. */
export const goals: Rule = {
  name: "goals",
  code: "LI513",
  good: [`${GOAL}${SOLUTION}\n## Checkpoint\n\n${CHECK}`],
  bad: [`${GOAL}\n## Checkpoint\n\n${CHECK}`],
  find({ lesson, report }) {
    if (lesson.kind === "page") return;
    for (const step of lesson.steps) {
      if (
        step.manual !== undefined ||
        step.commands.length > 0 ||
        step.checks.length === 0 ||
        step.solution !== undefined
      )
        continue;
      const message = `\`${step.section}\` has checks, no command and no solution, expected a solution that \`test\` can run`;
      report(step.place, message, "add a `<details>` with `<summary>Solution</summary>` and a `bash` block");
    }
  },
};
