import { bash, matchScripts, type Rule } from "./rule.ts";

/** Without a name kind deletes the cluster `kind`, which may be the learner's own. */
export const clusterDeletion: Rule = {
  name: "cluster-deletion",
  code: "LI510",
  good: [
    bash('kind delete cluster --name "$CLUSTER"'),
    bash("KIND_CLUSTER_NAME=x kind delete cluster"),
    bash("kind delete cluster -n x"),
  ],
  bad: [
    bash("kind delete cluster"),
    bash("echo ok && kind delete cluster --kubeconfig k"),
    bash("kind delete clusters --all"),
  ],
  find({ lesson, scripts, report }) {
    if (lesson.front.vars.some((variable) => variable.name === "KIND_CLUSTER_NAME")) return;
    const pattern =
      /(?<!KIND_CLUSTER_NAME=\S{1,100}\s{1,9})\bkind\s+delete\s+(?:cluster\b(?![^;&|#]{0,300}\s(?:--name|-n)[\s=])|clusters\s[^;&|#]{0,300}(?:--all|-A)\b)/g;
    for (const { place, match } of matchScripts(scripts, pattern)) {
      report(
        place,
        `\`${match[0]}\` names no cluster, expected \`--name\``,
        'write `kind delete cluster --name "$CLUSTER"`',
      );
    }
  },
};
