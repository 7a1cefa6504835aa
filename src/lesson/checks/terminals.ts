import { bash, matchScripts, type Rule } from "./rule.ts";

/** How far before a flag its command is looked for, in characters. */
const REACH = 300;

/** A session has no terminal: `-t` fails or garbles the output. */
export const terminals: Rule = {
  name: "terminals",
  code: "LI506",
  good: [
    bash("kubectl exec deploy/curl -- curl -it http://x"),
    bash("kubectl exec -i deploy/curl -- sh"),
    "```bash {tty}\nkubectl exec -it deploy/curl -- sh\n```\n",
  ],
  bad: [
    bash("kubectl exec -it deploy/curl -- curl http://x"),
    bash("docker exec -n x -ti web ls"),
    bash("docker run --tty web ls"),
  ],
  find({ scripts, report }) {
    const blocks = scripts.filter((script) => !script.command.tty);
    for (const { place, match } of matchScripts(blocks, /(?<=\s)(?:-it|-ti|-t|--tty)(?=\s)/g)) {
      const before = match.input?.slice(Math.max(0, (match.index ?? 0) - REACH), match.index) ?? "";
      if (!isForContainer(before)) continue;
      report(
        place,
        `\`${match[0]}\` asks for a terminal, expected none`,
        "remove it, or give the block the flag `tty`",
      );
    }
  },
};

/** Does a flag after this text belong to `kubectl exec` or its kin, and not to the program run inside? */
function isForContainer(before: string): boolean {
  const command = before.slice(Math.max(...["|", ";", "&"].map((end) => before.lastIndexOf(end))) + 1);
  if (/\s--\s/.test(command)) return false;
  const program = command.search(/\b(?:kubectl|docker)\s/);
  return program !== -1 && /\s(?:exec|run|attach)\s/.test(command.slice(program));
}
