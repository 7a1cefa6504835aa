import { bash, type Rule } from "./rule.ts";

const HEAD = "---\ntitle: One\n---\n\n";
const TAIL =
  "\n## Checkpoint\n\n<details>\n<summary>Check: it is there</summary>\n\n```bash\ntest -e it\n```\n\n</details>\n";
const CHECK = "\n<details>\n<summary>Check: there is a it</summary>\n\n```bash\ntest -e it\n```\n\n</details>\n";

/** A command that may print anything proves little. Pages are other people's: there it is only counted. */
export const unasserted: Rule = {
  name: "unasserted",
  code: "LI501",
  good: [
    `${HEAD}${bash("echo it")}\n\`\`\`output\nit\n\`\`\`\n${TAIL}`,
    `${HEAD}${bash("touch it")}${CHECK}${TAIL}`,
    `${HEAD}${bash("touch it").replace("bash", "bash {exit=1}")}${TAIL}`,
    bash("touch it"),
  ],
  bad: [`${HEAD}${bash("touch it")}${TAIL}`, `${HEAD}\`\`\`console\n$ touch it\n$ ls\nit\n\`\`\`\n${TAIL}`],
  find({ lesson, report }) {
    if (lesson.kind === "page") return;
    for (const step of lesson.steps) {
      if (step.checks.length > 0) continue;
      for (const command of step.commands) {
        // `ready` asserts a background block; one without it has a warning of its own.
        if (command.file !== undefined || command.background !== undefined) continue;
        const isDefault = command.exit.kind === "status" && command.exit.status === 0;
        if (command.expectations.length > 0 || !isDefault || command.condition.skip !== undefined) continue;
        const message = "Nothing checks what this command does, expected an output, a check or an exit status";
        report(command.place, message, "add an `output` block below it, or a check");
      }
    }
  },
};
