import type { JsonObject } from "../../objects/index.ts";
import { routeDestinations } from "./destinations.ts";
import { durationError } from "./duration.ts";
import { entries, Findings, items } from "./findings.ts";
import { gatewayNames } from "./gateway-names.ts";
import { checkHeaderChanges, headerNameError, isClaim } from "./headers.ts";
import {
  authorityError,
  corsPolicy,
  directResponse,
  faultInjection,
  mirrors,
  redirectError,
  retries,
  rewriteError,
} from "./http-actions.ts";
import { isDnsLabel, labelFindings, portError } from "./names.ts";
import { regexMatchError, stringMatchError } from "./string-match.ts";

/** A route of HTTP. `isDelegate`: of a VirtualService without hosts, to which another one leads. */
export function httpRoute(route: JsonObject, isDelegate: boolean): Findings {
  const found = new Findings().add(conflicts(route, isDelegate), ...items(route.match).map(matchFindings));
  found.add(...items(route.match).map(originFindings));
  checkHeaderChanges(found, route.headers);
  return found
    .add(corsPolicy(route.corsPolicy), faultInjection(route.fault), mirrors(route))
    .error(redirectError(route.redirect))
    .add(directResponse(route.directResponse), retries(route.retries))
    .error(rewriteError(route.rewrite), authorityError(route))
    .add(routeDestinations(route.route, true))
    .error(durationError(route.timeout));
}

/** What stands beside a redirect or a direct response although it could never count; each with upstream's word for it. */
const BESIDE: readonly (readonly [field: string, isRule: boolean])[] = [
  ["route", false],
  ["fault", false],
  ["rewrite", true],
];

function conflicts(route: JsonObject, isDelegate: boolean): Findings {
  const found = new Findings();
  const { delegate, directResponse: response, name = "", redirect } = route;
  if (delegate && !isDelegate) {
    return found.error(
      redirect ? `root HTTP route ${name} must not specify redirect` : undefined,
      route.route ? `root HTTP route ${name} must not specify route` : undefined,
    );
  }
  if (delegate) found.error("delegate HTTP route cannot contain delegate");
  const end = redirect ? "redirect" : response ? "direct_response" : undefined;
  if (end !== undefined) {
    for (const [field, isRule] of BESIDE) {
      const isThere = field === "route" ? items(route.route).length > 0 : route[field];
      const what = isRule ? "HTTP route rule" : "HTTP route";
      found.error(isThere ? `${what} cannot contain both ${field} and ${end}` : undefined);
    }
    const isBoth = redirect && response;
    found.error(isBoth ? "HTTP route rule cannot contain both direct_response and redirect" : undefined);
  } else if (items(route.route).length === 0) {
    found.error("HTTP route, redirect or direct_response is required");
  }
  const isTwice = route.mirror && items(route.mirrors).length > 0;
  return found.error(isTwice ? "HTTP route cannot contain both mirror and mirrors" : undefined);
}

function matchFindings(match: JsonObject): Findings {
  const found = new Findings();
  for (const [name, value] of entries(match.headers)) {
    found.error(matchedNameError(name), stringMatchError(value, "headers"));
  }
  for (const [name, value] of entries(match.withoutHeaders)) {
    // `*` is no regular expression here: it says that the header is there.
    found.error(matchedNameError(name), value?.regex === "*" ? undefined : stringMatchError(value, "withoutHeaders"));
  }
  return found.error(
    regexMatchError(match.uri, "uri"),
    stringMatchError(match.scheme, "scheme"),
    stringMatchError(match.method, "method"),
    stringMatchError(match.authority, "authority"),
    ...entries(match.queryParams).map(([, value]) => stringMatchError(value, "queryParams")),
  );
}

function matchedNameError(name: string): string | undefined {
  return isClaim(name) ? undefined : headerNameError(name);
}

/** From where a request comes, and through which gateway. */
function originFindings({ gateways, port, sourceLabels, sourceNamespace }: JsonObject): Findings {
  const isWrong = sourceNamespace && !isDnsLabel(sourceNamespace);
  return new Findings()
    .error(port ? portError(port) : undefined)
    .add(labelFindings(sourceLabels))
    .errorsOf(gatewayNames(gateways))
    .error(isWrong ? `sourceNamespace match ${sourceNamespace} is invalid` : undefined);
}
