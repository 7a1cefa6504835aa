import { bash, matchScripts, type Rule } from "./rule.ts";

/** A pause is too long on one machine and too short on another; a check looks until it is true. */
export const sleeps: Rule = {
  name: "sleeps",
  code: "LI505",
  good: [
    bash("echo sleep 5"),
    bash("until test -e it; do sleep 1; done"),
    bash("kubectl run sleep --image curl"),
    '```bash {background=wait ready="line /on/"}\necho on; sleep 60\n```\n',
  ],
  bad: [bash("kubectl apply -f it.yaml", "sleep 10"), bash("touch it; sleep 5")],
  find({ scripts, report }) {
    // Nobody waits for a background block to end.
    const waited = scripts.filter(({ command }) => command.background === undefined);
    for (const { place, match } of matchScripts(
      waited,
      /(?<=^[ \t]*|[;&|][ \t]*)sleep[ \t]+[\d.]+[smh]?(?=[ \t]*(?:$|[;&|#]))/g,
    )) {
      report(place, `\`${match[0]}\` waits blindly, expected a check that waits for what is meant`, "write a check");
    }
  },
};
