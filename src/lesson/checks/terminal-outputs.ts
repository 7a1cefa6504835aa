import type { Rule } from "./rule.ts";

/** With a terminal of its own a block prints past us: its output is compared in `test` alone, never for a learner. */
export const terminalOutputs: Rule = {
  name: "terminal-outputs",
  code: "LI516",
  good: ["```bash {tty}\nless it\n```\n", "```bash\necho it\n```\n\n```output\nit\n```\n"],
  bad: ["```bash {tty}\necho it\n```\n\n```output\nit\n```\n"],
  find({ scripts, report }) {
    for (const { tty, expectations } of scripts.map(({ command }) => command)) {
      const [first] = expectations;
      if (!tty || first === undefined) continue;
      const message = "The output of a `tty` block goes to the learner's terminal, where nothing compares it";
      report(first.place, message, "let a check say what the block did");
    }
  },
};
