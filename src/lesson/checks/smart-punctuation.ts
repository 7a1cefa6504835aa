import { bash, matchScripts, type Rule } from "./rule.ts";

/** Word processors and web pages turn quotes and hyphens into characters that no shell understands. */
export const smartPunctuation: Rule = {
  name: "smart-punctuation",
  code: "LI504",
  good: [
    bash('echo "It’s – fine"'),
    bash("kubectl get pods -A # all – of them"),
    bash("kubectl get pods --all-namespaces"),
  ],
  bad: [bash("echo “hello”"), bash("kubectl get pods –A"), bash("kubectl get pods —all-namespaces"), bash("echo ‘a’")],
  find({ scripts, report }) {
    for (const { place, match } of matchScripts(scripts, /[\u2018\u2019\u201C\u201D\u2010-\u2015\u2212]/g)) {
      const isQuote = /[\u2018-\u201D]/.test(match[0]);
      const expected = isQuote ? "`'` or `\"`" : "`-` or `--`";
      report(place, `\`${match[0]}\` stands in a command, expected ${expected}`, "type it anew");
    }
  },
};
