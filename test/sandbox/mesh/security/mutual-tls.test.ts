import { expect, test } from "vitest";
import type { GatewayListener, UpstreamTls } from "../../../../src/sandbox/mesh/config/config.ts";
import type { MutualTls } from "../../../../src/sandbox/mesh/config/policy.ts";
import { header } from "../../../../src/sandbox/mesh/headers.ts";
import type { Hop, HttpAnswer, Workload } from "../../../../src/sandbox/mesh/model.ts";
import { arriveFromWithin } from "../../../../src/sandbox/mesh/proxy/arrive.ts";
import { fromPod, plainly } from "../../../../src/sandbox/mesh/proxy/outbound.ts";
import type { Task } from "../../../../src/sandbox/mesh/task.ts";
import { answering, cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "../mesh.ts";

const WEB = "outbound|80||web.default.svc.cluster.local";
const sidecar = workload("client", "10.244.0.2");
const plain = workload("legacy", "10.244.0.4", { proxy: undefined });
const ingress = workload("ingress", "10.244.0.5", { proxy: "gateway", namespace: "istio-system" });

type Server = MutualTls | "plain pod" | "excluded port";

const web = workload("web", "10.244.0.3");

function serverOf(kind: Server): Workload {
  if (kind === "plain pod") return { ...web, proxy: undefined };
  return kind === "excluded port" ? { ...web, excluded: { inbound: [80], outbound: [] } } : web;
}

/** What the client gets, how it was seen, and what the proxies on both sides tell. */
function tried(client: string, tls: UpstreamTls["kind"], server: Server): string {
  const at = serverOf(server);
  const rule = tls === "simple" ? { kind: tls, sni: undefined } : { kind: tls };
  const routes = [route(WEB)];
  const own = config(routes, [cluster(WEB, [endpoint(at)], { tls: rule })], {
    inbound: (of) => ({
      mutualTls: of.uid === web.uid && at.proxy === "sidecar" ? (server as MutualTls) : "PERMISSIVE",
      authentication: [],
      authorization: { custom: [], deny: [], allow: [], audit: [] },
    }),
  });
  const host = { name: "web:80", domains: ["*"], routes };
  const listener: GatewayListener = {
    kind: "http",
    name: "http.8080",
    routes: { name: "http.8080", hosts: [host], find: () => host },
    tcp: [],
  };
  let seen = "";
  const { mesh, time, hops } = virtualMesh({ ...own, gateway: () => listener }, ({ request, from }) => {
    const certificate = header(request.headers, "x-forwarded-client-cert");
    seen =
      certificate === undefined ? `nobody from ${from}` : `${/URI=.*\/sa\/(.*)$/.exec(certificate)?.[1]} from ${from}`;
    return answering(ok());
  });
  const direct = () => endpoint(at);
  const to = { address: "10.96.0.9", port: 80 };
  const clients: Readonly<Record<string, () => Task<HttpAnswer | "unreachable">>> = {
    sidecar: () => fromPod(mesh, sidecar, to, get(), direct),
    "plain pod": () => fromPod(mesh, plain, to, get(), direct),
    host: () => plainly(mesh, undefined, to, get(), direct, "172.18.0.1"),
    gateway: () => plainly(mesh, undefined, to, get(), () => endpoint(ingress, 8080), "172.18.0.1"),
    "port-forward": () => arriveFromWithin(mesh, endpoint(at), get()),
  };
  const answer = time.run(clients[client]?.() ?? answering(ok()));
  const log = (direction: Hop["direction"]): string => {
    const hop = hops.find((one) => one.direction === direction);
    return hop === undefined
      ? "-"
      : `${hop.status} ${hop.responseFlags.join() || "-"} ${(hop.details ?? "-").replace(/.*started\{(.*)\}$/, "$1")}`;
  };
  const gets = typeof answer === "string" ? answer : answer.status;
  return `${gets}, seen ${seen || "never"}; client ${log(client === "gateway" ? "gateway" : "outbound")}; server ${log("inbound")}`;
}

const SERVERS: readonly Server[] = ["PERMISSIVE", "STRICT", "DISABLE", "plain pod", "excluded port"];

test.each(["plain pod", "host", "port-forward"])("from %s", (client) => {
  expect(SERVERS.map((server) => `${server}: ${tried(client, "auto", server)}`)).toMatchSnapshot();
});

test.each(
  ["sidecar", "gateway"].flatMap((client) =>
    (["auto", "disable", "istio-mutual", "simple"] as const).map((tls) => [client, tls] as const),
  ),
)("from %s with tls %s", (client, tls) => {
  expect(SERVERS.map((server) => `${server}: ${tried(client, tls, server)}`)).toMatchSnapshot();
});

test("a sidecar speaks plaintext to a gateway unless told otherwise, and the gateway does not understand TLS", () => {
  const outcomes = (["auto", "istio-mutual"] as const).map((kind) => {
    const routes = [route(WEB)];
    const own = config(routes, [cluster(WEB, [endpoint(ingress, 8080)], { tls: { kind } })]);
    const listener = {
      kind: "http",
      name: "http.8080",
      routes: { name: "", hosts: [], find: () => undefined },
      tcp: [],
    } as const;
    const { time, hops, send } = virtualMesh({ ...own, gateway: () => listener }, () => answering(ok()));
    time.run(send(sidecar, get()));
    return hops.map(
      ({ direction, status, responseFlags, details }) => `${direction} ${status} ${responseFlags} ${details}`,
    );
  });
  expect(outcomes).toEqual([
    ["gateway 404 NR route_not_found", "outbound 404  via_upstream"],
    [
      "gateway 400 DPE http1.codec_error",
      "outbound 503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end}",
    ],
  ]);
});

test("a handshake that fails each time is tried again, and the answer says so", () => {
  const retries = { attempts: 2, on: ["connect-failure"], statuses: [], perTryMs: undefined, backoffMs: 25 };
  const own = cluster(WEB, [endpoint(serverOf("plain pod"))], { tls: { kind: "istio-mutual" } });
  const { time, hops, send } = virtualMesh(config([route(WEB, { retries })], [own]), () => answering(ok()));
  const answer = time.run(send(sidecar, get()));
  expect(typeof answer === "string" ? answer : [String(answer.body), header(answer.headers, "content-length")]).toEqual(
    [
      "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end",
      "234",
    ],
  );
  const [{ attempts, responseFlags, transportFailure }] = hops as [Hop];
  expect([attempts, responseFlags, transportFailure]).toEqual([
    3,
    ["URX", "UF"],
    "TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end",
  ]);
});
