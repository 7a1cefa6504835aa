import type { JsonObject } from "../../objects/index.ts";
import { subsetNameError } from "./destination-rule.ts";
import { Findings, items } from "./findings.ts";
import { checkHeaderChanges } from "./headers.ts";
import { domainError, portError } from "./names.ts";

/** Where a route leads: each destination with its weight. `withHeaders`: HTTP's may change headers. */
export function routeDestinations(routes: unknown, withHeaders: boolean): Findings {
  const found = new Findings();
  const list = items(routes);
  for (const { destination, headers, weight = 0 } of list) {
    found.listed(destination ? undefined : "destination is required");
    if (withHeaders) checkHeaderChanges(found, headers);
    found.add(destinationFindings(destination)).error(weight < 0 ? `weight ${weight} < 0` : undefined);
  }
  const total = list.reduce((sum, { weight = 0 }) => sum + Number(weight), 0);
  return found.error(list.length > 1 && total === 0 ? "total destination weight = 0" : undefined);
}

/** One destination: a host, perhaps a subset of it, perhaps a port. */
export function destinationFindings(destination: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!destination) return found;
  const { host = "", subset = "", port } = destination;
  return found.error(
    host === "*" ? "invalid destination host *" : domainError(host),
    subset === "" ? undefined : subsetNameError(subset),
    port ? portError(port.number) : undefined,
  );
}
