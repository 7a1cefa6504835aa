import type { JsonObject, KubeObject } from "../../objects/index.ts";
import { readDefinitions } from "../generated.ts";
import { parseDuration } from "./duration.ts";
import { entries, quoted } from "./findings.ts";

/** The protobuf messages that people write most, by the field that holds them; a message of one kind alone by its path. */
const MESSAGES: Readonly<Record<string, string>> = {
  AuthorizationPolicy: "istio.security.v1beta1.AuthorizationPolicy",
  DestinationRule: "istio.networking.v1alpha3.DestinationRule",
  EnvoyFilter: "istio.networking.v1alpha3.EnvoyFilter",
  Gateway: "istio.networking.v1alpha3.Gateway",
  PeerAuthentication: "istio.security.v1beta1.PeerAuthentication",
  ProxyConfig: "istio.networking.v1beta1.ProxyConfig",
  RequestAuthentication: "istio.security.v1beta1.RequestAuthentication",
  ServiceEntry: "istio.networking.v1alpha3.ServiceEntry",
  Sidecar: "istio.networking.v1alpha3.Sidecar",
  Telemetry: "istio.telemetry.v1alpha1.Telemetry",
  VirtualService: "istio.networking.v1alpha3.VirtualService",
  WasmPlugin: "istio.extensions.v1alpha1.WasmPlugin",
  WorkloadEntry: "istio.networking.v1alpha3.WorkloadEntry",
  WorkloadGroup: "istio.networking.v1alpha3.WorkloadGroup",
  "AuthorizationPolicy.rules": "istio.security.v1beta1.Rule",
  "AuthorizationPolicy.rules.from": "istio.security.v1beta1.Rule.From",
  "AuthorizationPolicy.rules.from.source": "istio.security.v1beta1.Source",
  "AuthorizationPolicy.rules.to": "istio.security.v1beta1.Rule.To",
  "AuthorizationPolicy.rules.to.operation": "istio.security.v1beta1.Operation",
  "AuthorizationPolicy.rules.when": "istio.security.v1beta1.Condition",
  "DestinationRule.subsets": "istio.networking.v1alpha3.Subset",
  "Gateway.servers": "istio.networking.v1alpha3.Server",
  "Gateway.servers.port": "istio.networking.v1alpha3.Port",
  "Gateway.servers.tls": "istio.networking.v1alpha3.ServerTLSSettings",
  "PeerAuthentication.mtls": "istio.security.v1beta1.PeerAuthentication.MutualTLS",
  "RequestAuthentication.jwtRules": "istio.security.v1beta1.JWTRule",
  "ServiceEntry.endpoints": "istio.networking.v1alpha3.WorkloadEntry",
  "ServiceEntry.ports": "istio.networking.v1alpha3.ServicePort",
  "Sidecar.egress": "istio.networking.v1alpha3.IstioEgressListener",
  "Sidecar.ingress": "istio.networking.v1alpha3.IstioIngressListener",
  "Telemetry.accessLogging": "istio.telemetry.v1alpha1.AccessLogging",
  "Telemetry.metrics": "istio.telemetry.v1alpha1.Metrics",
  "Telemetry.tracing": "istio.telemetry.v1alpha1.Tracing",
  "VirtualService.http": "istio.networking.v1alpha3.HTTPRoute",
  "VirtualService.http.corsPolicy": "istio.networking.v1alpha3.CorsPolicy",
  "VirtualService.http.fault": "istio.networking.v1alpha3.HTTPFaultInjection",
  "VirtualService.http.fault.abort": "istio.networking.v1alpha3.HTTPFaultInjection.Abort",
  "VirtualService.http.fault.delay": "istio.networking.v1alpha3.HTTPFaultInjection.Delay",
  "VirtualService.http.match": "istio.networking.v1alpha3.HTTPMatchRequest",
  "VirtualService.http.mirrors": "istio.networking.v1alpha3.HTTPMirrorPolicy",
  "VirtualService.http.redirect": "istio.networking.v1alpha3.HTTPRedirect",
  "VirtualService.http.retries": "istio.networking.v1alpha3.HTTPRetry",
  "VirtualService.http.rewrite": "istio.networking.v1alpha3.HTTPRewrite",
  "VirtualService.http.route": "istio.networking.v1alpha3.HTTPRouteDestination",
  "VirtualService.tcp": "istio.networking.v1alpha3.TCPRoute",
  "VirtualService.tcp.match": "istio.networking.v1alpha3.L4MatchAttributes",
  "VirtualService.tcp.route": "istio.networking.v1alpha3.RouteDestination",
  "VirtualService.tls": "istio.networking.v1alpha3.TLSRoute",
  "VirtualService.tls.match": "istio.networking.v1alpha3.TLSMatchAttributes",
  "VirtualService.tls.route": "istio.networking.v1alpha3.RouteDestination",
};
/** The same wherever they stand. */
const SHARED: Readonly<Record<string, string>> = {
  connectionPool: "istio.networking.v1alpha3.ConnectionPoolSettings",
  destination: "istio.networking.v1alpha3.Destination",
  headers: "istio.networking.v1alpha3.Headers",
  loadBalancer: "istio.networking.v1alpha3.LoadBalancerSettings",
  mirror: "istio.networking.v1alpha3.Destination",
  outlierDetection: "istio.networking.v1alpha3.OutlierDetection",
  percentage: "istio.networking.v1alpha3.Percent",
  trafficPolicy: "istio.networking.v1alpha3.TrafficPolicy",
  uri: "istio.networking.v1alpha3.StringMatch",
};

const KEPT = new Map<string, readonly KubeObject[]>();

/**
 * Why a spec cannot be read as its kind's message; undefined when it can, and for a kind that has none. `file` is the table
 * of the release's CustomResourceDefinitions, which say what there is.
 */
export function decodeError(object: KubeObject, file: string): string | undefined {
  const definitions = KEPT.get(file) ?? readDefinitions(file);
  KEPT.set(file, definitions);
  const [group] = object.apiVersion.split("/");
  const definition = definitions.find(({ spec }) => spec?.group === group && spec?.names?.kind === object.kind);
  const version = definition?.spec?.versions?.find(({ storage }: JsonObject) => storage === true);
  const schema = version?.schema?.openAPIV3Schema?.properties?.spec;
  return schema === undefined ? undefined : fault(object.spec ?? {}, schema, [object.kind]);
}

function fault(value: unknown, schema: JsonObject, path: readonly string[]): string | undefined {
  if (value === null || value === undefined || schema["x-kubernetes-preserve-unknown-fields"]) return undefined;
  if (schema["x-kubernetes-int-or-string"]) return undefined;
  switch (schema.type) {
    case "array":
      if (!Array.isArray(value)) return cannot(value, "[]json.RawMessage");
      return first(value.map((one) => () => fault(one, schema.items ?? {}, path)));
    case "object":
      return objectFault(value, schema, path);
    case "integer":
    case "number":
      return numberFault(value);
    case "boolean":
      return typeof value === "boolean" ? undefined : cannot(value, "bool");
    case "string":
      return textFault(value, schema);
    default:
      return undefined;
  }
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectFault(value: unknown, schema: JsonObject, path: readonly string[]): string | undefined {
  if (typeof value !== "object" || Array.isArray(value)) return cannot(value, "map[string]json.RawMessage");
  const { additionalProperties: each, properties } = schema;
  if (each)
    return first(
      entries(value).map(
        ([, one]) =>
          () =>
            fault(one, each, path),
      ),
    );
  if (properties === undefined) return undefined;
  const known = entries(properties).map(
    ([name, inner]) =>
      () =>
        fault((value as JsonObject)[name], inner, [...path, name]),
  );
  const unknown = entries(value).find(([name]) => !Object.hasOwn(properties, camel(name)));
  return first(known) ?? (unknown && `unknown field ${quoted(unknown[0])} in ${messageName(path)}`);
}

/** Protobuf's own names of fields are read too. */
function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function messageName(path: readonly string[]): string {
  return MESSAGES[path.join(".")] ?? SHARED[path.at(-1) ?? ""] ?? path.join(".");
}

/** Numbers may stand in quotes. */
function numberFault(value: unknown): string | undefined {
  if (typeof value === "number") return undefined;
  if (typeof value !== "string") return cannot(value, "int32");
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return undefined;
  const rest = value.replace(/^-?\d+/, "");
  if (rest === value) return `invalid character '${value[0] ?? ""}' looking for beginning of value`;
  return `invalid character '${rest[0]}' after top-level value`;
}

function textFault(value: unknown, schema: JsonObject): string | undefined {
  const { enum: known, "x-kubernetes-validations": rules } = schema;
  if (known) return known.includes(value) ? undefined : `unknown value ${quoted(value)} for enum`;
  if (typeof value !== "string") return cannot(value, "string");
  const isDuration = (rules ?? []).some(({ rule }: JsonObject) => String(rule).includes("duration(self)"));
  const parsed = isDuration ? parseDuration(value) : undefined;
  return parsed !== undefined && "error" in parsed ? `bad Duration: ${parsed.error}` : undefined;
}

function cannot(value: unknown, type: string): string {
  const what = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return `json: cannot unmarshal ${what} into Go value of type ${type}`;
}
