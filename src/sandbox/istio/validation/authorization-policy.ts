import type { JsonObject } from "../../objects/index.ts";
import { attributeError, emptyValueError, ipErrors, pathTemplateError, portErrors } from "./attributes.ts";
import { Findings, items, texts } from "./findings.ts";
import { policyTargets, workloadSelector } from "./selectors.ts";
import type { Validator } from "./subject.ts";

/** The fields of a source, as errors call them; whether the plain TCP filter knows them too. */
const SOURCE: readonly (readonly [field: string, name: string, isTcp: boolean])[] = [
  ["principals", "Principals", true],
  ["requestPrincipals", "RequestPrincipals", false],
  ["namespaces", "Namespaces", true],
  ["ipBlocks", "IpBlocks", true],
  ["remoteIpBlocks", "RemoteIpBlocks", true],
  ["notPrincipals", "NotPrincipals", true],
  ["notRequestPrincipals", "NotRequestPrincipals", false],
  ["notNamespaces", "NotNamespaces", true],
  ["notIpBlocks", "NotIpBlocks", true],
  ["notRemoteIpBlocks", "NotRemoteIpBlocks", true],
  ["serviceAccounts", "ServiceAccounts", true],
  ["notServiceAccounts", "NotServiceAccounts", true],
];
const BLOCKS = ["ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"];
/** What an outside authorizer cannot be told. */
const NOT_CUSTOM = [
  "namespaces",
  "notNamespaces",
  "principals",
  "notPrincipals",
  "requestPrincipals",
  "notRequestPrincipals",
];
const OPERATION: readonly (readonly [field: string, name: string])[] = [
  ["ports", "Ports"],
  ["methods", "Methods"],
  ["paths", "Paths"],
  ["hosts", "Hosts"],
  ["notPorts", "NotPorts"],
  ["notMethods", "NotMethods"],
  ["notPaths", "NotPaths"],
  ["notHosts", "NotHosts"],
];
const NEVER =
  "action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request";

/** An AuthorizationPolicy. All its errors name it. */
export const authorizationPolicy: Validator = ({ name, namespace, spec }) => {
  const { action = "ALLOW", provider } = spec;
  const found = new Findings().errorsOf(policyTargets(spec)).warn(...workloadSelector(spec.selector).warnings);
  if (action === "CUSTOM") found.add(custom(spec));
  if (provider && action !== "CUSTOM") {
    found.error(`\`provider\` must not be with non CUSTOM action, found ${action}`);
  }
  found.error(action === "DENY" && spec.rules === undefined ? `DENY ${NEVER}` : undefined);
  for (const [index, rule] of items(spec.rules).entries()) found.add(ruleFindings(rule, index, action === "DENY"));
  return found.prefixed(`invalid policy ${name}.${namespace}:`);
};

function custom({ provider, rules }: JsonObject): Findings {
  const found = new Findings();
  if (rules === undefined) found.error(`CUSTOM ${NEVER}`);
  else found.error(provider?.name ? undefined : "`provider.name` must not be empty");
  for (const { from, when } of items(rules)) {
    for (const { source } of items(from)) {
      const given = NOT_CUSTOM.filter((field) => texts(source?.[field]).length > 0);
      const names = given.map((field) => `From.${field[0]?.toUpperCase()}${field.slice(1)}`);
      found.error(...names.map(notCustom));
    }
    for (const { key = "" } of items(when)) {
      const isKnown = !["source.namespace", "source.principal"].includes(key) && !key.startsWith("request.auth.");
      found.error(isKnown ? undefined : notCustom(key));
    }
  }
  return found;
}

function notCustom(name: string): string {
  return `${name} is currently not supported with CUSTOM action`;
}

function ruleFindings({ from, to, when }: JsonObject, index: number, isDeny: boolean): Findings {
  const found = new Findings();
  const [sources, operations] = [
    items(from).flatMap(({ source }) => (source ? [source] : [])),
    items(to).flatMap(({ operation }) => (operation ? [operation] : [])),
  ];
  found.error(isEmpty(from) ? `\`from\` must not be empty, found at rule ${index}` : undefined);
  for (const { source } of items(from)) {
    if (source) found.add(sourceFindings(source, index));
    else found.error(`\`from.source\` must not be nil, found at rule ${index}`);
  }
  found.error(isEmpty(to) ? `\`to\` must not be empty, found at rule ${index}` : undefined);
  for (const { operation } of items(to)) {
    if (operation) found.add(operationFindings(operation, index));
    else found.error(`\`to.operation\` must not be nil, found at rule ${index}`);
  }
  found.add(...items(when).map(conditionFindings));
  const hasTcpSource = sources.some((source) => SOURCE.some(([field, , isTcp]) => isTcp && source[field]));
  const hasTcpOperation = operations.some(({ notPorts, ports }) => ports || notPorts);
  const isHttpOnly =
    (sources.length > 0 && operations.length === 0 && !hasTcpSource) || (operations.length > 0 && !hasTcpOperation);
  if (isDeny && isHttpOnly) {
    found.warn(
      "configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port",
    );
  }
  return found;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function sourceFindings(source: JsonObject, index: number): Findings {
  const found = new Findings();
  const isNothing = SOURCE.every(([field]) => texts(source[field]).length === 0);
  found.error(isNothing ? `\`from.source\` must not be empty, found at rule ${index}` : undefined);
  for (const field of BLOCKS) found.listed(...ipErrors(texts(source[field])));
  return found.error(...SOURCE.map(([field, name]) => emptyValueError(name, texts(source[field]))));
}

function operationFindings(operation: JsonObject, index: number): Findings {
  const found = new Findings();
  const isNothing = OPERATION.every(([field]) => texts(operation[field]).length === 0);
  found.error(isNothing ? `\`to.operation\` must not be empty, found at rule ${index}` : undefined);
  found.listed(...portErrors(texts(operation.ports)), ...portErrors(texts(operation.notPorts)));
  return found.error(
    ...OPERATION.map(([field, name]) => emptyValueError(name, texts(operation[field]))),
    pathTemplateError("Paths", texts(operation.paths)),
    pathTemplateError("NotPaths", texts(operation.notPaths)),
  );
}

function conditionFindings({ key = "", notValues, values }: JsonObject): Findings {
  const found = new Findings();
  if (key === "") return found.error("`key` must not be empty");
  const [wanted, unwanted] = [texts(values), texts(notValues)];
  if (wanted.length + unwanted.length === 0) {
    return found.error(`at least one of \`values\` or \`notValues\` must be set for key ${key}`);
  }
  const [fault, otherFault] = [attributeError(key, wanted), attributeError(key, unwanted)];
  return found.error(
    fault && `invalid \`value\` for \`key\` ${key}: ${fault}`,
    otherFault && `invalid \`notValue\` for \`key\` ${key}: ${otherFault}`,
  );
}
