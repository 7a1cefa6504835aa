import { readDefinitions } from "../generated.ts";
import { stringify } from "../yaml.ts";

/** The releases of the Gateway API that are known: those that the simulated releases of Istio are built for. */
export const GATEWAY_API_VERSIONS: readonly string[] = ["v1.6.1", "v1.5.1"];

/** `standard-install.yaml` of a release of the Gateway API: its definitions, without descriptions. */
export function standardInstall(version: string): string {
  const head = `# The Gateway API ${version}, standard channel, as learn-istio's sandbox serves it: its kinds, without descriptions.\n`;
  const definitions = readDefinitions(`gateway-api-${version}.json`);
  return head + definitions.map((one) => `---\n${stringify(one, { aliasDuplicateObjects: false })}`).join("");
}
