import { resourceKey } from "../store/index.ts";
import type { Call } from "./call.ts";
import { sendText } from "./wire.ts";

/** `/metrics` of the API server: what this process can say of itself, by upstream's names, in Prometheus' text format. */
export function serveMetrics({ api, response }: Call): void {
  const { user, system } = process.cpuUsage();
  const { store } = api.registry;
  const resources = [...new Map(api.kinds.all().map((kind) => [resourceKey(kind), kind])).entries()];
  const counts = resources.map(([key, { group, plural }]): [string, number] => [
    `{group="${group}",resource="${plural}"}`,
    store.list(key).length,
  ]);
  const started = Date.now() / 1000 - process.uptime();
  const families: readonly (readonly [string, "counter" | "gauge", string, readonly (readonly [string, number])[]])[] =
    [
      [
        "apiserver_longrunning_requests",
        "gauge",
        "[STABLE] Gauge of all active long-running apiserver requests. Not all requests are tracked this way.",
        [["", api.streams.size]],
      ],
      [
        "apiserver_resource_objects",
        "gauge",
        "[ALPHA] Number of stored objects at the time of last check split by kind.",
        counts,
      ],
      [
        "kubernetes_build_info",
        "gauge",
        "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version of the simulated server.",
        [['{git_version="v1.35.0",major="1",minor="35",platform="linux/amd64"}', 1]],
      ],
      [
        "process_cpu_seconds_total",
        "counter",
        "Total user and system CPU time spent in seconds.",
        [["", (user + system) / 1e6]],
      ],
      ["process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", [["", process.memoryUsage.rss()]]],
      [
        "process_start_time_seconds",
        "gauge",
        "Start time of the process since unix epoch in seconds.",
        [["", started]],
      ],
    ];
  const text = families.map(([name, type, help, samples]) => {
    const lines = samples.map(([labels, value]) => `${name}${labels} ${value}`);
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
  });
  sendText(response, text.join(""), 200, "text/plain; version=0.0.4; charset=utf-8");
}
