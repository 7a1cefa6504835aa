import { bash, matchScripts, type Rule } from "./rule.ts";

/** `<pod>` is for people; bash reads a file named pod. A redirection goes on with a word, a placeholder ends. */
export const placeholders: Rule = {
  name: "placeholders",
  code: "LI503",
  good: [
    bash("kubectl get pod $POD"),
    bash("sort <in>out"),
    bash("sort < in > out"),
    bash("cat <<EOF", "<title>", "EOF"),
    bash("grep '<title>' page.html"),
    bash("diff <(ls a) <(ls b)"),
  ],
  bad: [
    bash("kubectl get pod <pod>"),
    bash("istioctl x describe pod <pod-name>.<namespace>"),
    bash("curl http://<YOUR IP>/"),
  ],
  find({ scripts, report }) {
    for (const { place, match } of matchScripts(scripts, /(?<!<)<[A-Za-z](?:[\w. -]*\w)?>(?![\w>&(])/g)) {
      report(
        place,
        `\`${match[0]}\` stands inside a command, expected a value`,
        "use a variable and set it in a step before",
      );
    }
  },
};
