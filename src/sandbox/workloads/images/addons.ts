import type { HttpRequest, HttpResponse } from "../../api/index.ts";
import { answer, type HttpServer, type Image, type ServerContext } from "./image.ts";

/** One page of a server, by its path without the query. */
type Page = (request: HttpRequest, at: ServerContext) => HttpResponse;
type Pages = Readonly<Record<string, Page>>;

interface Addon {
  /** What it says where it is asked for what is not simulated. */
  readonly name: string;
  readonly ports: readonly number[];
  readonly log: string;
  readonly pages: Pages;
}

const PLAIN = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
/** Where samples/addons/grafana.yaml mounts the dashboards. */
const DASHBOARDS = "/var/lib/grafana/dashboards";
const DASHBOARD_FILES = [
  "istio/pilot-dashboard.json",
  "istio/istio-performance-dashboard.json",
  "istio/ztunnel-dashboard.json",
  "istio-services/istio-extension-dashboard.json",
  "istio-services/istio-mesh-dashboard.json",
  "istio-services/istio-service-dashboard.json",
  "istio-services/istio-workload-dashboard.json",
];

/** The programs of Istio's addons: each says that it is up, and what else it was asked for that is not simulated. */
export const ADDONS: Readonly<Record<string, Partial<Image>>> = {
  "grafana/grafana": addon({
    name: "Grafana",
    ports: [3000],
    log: 'logger=http.server msg="HTTP Server Listen" address=[::]:3000 protocol=http',
    pages: {
      "/api/health": () => json({ database: "ok", version: "12.0.1", commit: "sandbox" }),
      "/api/search": (request, at) => json(search(new URL(request.path, "http://grafana").searchParams, at)),
    },
  }),
  "grafana/loki": addon({
    name: "Loki",
    ports: [3100],
    log: 'level=info msg="Loki started"',
    pages: { "/ready": () => answer(200, PLAIN, "ready\n") },
  }),
  "jaegertracing/jaeger": addon({
    name: "Jaeger",
    ports: [13_133, 16_686],
    log: "info\tservice\tEverything is ready. Begin running and processing data.",
    pages: { "/status": () => json({ status: "StatusOK" }) },
  }),
  "kiali/kiali": addon({
    name: "Kiali",
    ports: [20_001, 9090],
    log: "INF Server endpoint will start at [:20001/kiali]",
    pages: {
      "/": () => answer(302, PLAIN, "", [["Location", "/kiali/"]]),
      "/kiali/healthz": () => answer(200, PLAIN, ""),
    },
  }),
  "prom/prometheus": addon({
    name: "Prometheus",
    ports: [9090],
    log: 'level=INFO msg="Server is ready to receive web requests."',
    pages: {
      "/-/healthy": () => answer(200, PLAIN, "Prometheus Server is Healthy.\n"),
      "/-/ready": () => answer(200, PLAIN, "Prometheus Server is Ready.\n"),
    },
  }),
  "prometheus-operator/prometheus-config-reloader": addon({
    name: "Prometheus' reloader",
    ports: [8080],
    log: 'level=info msg="Starting prometheus-config-reloader"',
    pages: { "/healthz": () => json({ status: "up" }) },
  }),
};

function addon({ name, ports, log, pages }: Addon): Partial<Image> {
  const server: HttpServer = {
    speaks: "http",
    ports,
    startLog: () => [log],
    serve: (request, at) => {
      const { pathname } = new URL(request.path, "http://addon");
      const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined;
      return page?.(request, at) ?? answer(501, PLAIN, `${name} (sandbox): \`${pathname}\` is not simulated.\n`);
    },
  };
  const program = `/${name.toLowerCase().replace(/\W+/g, "-")}`;
  return { programs: [], command: [program], binaries: [program.slice(1)], server: () => server };
}

function json(value: unknown): HttpResponse {
  return answer(200, JSON_TYPE, JSON.stringify(value));
}

/** The dashboards that are mounted, by a part of their title. */
function search(parameters: URLSearchParams, at: ServerContext): readonly unknown[] {
  const wanted = (parameters.get("query") ?? "").toLowerCase();
  return DASHBOARD_FILES.flatMap((file, index) => {
    const text = at.readFile(`${DASHBOARDS}/${file}`)?.toString();
    if (text === undefined) return [];
    const { title, uid = `sandbox-${index + 1}` } = JSON.parse(text) as { title: string; uid?: string };
    if (!title.toLowerCase().includes(wanted)) return [];
    const slug = title.toLowerCase().replace(/\W+/g, "-");
    return [{ id: index + 1, uid, title, url: `/d/${uid}/${slug}`, type: "dash-db", tags: [], folderTitle: "istio" }];
  });
}
