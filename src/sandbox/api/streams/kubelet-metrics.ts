import type { KubeObject } from "../../objects/index.ts";

/** A pod and the containers of it that run. */
export interface Used {
  readonly pod: KubeObject;
  /** Milliseconds. */
  readonly containers: readonly { readonly name: string; readonly startedAt: number }[];
}

/** Nothing runs here: a container that is up uses a little, and always the same. */
export const CPU_NANO_CORES = 1_000_000;
export const MEMORY_BYTES = 16 * 1024 * 1024;

type Labels = Readonly<Record<string, string | undefined>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

/** `/metrics`, as far as a kubelet counts what there is to count here. */
export function kubeletMetrics(node: KubeObject, used: readonly Used[]): string {
  const running = used.filter(({ pod }) => pod.status?.phase === "Running").length;
  const containers = used.reduce((sum, one) => sum + one.containers.length, 0);
  const gauge = (name: string, help: string, value: number, labels?: Labels): Metric => ({
    name,
    help,
    type: "gauge",
    samples: [{ value, ...(labels && { labels }) }],
  });
  const nodeName = { node: node.metadata.name };
  return written([
    gauge("kubelet_node_name", "[ALPHA] The node's name. The count is always 1.", 1, nodeName),
    gauge("kubelet_running_containers", "[ALPHA] Number of containers currently running", containers, {
      container_state: "running",
    }),
    gauge("kubelet_running_pods", "[ALPHA] Number of pods that have a running pod sandbox", running),
  ]);
}

/** `/metrics/resource`: what the metrics server asks. `now` in milliseconds is each sample's time. */
export function resourceMetrics(used: readonly Used[], now: number): string {
  const containers = used.flatMap(({ pod, containers: own }) =>
    own.map(({ name, startedAt }) => ({ labels: { container: name, ...placeOf(pod) }, startedAt })),
  );
  const pods = used
    .filter((one) => one.containers.length > 0)
    .map(({ pod, containers: own }) => ({ labels: placeOf(pod), own }));
  const cpu = (startedAt: number): number => Math.max(0, ((now - startedAt) / 1000) * CPU_NANO_CORES) / 1e9;
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const cpuHelp = (what: string): string => `[STABLE] Cumulative cpu time consumed by the ${what} in core-seconds`;
  const memoryHelp = (what: string): string => `[STABLE] Current working set of the ${what} in bytes`;
  const metrics: readonly Metric[] = [
    {
      name: "container_cpu_usage_seconds_total",
      help: cpuHelp("container"),
      type: "counter",
      samples: containers.map(({ labels, startedAt }) => ({ labels, value: cpu(startedAt) })),
    },
    {
      name: "container_memory_working_set_bytes",
      help: memoryHelp("container"),
      type: "gauge",
      samples: containers.map(({ labels }) => ({ labels, value: MEMORY_BYTES })),
    },
    {
      name: "container_start_time_seconds",
      help: "[STABLE] Start time of the container since unix epoch in seconds",
      type: "gauge",
      samples: containers.map(({ labels, startedAt }) => ({ labels, value: startedAt / 1000 })),
    },
    {
      name: "node_cpu_usage_seconds_total",
      help: cpuHelp("node"),
      type: "counter",
      samples: [{ value: sum(containers.map(({ startedAt }) => cpu(startedAt))) }],
    },
    {
      name: "node_memory_working_set_bytes",
      help: memoryHelp("node"),
      type: "gauge",
      samples: [{ value: containers.length * MEMORY_BYTES }],
    },
    {
      name: "pod_cpu_usage_seconds_total",
      help: cpuHelp("pod"),
      type: "counter",
      samples: pods.map(({ labels, own }) => ({ labels, value: sum(own.map(({ startedAt }) => cpu(startedAt))) })),
    },
    {
      name: "pod_memory_working_set_bytes",
      help: memoryHelp("pod"),
      type: "gauge",
      samples: pods.map(({ labels, own }) => ({ labels, value: own.length * MEMORY_BYTES })),
    },
  ];
  const failures: Metric = {
    name: "resource_scrape_error",
    help: "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise",
    type: "gauge",
    samples: [{ value: 0 }],
  };
  return written(metrics, now) + written([failures]);
}

function placeOf({ metadata }: KubeObject): Labels {
  return { namespace: metadata.namespace, pod: metadata.name };
}

/** Prometheus' text format. A metric without samples is left out. */
function written(metrics: readonly Metric[], time?: number): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => {
      const rows = samples.map(({ labels, value }) => {
        const pairs = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${text}"`);
        const where = pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
        return `${name}${where} ${value}${time === undefined ? "" : ` ${time}`}\n`;
      });
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${rows.join("")}`;
    })
    .join("");
}
