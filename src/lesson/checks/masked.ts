import type { Script } from "../commands.ts";
import { matchScripts, placeIn, type Rule } from "./rule.ts";

const check = (predicate: string, more = ""): string =>
  `\`\`\`bash\ntouch it\n\`\`\`\n\n<details>\n<summary>Check: it is there</summary>\n\n\`\`\`bash\n${predicate}\n\`\`\`\n${more}\n</details>\n`;

/** At the very end of a predicate: what succeeds whatever came before it. */
const MASK =
  /(?:\|\||;|&&)[ \t]*(?:true|:|exit 0|echo\b[^|;&]*)[ \t]*$|(?<!\|)\|[ \t]*(?:cat|head|tail|tee|wc|sort)\b[^|;&]*$/g;

/** A predicate says by its status whether it holds; what takes the status away makes it hold always. */
export const masked: Rule = {
  name: "masked",
  code: "LI515",
  good: [
    check("test -e it"),
    check("ls it || true", "\n```output\nit\n```\n"),
    check("ls | sort | grep it"),
    check("test -e it || test -e that"),
    check('echo "a || true" | grep it'),
  ],
  bad: [check("test -e it || true"), check("test -e it || :"), check("ls it | cat"), check("test -e it; true")],
  find({ scripts, report }) {
    for (const { match, line, script } of matchScripts(scripts.filter(isAskedForStatus), MASK)) {
      if (line !== script.lines.findLast(({ text }) => text.trim() !== "")) continue;
      const found = match[0].trim();
      const message = `\`${found}\` takes the predicate's own status away, expected a check that can fail`;
      report(placeIn(line, match.index ?? 0, match[0].length), message, "leave it out, or expect an output");
    }
  },
};

function isAskedForStatus({ role, command }: Script): boolean {
  return role === "predicate" && command.expectations.length === 0;
}
