import { bash, matchScripts, type Rule } from "./rule.ts";

/** What is fetched today may be another thing tomorrow. */
export const downloads: Rule = {
  name: "downloads",
  code: "LI509",
  good: [
    bash("curl -L https://istio.io/downloadIstio | ISTIO_VERSION=1.28.0 sh -"),
    bash("kubectl run web --image nginx:1.27"),
    bash("echo the latest news"),
  ],
  bad: [
    bash("curl -L https://istio.io/downloadIstio | sh -"),
    bash("wget -qO- https://example.com/install | sudo bash"),
    bash("kubectl run web --image=nginx:latest"),
    bash('curl -LO "https://example.com/releases/latest/it.tgz"'),
  ],
  find({ scripts, report }) {
    for (const { place } of matchScripts(scripts, /\b(?:curl|wget)\b[^|;&]{0,300}\|\s*(?:sudo\s+)?(?:ba|z)?sh\b/g)) {
      report(
        place,
        "A script is fetched and run without a version, expected a pinned one",
        "fetch a release by its version",
      );
    }
    for (const { place } of matchScripts(scripts, /[:@/]latest\b(?!-)/g, ["code", "quoted", "heredoc"])) {
      report(place, "`latest` names another thing every day, expected a version", "write the version that was tested");
    }
  },
};
