import { type Analyzer, fullName, items, report } from "../model.ts";

const VARIABLE = "BLOCKED_CIDRS_IN_JWKS_URIS";
const SHOWN = 5;

/** An istiod that fetches keys from anywhere. */
export const blockedCidrs: Analyzer = {
  name: "authn.BlockedCIDRsAnalyzer",
  description:
    "Checks that BLOCKED_CIDRS_IN_JWKS_URIS is configured on istiod when RequestAuthentication resources exist",
  inputs: ["RequestAuthentication", "Deployment"],
  *analyze(world) {
    const names = world.list("RequestAuthentication").map(fullName);
    if (names.length === 0) return;
    const more = names.length - SHOWN;
    const text = `${names.slice(0, SHOWN).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
    for (const one of world.list("Deployment").filter(({ labels }) => labels.app === "istiod")) {
      const variables = items(one.spec.template?.spec?.containers).flatMap(({ env }) => items(env));
      if (!variables.some(({ name, value }) => name === VARIABLE && value))
        yield report(one, "JwksUriFetchUnrestricted", [names.length, text]);
    }
  },
};
