import { expect, test } from "vitest";
import { parse } from "yaml";
import { accessLogJson, accessLogLine, accessLogText } from "../../../src/sandbox/mesh/access-log.ts";
import { adminAnswer } from "../../../src/sandbox/mesh/admin.ts";
import type { Fault } from "../../../src/sandbox/mesh/config/config.ts";
import {
  countRequest,
  prometheusText,
  type RequestCounts,
  statsMatcher,
  statsText,
} from "../../../src/sandbox/mesh/stats.ts";
import { answering, cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "./mesh.ts";

const client = workload("client", "10.244.0.2", { labels: { app: "client" } });
const web = workload("web-1", "10.244.0.3", { owner: "web-v1", labels: { app: "web", version: "v1" } });
const WEB = "outbound|80||web.default.svc.cluster.local";
const ABORT: Fault = { delay: undefined, abort: { status: 418, percent: 100 } };
const TIGHT = { maxConnections: 1, maxPending: 1, maxRequests: 9, maxRetries: 9, maxRequestsPerConnection: 1 };
const EAGER = {
  consecutive5xx: 1,
  consecutiveGateway: 0,
  consecutiveLocal: 0,
  intervalMs: 1000,
  maxEjectionPercent: 100,
  minHealthPercent: 0,
};

function told(routes = [route(WEB, { name: "default" })], more = {}) {
  const own = config(routes, [cluster(WEB, [endpoint(web)], more)], {
    workloadAt: (address) => [client, web].find((one) => one.address === address),
  });
  return { own, ...virtualMesh(own, () => answering(ok("hello"), 7)) };
}

/** Without what is made by chance. */
function masked(line: string): string {
  return line.replaceAll(/[0-9a-f-]{36}/g, "<id>").replaceAll(/:(3[2-9]|[45]\d|60)\d{3}\b/g, ":<port>");
}

test("the access log's line, of the server's proxy and of the client's", () => {
  const { time, hops, send } = told();
  time.run(send(client, get("/a?b=1", [["User-Agent", "curl/8"]])));
  expect(hops.map((hop) => masked(accessLogText(hop)))).toMatchInlineSnapshot(`
    [
      "[1970-01-01T00:00:00.000Z] "GET /a?b=1 HTTP/1.1" 200 - via_upstream - "-" 0 5 7 7 "-" "curl/8" "<id>" "web" "10.244.0.3:80" inbound|80|| 127.0.0.6:<port> 10.244.0.3:80 10.244.0.2:<port> outbound_.80_._.web.default.svc.cluster.local default",
      "[1970-01-01T00:00:00.000Z] "GET /a?b=1 HTTP/1.1" 200 - via_upstream - "-" 0 5 7 7 "-" "curl/8" "<id>" "web" "10.244.0.3:80" outbound|80||web.default.svc.cluster.local 10.244.0.2:<port> 10.96.0.9:80 10.244.0.2:<port> - default",
    ]
  `);
  expect(masked(accessLogJson(hops[1] as never))).toMatchInlineSnapshot(
    `"{"authority":"web","bytes_received":0,"bytes_sent":5,"connection_termination_details":null,"downstream_local_address":"10.96.0.9:80","downstream_remote_address":"10.244.0.2:<port>","duration":7,"method":"GET","path":"/a?b=1","protocol":"HTTP/1.1","request_id":"<id>","requested_server_name":null,"response_code":200,"response_code_details":"via_upstream","response_flags":null,"route_name":"default","start_time":"1970-01-01T00:00:00.000Z","upstream_cluster":"outbound|80||web.default.svc.cluster.local","upstream_host":"10.244.0.3:80","upstream_local_address":"10.244.0.2:<port>","upstream_service_time":7,"upstream_transport_failure_reason":null,"user_agent":"curl/8","x_forwarded_for":null}"`,
  );
  expect(
    accessLogText(
      hops[0] as never,
      "%REQ(NONE?:METHOD)% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% %PROTOCOL:4% %NO_SUCH%\n",
    ),
  ).toBe("GET 7 HTTP -");
});

test.each([
  ["TEXT", "[%PROTOCOL%] %RESPONSE_CODE%\n", "[HTTP/1.1] 200"],
  [
    "JSON",
    '{"code":"%RESPONSE_CODE%","to":"%REQ(:AUTHORITY)%%ROUTE_NAME%","x":"%NO%"}',
    '{"code":200,"to":"webdefault","x":null}',
  ],
] as const)("a line in encoding %s by the mesh's own format %s", (encoding, format, line) => {
  const { time, hops, send } = told();
  time.run(send(client, get("/")));
  expect(accessLogLine(hops[1] as never, { encoding, format })).toBe(line);
});

test("a format that is no JSON leaves Istio's own", () => {
  const { time, hops, send } = told();
  time.run(send(client, get("/")));
  const form = { encoding: "JSON", format: "%PROTOCOL%" } as const;
  expect(accessLogLine(hops[1] as never, form)).toBe(accessLogJson(hops[1] as never));
});

test("the line of an answer of the proxy's own", () => {
  const { time, hops, send } = told([route(WEB, { fault: ABORT })]);
  time.run(send(client, get("/")));
  time.run(send(client, get("/")));
  expect(masked(accessLogText(hops[0] as never))).toMatchInlineSnapshot(
    `"[1970-01-01T00:00:00.000Z] "GET / HTTP/1.1" 418 FI fault_filter_abort - "-" 0 18 0 - "-" "-" "<id>" "web" "-" - - 10.96.0.9:80 10.244.0.2:<port> - -"`,
  );
  expect(hops).toHaveLength(2);
});

test("a line's ports are the same for the same hop, and others for another one", () => {
  const { time, hops, send } = told();
  time.run(send(client, get("/")));
  time.run(send(client, get("/")));
  const ports = hops.map((hop) => accessLogText(hop, "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"));
  expect(new Set(ports).size).toBe(4);
  expect(ports[0]).toBe(accessLogText(hops[0] as never, "%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"));
});

test("requests are counted by both proxies, with Istio's labels", () => {
  const { time, hops, send, own } = told();
  for (const path of ["/a", "/b"]) time.run(send(client, get(path)));
  const counts: RequestCounts = new Map();
  for (const hop of hops) countRequest(counts, hop, own);
  const text = [client, web].map((proxy) => prometheusText(counts, proxy)).join("");
  expect(text.replaceAll(",", ",\n  ")).toMatchInlineSnapshot(`
    "# TYPE istio_requests_total counter
    istio_requests_total{reporter="source",
      source_workload="client",
      source_canonical_service="client",
      source_canonical_revision="latest",
      source_workload_namespace="default",
      source_principal="unknown",
      source_app="client",
      source_version="unknown",
      source_cluster="Kubernetes",
      destination_workload="web-v1",
      destination_workload_namespace="default",
      destination_principal="unknown",
      destination_app="web",
      destination_version="v1",
      destination_service="web.default.svc.cluster.local",
      destination_canonical_service="web",
      destination_canonical_revision="v1",
      destination_service_name="web",
      destination_service_namespace="default",
      destination_cluster="Kubernetes",
      request_protocol="http",
      response_code="200",
      grpc_response_status="",
      response_flags="-",
      connection_security_policy="unknown"} 2
    # TYPE istio_requests_total counter
    istio_requests_total{reporter="destination",
      source_workload="client",
      source_canonical_service="client",
      source_canonical_revision="latest",
      source_workload_namespace="default",
      source_principal="spiffe://cluster.local/ns/default/sa/client",
      source_app="client",
      source_version="unknown",
      source_cluster="Kubernetes",
      destination_workload="web-v1",
      destination_workload_namespace="default",
      destination_principal="spiffe://cluster.local/ns/default/sa/web-1",
      destination_app="web",
      destination_version="v1",
      destination_service="web.default.svc.cluster.local",
      destination_canonical_service="web",
      destination_canonical_revision="v1",
      destination_service_name="web",
      destination_service_namespace="default",
      destination_cluster="Kubernetes",
      request_protocol="http",
      response_code="200",
      grpc_response_status="",
      response_flags="-",
      connection_security_policy="mutual_tls"} 2
    "
  `);
  expect(prometheusText(counts, workload("other", "10.244.0.9"))).toBe("");
});

test("Envoy's statistics: what overflows is counted, where the pod asks for it", () => {
  const { time, mesh, send, own } = told(undefined, { pool: TIGHT });
  for (let left = 3; left > 0; left -= 1) time.start(send(client, get("/")));
  time.runUntil();
  const annotation = { "proxy.istio.io/config": 'proxyStatsMatcher:\n  inclusionPrefixes:\n  - "cluster.outbound"\n' };
  const lines = statsText(mesh.state, own, client, time.now(), statsMatcher(annotation, parse)).split("\n");
  expect(lines.filter((line) => line.includes("pending"))).toMatchInlineSnapshot(`
    [
      "cluster.outbound|80||web.default.svc.cluster.local;.circuit_breakers.default.remaining_pending: 1",
      "cluster.outbound|80||web.default.svc.cluster.local;.circuit_breakers.default.rq_pending_open: 0",
      "cluster.outbound|80||web.default.svc.cluster.local;.circuit_breakers.high.rq_pending_open: 0",
      "cluster.outbound|80||web.default.svc.cluster.local;.upstream_rq_pending_active: 0",
      "cluster.outbound|80||web.default.svc.cluster.local;.upstream_rq_pending_failure_eject: 0",
      "cluster.outbound|80||web.default.svc.cluster.local;.upstream_rq_pending_overflow: 1",
      "cluster.outbound|80||web.default.svc.cluster.local;.upstream_rq_pending_total: 1",
    ]
  `);
  expect(lines).toContain(`cluster.${WEB};.upstream_rq_total: 2`);
  expect(statsText(mesh.state, own, client, time.now(), statsMatcher({}, parse))).toBe("");
  expect(statsText(mesh.state, own, client, time.now(), statsMatcher({ "proxy.istio.io/config": "{" }, parse))).toBe(
    "",
  );
  const suffix = { "sidecar.istio.io/statsInclusionSuffixes": "upstream_rq_2xx" };
  expect(statsText(mesh.state, own, client, time.now(), statsMatcher(suffix, parse))).toBe(
    `cluster.${WEB};.upstream_rq_2xx: 2\n`,
  );
});

test("those that are put out are counted until they are let in again, and not without outlier detection", () => {
  const outlier = { ...EAGER, baseEjectionMs: 30_000 };
  const own = config([route(WEB)], [cluster(WEB, [endpoint(web)], { outlier })]);
  const { time, mesh, send } = virtualMesh(own, () => answering(ok("bad", 500)));
  const active = (of = own): string => {
    const stats = statsText(mesh.state, of, client, time.now(), (name) => name.endsWith("ejections_active"));
    return stats.slice(stats.lastIndexOf(" ") + 1).trim();
  };
  time.run(send(client, get("/")));
  expect(active()).toBe("1");
  expect(active(config([route(WEB)], [cluster(WEB, [endpoint(web)])]))).toBe("0");
  time.runUntil(30_000);
  expect(active()).toBe("0");
});

test("a proxy's administration", () => {
  const { time, hops, mesh, send, own } = told(undefined, { pool: TIGHT });
  for (let left = 3; left > 0; left -= 1) time.start(send(client, get("/")));
  time.runUntil();
  const counts: RequestCounts = new Map();
  for (const hop of hops) countRequest(counts, hop, own);
  const of = {
    proxy: client,
    config: own,
    state: mesh.state,
    counts,
    includes: () => true,
    inventory: own.inventory(client),
    logLevels: new Map<string, string>(),
    version: "1.31.0",
    startedAt: 0,
    updatedAt: 0,
    now: 61_000,
    certificates: undefined,
  };
  const ask = (path: string, method = "GET"): string => {
    const { status, body } = adminAnswer(of, { method, path });
    return `${status} ${body}`;
  };
  expect(ask("/stats?filter=rq_pending_overflow")).toBe(`200 cluster.${WEB};.upstream_rq_pending_overflow: 1\n`);
  expect(ask("/stats?usedonly&filter=pending")).not.toContain(": 0\n");
  expect(ask("/stats?format=prometheus")).toBe(ask("/stats/prometheus"));
  expect(ask("/stats/prometheus")).toMatch(/response_flags="UO",connection_security_policy="unknown"} 1\n/);
  expect(ask("/clusters")).toMatchInlineSnapshot(`
    "200 outbound|80||web.default.svc.cluster.local::observability_name::outbound|80||web.default.svc.cluster.local;
    outbound|80||web.default.svc.cluster.local::default_priority::max_connections::1
    outbound|80||web.default.svc.cluster.local::default_priority::max_pending_requests::1
    outbound|80||web.default.svc.cluster.local::default_priority::max_requests::9
    outbound|80||web.default.svc.cluster.local::default_priority::max_retries::9
    outbound|80||web.default.svc.cluster.local::added_via_api::true
    outbound|80||web.default.svc.cluster.local::10.244.0.3:80::rq_active::0
    outbound|80||web.default.svc.cluster.local::10.244.0.3:80::health_flags::healthy
    outbound|80||web.default.svc.cluster.local::10.244.0.3:80::weight::1
    prometheus_stats::observability_name::prometheus_stats;
    prometheus_stats::default_priority::max_connections::1024
    prometheus_stats::default_priority::max_pending_requests::1024
    prometheus_stats::default_priority::max_requests::1024
    prometheus_stats::default_priority::max_retries::1024
    prometheus_stats::added_via_api::false
    prometheus_stats::127.0.0.1:15000::rq_active::0
    prometheus_stats::127.0.0.1:15000::health_flags::healthy
    prometheus_stats::127.0.0.1:15000::weight::1
    agent::observability_name::agent;
    agent::default_priority::max_connections::1024
    agent::default_priority::max_pending_requests::1024
    agent::default_priority::max_requests::1024
    agent::default_priority::max_retries::1024
    agent::added_via_api::false
    agent::127.0.0.1:15020::rq_active::0
    agent::127.0.0.1:15020::health_flags::healthy
    agent::127.0.0.1:15020::weight::1
    sds-grpc::observability_name::sds-grpc;
    sds-grpc::default_priority::max_connections::1024
    sds-grpc::default_priority::max_pending_requests::1024
    sds-grpc::default_priority::max_requests::1024
    sds-grpc::default_priority::max_retries::1024
    sds-grpc::added_via_api::false
    sds-grpc::./var/run/secrets/workload-spiffe-uds/socket::rq_active::0
    sds-grpc::./var/run/secrets/workload-spiffe-uds/socket::health_flags::healthy
    sds-grpc::./var/run/secrets/workload-spiffe-uds/socket::weight::1
    xds-grpc::observability_name::xds-grpc;
    xds-grpc::default_priority::max_connections::1024
    xds-grpc::default_priority::max_pending_requests::1024
    xds-grpc::default_priority::max_requests::1024
    xds-grpc::default_priority::max_retries::1024
    xds-grpc::added_via_api::false
    xds-grpc::./etc/istio/proxy/XDS::rq_active::0
    xds-grpc::./etc/istio/proxy/XDS::health_flags::healthy
    xds-grpc::./etc/istio/proxy/XDS::weight::1
    "
  `);
  expect(JSON.parse(ask("/server_info").slice(4))).toMatchObject({ state: "LIVE", uptime_current_epoch: "61s" });
  expect([ask("/ready"), ask("/drain"), ask("/drain", "POST")]).toEqual([
    "200 LIVE\n",
    "405 Method GET not allowed, POST required.",
    "200 ok",
  ]);
  expect(ask("/nothing")).toMatch(/^404 invalid path\. The sandbox's proxies have: \/certs \/clusters /);
  expect(ask("/logging?http=debug", "POST")).toContain("\n  http: debug\n");
  expect(ask("/logging", "POST")).toMatch(/^200 active loggers:\n {2}admin: warning\n/);
  expect([ask("/logging", "GET"), ask("/logging?http=loud", "POST"), ask("/logging?noise=debug", "POST")]).toEqual([
    "405 Method GET not allowed, POST required.",
    "400 usage: /logging?<name>=<level> (change single level)\n",
    "400 usage: /logging?<name>=<level> (change single level)\n",
  ]);
});
