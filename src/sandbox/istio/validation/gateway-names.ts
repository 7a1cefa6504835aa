import { Findings, quoted, texts } from "./findings.ts";
import { fqdnError, isDnsLabel } from "./names.ts";

/** Names of gateways: `namespace/name`, or a name alone, after which upstream looks at no other. */
export function gatewayNames(list: unknown): Findings {
  const found = new Findings();
  for (const name of texts(list)) {
    const at = name.indexOf("/");
    if (at === -1) {
      const [first = "", second = ""] = name.split(".");
      const better = `prefer the <namespace>/<name> format: ${quoted(`${second}/${first}`)}`;
      found.warn(name.includes(".") ? `using legacy gatewayName format ${quoted(name)}; ${better}` : undefined);
      return found.error(fqdnError(name));
    }
    const [namespace, gateway] = [name.slice(0, at), name.slice(at + 1)];
    found.error(
      namespace === "" || gateway === "" ? "config namespace and gateway name cannot be empty" : undefined,
      isDnsLabel(namespace) ? undefined : `invalid value for namespace: ${quoted(namespace)}`,
      isDnsLabel(gateway) ? undefined : `invalid value for gateway name: ${quoted(gateway)}`,
    );
  }
  return found;
}
