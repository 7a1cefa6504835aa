import type { MeshConfig, Route, RouteTable } from "../../../src/sandbox/mesh/config/config.ts";
import type { HttpAnswer, HttpRequest, HttpResponse, Workload } from "../../../src/sandbox/mesh/model.ts";
import { fromPod } from "../../../src/sandbox/mesh/proxy/outbound.ts";
import type { Task } from "../../../src/sandbox/mesh/task.ts";
import type { App, AppContext } from "../../../src/sandbox/workloads/images/app.ts";
import { details } from "../../../src/sandbox/workloads/images/bookinfo/details.ts";
import { productpage } from "../../../src/sandbox/workloads/images/bookinfo/productpage.ts";
import { ratings } from "../../../src/sandbox/workloads/images/bookinfo/ratings.ts";
import { reviews } from "../../../src/sandbox/workloads/images/bookinfo/reviews.ts";
import { cluster, config, endpoint, route, virtualMesh, workload } from "./mesh.ts";

const PORT = 9080;
const JASON = { kind: "exact", value: "jason" } as const;

/** A rule for the tester alone. */
export const FOR_JASON: Route["matches"][number] = {
  path: undefined,
  method: undefined,
  authority: undefined,
  scheme: undefined,
  headers: [["end-user", JASON]],
  withoutHeaders: [],
  query: [],
};

/** Which pod answers for a service, with which program and environment. */
const PODS: readonly (readonly [pod: string, make: () => App, env: Readonly<Record<string, string>>])[] = [
  ["productpage-v1", productpage, {}],
  ["details-v1", () => details, {}],
  ["ratings-v1", ratings, {}],
  ["reviews-v1", () => reviews, { ENABLE_RATINGS: "false" }],
  ["reviews-v2", () => reviews, { ENABLE_RATINGS: "true", STAR_COLOR: "black" }],
  ["reviews-v3", () => reviews, { ENABLE_RATINGS: "true", STAR_COLOR: "red" }],
];

/** To one version of a service, or to all. */
export function to(service: string, version: string, more: Partial<Route> = {}): Route {
  return route(`outbound|${PORT}|${version}|${service}`, more);
}

/** Bookinfo with sidecars in virtual time. `rules` are a VirtualService's, by host; without them all versions answer. */
export function bookinfo(rules: Readonly<Record<string, readonly Route[]>> = {}, more: Partial<MeshConfig> = {}) {
  const pods = PODS.map(([name, make, env], index) => ({
    name,
    app: make(),
    env: new Map(Object.entries({ HOSTNAME: name, ...env })),
    workload: workload(name, `10.244.0.${10 + index}`, { labels: { app: name.split("-")[0] ?? "" } }),
    log: [] as string[],
  }));
  const services = [...new Set(pods.map(({ name }) => name.split("-")[0] ?? ""))];
  const clusters = services.flatMap((service) => {
    const own = pods.filter(({ name }) => name.startsWith(`${service}-`));
    const places = (version: string) =>
      own.filter(({ name }) => name.endsWith(version)).map((pod) => endpoint(pod.workload, PORT));
    const versions = ["", ...own.map(({ name }) => name.split("-")[1] ?? "")];
    return versions.map((version) =>
      cluster(`outbound|${PORT}|${version}|${service}`, places(version), { balancing: { kind: "RANDOM" }, port: PORT }),
    );
  });
  const hosts = services.map((name) => ({ name, domains: [name], routes: rules[name] ?? [to(name, "")] }));
  const find: RouteTable["find"] = (authority) => hosts.find(({ name }) => name === authority.split(":")[0]);
  const table: RouteTable = { name: String(PORT), hosts, find };
  const own = config([], clusters, {
    outbound: () => ({ kind: "http", routes: table, unknown: "passthrough", tcp: [] }),
    ...more,
  });
  const { mesh, time, hops } = virtualMesh(own, (asked) => {
    const pod = pods.find(({ workload: { address } }) => address === asked.endpoint.address);
    return pod === undefined ? refuse() : pod.app(asked.request, contextOf(pod, asked.from));
  });
  type Pod = (typeof pods)[number];
  function contextOf({ name, env, workload: source, log }: Pod, from: string): AppContext {
    return {
      hostname: name,
      env,
      now: time.now(),
      random: mesh.random,
      from,
      log: (line) => void log.push(line),
      fetch: (_host, port, request) => call(source, port, request),
      connects: function* () {
        yield* refuse();
        return false;
      },
    };
  }
  function* call(source: Workload, port: number, request: HttpRequest): Task<HttpAnswer> {
    const answer = yield* fromPod(mesh, source, { address: "10.96.0.9", port }, request, () => "unreachable");
    return answer === "unreachable" ? "refused" : answer;
  }
  /** One request from a pod with a sidecar; how long it took, in milliseconds. */
  const ask = (path: string, headers: HttpRequest["headers"] = [], method = "GET", body = "", host = "productpage") => {
    const from = workload("client", "10.244.0.9");
    const started = time.now();
    const request = {
      method,
      path,
      headers: [["host", `${host}:${PORT}`] as const, ...headers],
      body: Buffer.from(body),
    };
    const answer = time.run(call(from, PORT, request)) as HttpResponse;
    return { ...answer, text: answer.body.toString(), ms: time.now() - started };
  };
  /** Signs in, and gives the cookie that remembers it. */
  const signIn = (user: string): HttpRequest["headers"] => {
    const form = [["Referer", "http://shop/productpage"]] as const;
    const answer = ask("/login", form, "POST", `username=${user}&passwd=any`);
    const cookie = answer.headers.find(([name]) => name === "set-cookie")?.[1] ?? "";
    return [["Cookie", cookie.split(";")[0] ?? ""]];
  };
  return { ask, signIn, hops, time, logOf: (name: string) => pods.find((pod) => pod.name === name)?.log ?? [] };
}

// biome-ignore lint/correctness/useYield: nobody is there to be waited for.
function* refuse(): Task<HttpAnswer> {
  return "refused";
}
