import { bash, matchScripts, type Rule } from "./rule.ts";

/** A path of the author's own machine. */
export const homePaths: Rule = {
  name: "home-paths",
  code: "LI507",
  good: [bash("cd ~/istio"), bash('cd "$HOME/istio"'), bash("ls /srv/home/x")],
  bad: [
    bash("cd /home/jane/istio"),
    bash('export KUBECONFIG="/Users/jane/.kube/config"'),
    bash("cat <<EOF", "/home/jane", "EOF"),
  ],
  find({ scripts, report }) {
    const pattern = /(?<![\w./~}-])\/(?:home|Users)\/[\w.-]+/g;
    for (const { place, match } of matchScripts(scripts, pattern, ["code", "quoted", "heredoc"])) {
      report(
        place,
        `\`${match[0]}\` is one person's home, expected a path of every machine`,
        "use `$HOME` or the workspace",
      );
    }
  },
};
