import { type Analyzer, labelsOf, selectorText, selects } from "../world.ts";

/** Secrets that a Gateway names and the namespace of its pods has not. */
export const secrets: Analyzer = {
  name: "gateway.SecretAnalyzer",
  description: "Checks a gateway's referenced secrets for correctness",
  inputs: ["Gateway", "Pod", "Secret"],
  analyze: function* (world) {
    for (const resource of world.list("Gateway")) {
      const { selector, servers = [] } = resource.object.spec ?? {};
      const text = selectorText(selector);
      const pod = world.list("Pod").find((one) => selects(selector, labelsOf(one)));
      if (pod === undefined) {
        const field = ["spec", "selector", text.split("=")[0] ?? ""];
        yield { code: "IST0101", resource, parameters: ["selector", text], field };
        continue;
      }
      for (const [index, { tls }] of servers.entries()) {
        const secret: string = tls?.credentialName ?? "";
        const slash = secret.indexOf("/");
        const namespace = slash < 0 ? pod.namespace : secret.slice(0, slash);
        if (secret === "" || world.find("Secret", namespace, secret.slice(slash + 1)) !== undefined) continue;
        const field = ["spec", "servers", index, "tls", "credentialName"];
        yield { code: "IST0101", resource, parameters: ["credentialName", secret], field };
      }
    }
  },
};
