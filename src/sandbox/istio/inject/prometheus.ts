import type { JsonObject } from "../../objects/index.ts";

type Annotations = Readonly<Record<string, string>>;

const FIELDS = ["path", "port", "scrape"] as const;

/** The pod's annotations with the agent in the place of the application, and where the agent finds the application. */
export interface Scraped {
  readonly annotations: Annotations;
  /** `ISTIO_PROMETHEUS_ANNOTATIONS`; undefined where the application said nothing. */
  readonly own: JsonObject | undefined;
}

/** Prometheus reads the proxy's metrics and the application's at one place; undefined where it does not read the pod. */
export function mergeMetrics(annotations: Annotations, mesh: JsonObject, statusPort: number): Scraped | undefined {
  const own = Object.fromEntries(FIELDS.map((field) => [field, saidOf(annotations, field)]));
  const word = annotations["prometheus.istio.io/merge-metrics"];
  const isMerged = word === undefined ? mesh.enablePrometheusMerge !== false : word === "true";
  if (own.scrape === "false" || !isMerged || own.port === String(statusPort)) return undefined;
  const kept = Object.entries(annotations).filter(([name]) => fieldOf(name) === undefined);
  const said = Object.fromEntries(
    (["scrape", "path", "port"] as const).flatMap((field) => (own[field] === undefined ? [] : [[field, own[field]]])),
  );
  return {
    annotations: {
      ...Object.fromEntries(kept),
      "prometheus.io/path": "/stats/prometheus",
      "prometheus.io/port": String(statusPort),
      "prometheus.io/scrape": "true",
    },
    own: Object.keys(said).length > 0 ? said : undefined,
  };
}

function saidOf(annotations: Annotations, field: (typeof FIELDS)[number]): string | undefined {
  return Object.entries(annotations).find(([name]) => fieldOf(name) === field)?.[1];
}

/** `prometheus.io/port`, `prometheus.io.port` and `prometheus-io/port` are one to Prometheus. */
function fieldOf(name: string): (typeof FIELDS)[number] | undefined {
  return FIELDS.find((field) => name.replaceAll(/[^a-zA-Z0-9_]/g, "_") === `prometheus_io_${field}`);
}
