import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Mesh } from "../../../../src/sandbox/mesh/mesh.ts";
import type { Destination, Hop, HttpRequest } from "../../../../src/sandbox/mesh/model.ts";
import { arrive } from "../../../../src/sandbox/mesh/proxy/arrive.ts";
import { fromPod, plainly } from "../../../../src/sandbox/mesh/proxy/outbound.ts";
import { emptyState } from "../../../../src/sandbox/mesh/state.ts";
import { VirtualTime } from "../../../../src/sandbox/mesh/virtual-time.ts";
import { answering, ok, seeded } from "../mesh.ts";
import { request } from "./bookinfo/programs.ts";
import { meshOf } from "./cluster.ts";

/** A mesh of one of the pairs, in which every program says where it is. */
function meshFrom(pair: string) {
  const { config } = meshOf(readFileSync(new URL(`pairs/${pair}.objects.yaml`, import.meta.url), "utf8"));
  const hops: Hop[] = [];
  const time = new VirtualTime(({ endpoint }) => answering(ok(`${endpoint.address}:${endpoint.port}`)));
  const mesh: Mesh = {
    config: config(),
    state: emptyState(),
    now: time.now,
    random: seeded(3),
    onHop: (hop) => hops.push(hop),
  };
  const at = (address: string) => ({ address, port: 0, workload: mesh.config.workloadAt(address), weight: 1 });
  const client = at("10.244.0.2").workload;
  if (client === undefined) throw new Error("no client");
  const said = (answer: ReturnType<typeof call>): string =>
    typeof answer === "string" ? answer : `${answer.status} ${answer.body}`.trim();
  const call = (to: Destination, asked: HttpRequest) =>
    time.run(fromPod(mesh, client, to, asked, ({ address, port }) => ({ ...at(address), port })));
  const browse = (to: Destination, path: string, host = "x") =>
    time.run(
      plainly(mesh, undefined, to, request(path, host), () => ({ ...at(to.address), port: to.port }), "172.18.0.1"),
    );
  return {
    hops,
    call(address: string, port: number, host: string, path = "/", header?: readonly [string, string]) {
      const asked = request(path, host);
      const headers = header === undefined ? asked.headers : [...asked.headers, header];
      return said(call({ address, port }, { ...asked, headers }));
    },
    browseTls(sni: string, host: string) {
      const arrival = { transport: { kind: "tls", sni }, from: "172.18.0.1", source: undefined } as const;
      return said(time.run(arrive(mesh, { ...at("10.244.0.5"), port: 8443 }, request("/", host), arrival)));
    },
    browse: (address: string, port: number, path: string, host?: string) => said(browse({ address, port }, path, host)),
  };
}

test("a host outside is reached by way of the egress gateway, to which the sidecar speaks plainly", () => {
  const of = meshFrom("egress-gateway");
  expect(of.call("198.51.100.7", 80, "ext.example.com")).toBe("200 ext.example.com:80");
  expect(of.hops.map(({ workload, cluster, transport }) => [workload.name, cluster, transport])).toEqual([
    ["egress", "outbound|80||ext.example.com", "plaintext"],
    ["client", "outbound|80||istio-egressgateway.istio-system.svc.cluster.local", "plaintext"],
  ]);
});

test("a headless Service is reached where the client went, by whatever of its names", () => {
  const of = meshFrom("services-headless");
  expect(of.call("10.244.0.14", 9080, "db")).toBe("200 10.244.0.14:9080");
  expect(of.call("10.244.0.15", 9080, "reviews-v3.db.default.svc.cluster.local")).toBe("200 10.244.0.15:9080");
  expect(of.hops.map(({ transport, direction }) => `${direction} ${transport}`)).toEqual([
    "inbound mutual",
    "outbound plaintext",
    "inbound mutual",
    "outbound plaintext",
  ]);
});

test("a host outside without a resolution is reached where the client went", () => {
  const of = meshFrom("entry-none");
  expect(of.call("198.51.100.7", 80, "a.example.com")).toBe("200 198.51.100.7:80");
  expect(of.hops.map(({ cluster }) => cluster)).toEqual(["outbound|80||*.example.com"]);
  expect(of.call("198.51.100.8", 80, "other.test")).toBe("200 198.51.100.8:80");
  expect(of.hops.at(-1)?.cluster).toBe("PassthroughCluster");
});

test("where only known hosts may be asked, others get 502, and known ones their answer", () => {
  const of = meshFrom("outbound-registry-only");
  expect(of.call("198.51.100.7", 9080, "other.test")).toBe("502");
  expect(of.call("198.51.100.7", 8081, "other.test")).toBe("502");
  expect(of.call("10.96.0.11", 9080, "details")).toBe("200 10.244.0.11:9080");
});

test("a route of the Gateway API to a backend that is not there answers 500", () => {
  const of = meshFrom("api-missing-backend");
  const answers = ["/gone", "/port", "/there", "/none", "/granted", "/"].map((path) =>
    of.browse("10.244.0.30", 80, path),
  );
  expect(answers).toEqual(["500", "500", "500", "500", "200 10.244.0.3:80", "404"]);
});

test("a server may send all who come without TLS to https, beside one that does not", () => {
  const of = meshFrom("gateway-tls");
  expect(of.browse("10.244.0.5", 8080, "/a?b", "shop.example.com")).toBe("301");
  expect(of.browse("10.244.0.5", 8080, "/a", "plain.example.com")).toMatch(/^200 /);
  expect(of.browse("10.244.0.5", 8080, "/a", "nobody.example.com")).toBe("404");
});

test.each([
  ["/old/1?x", "/new/1?x"],
  ["/x/2?y=z", "/2?y=z"],
  ["/3", "/3"],
  ["/3", "/v1/3", ["a", "b"] as const],
])(
  "a rewrite makes of %s %s: of the prefix that matched, of the first slash where no path was asked for",
  (path, expected, header?) => {
    const of = meshFrom("rules-rewrite");
    of.call("10.96.0.13", 9080, "reviews", path, header);
    expect(of.hops.find(({ direction }) => direction === "inbound")?.request.path).toBe(expected);
  },
);

test("who came for one TLS server does not see the hosts of another", () => {
  const of = meshFrom("gateway-tls");
  expect(of.browseTls("shop.example.com", "shop.example.com:443")).toMatch(/^200 /);
  expect(of.browseTls("gone.example.com", "gone.example.com")).toMatch(/^200 /);
  expect(of.browseTls("gone.example.com", "shop.example.com")).toBe("404");
});
