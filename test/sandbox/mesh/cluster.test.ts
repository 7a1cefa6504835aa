import { expect, test } from "vitest";
import type { Cluster } from "../../../src/sandbox/mesh/config/config.ts";
import type { HttpResponse } from "../../../src/sandbox/mesh/model.ts";
import { answering, cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "./mesh.ts";

const client = workload("client", "10.244.0.2");
const servers = ["3", "4", "5", "6"].map((end) => workload(`web-${end}`, `10.244.0.${end}`));
const WEB = "outbound|80||web.default.svc.cluster.local";

/** Four servers, each answering by its name; the cluster's settings may change. */
function four(settings: Partial<Cluster>, answer = ok()) {
  let now = settings;
  const own = config([route(WEB)], [], {
    cluster: () =>
      cluster(
        WEB,
        servers.map((one) => endpoint(one)),
        now,
      ),
  });
  const { time, hops, send } = virtualMesh(own, () => answering(answer));
  const ask = (cookie?: string): { readonly headers: HttpResponse["headers"]; readonly server: string | undefined } => {
    const { headers } = time.run(
      send(client, get("/", cookie === undefined ? [] : [["cookie", cookie]])),
    ) as HttpResponse;
    return { headers, server: hops.findLast(({ direction }) => direction === "outbound")?.upstreamHost };
  };
  return { ask, change: (other: Partial<Cluster>): unknown => (now = other) };
}

const byCookie = (ttlSeconds: number | undefined, path?: string): Partial<Cluster> => ({
  balancing: { kind: "HASH", by: { kind: "cookie", name: "user", path, ttlSeconds } },
});
const given = ({ headers }: { headers: HttpResponse["headers"] }): (string | undefined)[] =>
  headers.filter(([name]) => name === "set-cookie").map(([, value]) => value.replace(/[0-9a-f]{16}/, "<hash>"));

test.each([
  ["for a minute", 60, "/shop", ['user="<hash>"; Max-Age=60; Path=/shop; HttpOnly']],
  ["for the session", 0, undefined, ['user="<hash>"; HttpOnly']],
  ["that others give", undefined, undefined, []],
])("a cookie %s keeps a client with its server", (_for, ttl, path, set) => {
  const { ask } = four(byCookie(ttl, path));
  const firsts = Array.from({ length: 20 }, () => ask());
  for (const first of firsts) expect(given(first)).toEqual(set);
  expect(new Set(firsts.map(({ server }) => server)).size).toBeGreaterThan(1);
  for (const { headers, server } of firsts) {
    const own = headers.find(([name]) => name === "set-cookie")?.[1]?.split(";")[0];
    const again = Array.from({ length: 5 }, () => ask(own ?? "user=me"));
    expect(again.flatMap((one) => given(one))).toEqual([]);
    expect(new Set(again.map((one) => one.server)).size).toBe(1);
    if (own !== undefined) expect(again[0]?.server).toBe(server);
  }
});

test("a cluster whose settings change is begun anew: who was put out is back", () => {
  const outlier = {
    consecutive5xx: 1,
    consecutiveGateway: 0,
    consecutiveLocal: 0,
    intervalMs: 1000,
    baseEjectionMs: 60_000,
    maxEjectionPercent: 100,
    minHealthPercent: 0,
  };
  const { ask, change } = four({ outlier }, ok("", 500));
  const asked = (): number => new Set(Array.from({ length: 4 }, () => ask().server)).size;
  expect(asked()).toBe(4);
  expect(ask().server).toBe(undefined);
  change({ outlier });
  expect(ask().server).toBe(undefined);
  change({ outlier: { ...outlier, baseEjectionMs: 30_000 } });
  expect(asked()).toBe(4);
});
