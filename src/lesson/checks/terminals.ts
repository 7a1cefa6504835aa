import { bash, matchScripts, type Rule } from "./rule.ts";

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
    const pattern =
      /\b(?:kubectl|docker)\s(?:(?! -- )[^|;&])*?\b(?:exec|run|attach)\s(?:(?! -- )[^|;&])*?(?<=\s)(-it|-ti|-t|--tty|-i -t)(?=\s)/g;
    for (const { place, match } of matchScripts(blocks, pattern)) {
      report(
        place,
        `\`${match[1]}\` asks for a terminal, expected none`,
        "remove it, or give the block the flag `tty`",
      );
    }
  },
};
