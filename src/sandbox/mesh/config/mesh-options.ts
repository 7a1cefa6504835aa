import type { JsonObject } from "../../objects/index.ts";
import type { AccessLogForm, UnknownHost } from "./config.ts";
import { milliseconds } from "./duration.ts";
import { type ObjectView, RESOURCES } from "./view.ts";

export interface CompileOptions {
  /** The address of a host outside of the cluster, as a proxy resolves it; undefined: nobody knows it. */
  readonly resolve?: (host: string) => string | undefined;
  /** Where istiod is: `istio-system`. */
  readonly rootNamespace?: string;
  /** Reads YAML; the mesh's own options are a text in a ConfigMap. */
  readonly parseYaml: (text: string) => unknown;
}

/** What `meshConfig` says, as far as the proxies here follow it. */
export interface MeshOptions {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** The cluster's DNS suffix. */
  readonly domain: string;
  readonly accessLog: boolean;
  readonly accessLogForm: AccessLogForm;
  readonly unknown: UnknownHost;
  readonly connectTimeoutMs: number;
  /** False: what says nothing of TLS gets plaintext. */
  readonly autoMutualTls: boolean;
  readonly retries: JsonObject | undefined;
  /** `extensionProviders`, by which policies with action CUSTOM are decided. */
  readonly providers: readonly JsonObject[];
  readonly exports: {
    readonly service: readonly string[];
    readonly virtualService: readonly string[];
    readonly destinationRule: readonly string[];
  };
}

const EVERYONE: readonly string[] = ["*"];

/** The options in ConfigMap `istio`; a text that is no YAML counts as none, as istiod keeps its defaults then. */
export function meshOptions(view: ObjectView, options: CompileOptions): MeshOptions {
  const rootNamespace = options.rootNamespace ?? "istio-system";
  const map = view
    .list(RESOURCES.configMaps)
    .find(({ metadata }) => metadata.name === "istio" && metadata.namespace === rootNamespace);
  const mesh = parsed(options, (map?.data as JsonObject | undefined)?.mesh);
  return {
    rootNamespace: mesh.rootNamespace ?? rootNamespace,
    trustDomain: mesh.trustDomain ?? "cluster.local",
    domain: "cluster.local",
    accessLog: typeof mesh.accessLogFile === "string" && mesh.accessLogFile !== "",
    accessLogForm: {
      encoding: mesh.accessLogEncoding === "JSON" ? "JSON" : "TEXT",
      format: mesh.accessLogFormat || undefined,
    },
    unknown: unknownHost(mesh.outboundTrafficPolicy?.mode),
    connectTimeoutMs: milliseconds(mesh.connectTimeout) ?? 10_000,
    autoMutualTls: mesh.enableAutoMtls !== false,
    retries: mesh.defaultHttpRetryPolicy,
    providers: mesh.extensionProviders ?? [],
    exports: {
      service: mesh.defaultServiceExportTo ?? EVERYONE,
      virtualService: mesh.defaultVirtualServiceExportTo ?? EVERYONE,
      destinationRule: mesh.defaultDestinationRuleExportTo ?? EVERYONE,
    },
  };
}

/** What a mode of `outboundTrafficPolicy` does with hosts that nobody knows. */
export function unknownHost(mode: string | undefined): UnknownHost {
  return mode === "REGISTRY_ONLY" ? "blackhole" : "passthrough";
}

function parsed({ parseYaml }: CompileOptions, text: unknown): JsonObject {
  if (typeof text !== "string") return {};
  try {
    const value = parseYaml(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
