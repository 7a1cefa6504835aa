import { bash, matchScripts, type Rule } from "./rule.ts";

/** `$ kubectl …` in bash runs a program named `$`. */
export const prompts: Rule = {
  name: "prompts",
  code: "LI502",
  good: ["```console\n$ kubectl version\n```\n", bash("echo '", "$ kubectl version", "'")],
  bad: [bash("$ kubectl version"), bash("cd /tmp", "  $ ls")],
  find({ scripts, report }) {
    const blocks = scripts.filter((script) => script.role !== "transcript");
    for (const { place } of matchScripts(blocks, /^[ \t]*\$ (?=\S)/g)) {
      report(
        place,
        "A line of bash begins with `$ `, expected a command",
        "write the block as `console`, or remove `$ `",
      );
    }
  },
};
