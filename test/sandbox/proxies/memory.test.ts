import { expect, test } from "vitest";
import { clusterState, count, endpointState } from "../../../src/sandbox/mesh/state.ts";
import { countRequest } from "../../../src/sandbox/mesh/stats.ts";
import type { KubeObject } from "../../../src/sandbox/objects/index.ts";
import { Certificates } from "../../../src/sandbox/proxies/certificates.ts";
import { Memory } from "../../../src/sandbox/proxies/memory.ts";
import { answering, cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "../mesh/mesh.ts";

const WEB = "outbound|80||web.default.svc.cluster.local";
const client = workload("client", "10.244.0.2");
const web = workload("web", "10.244.0.3");
const other = workload("web-2", "10.244.0.31");

function pod(uid: string, podIP?: string): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: uid, uid }, status: { ...(podIP && { podIP }) } };
}

test("a pod that goes takes along what its proxy knew, and what others knew of its address", () => {
  const memory = new Memory();
  for (const proxy of [client, web]) {
    const own = clusterState(memory.state, proxy, cluster(WEB, []));
    count(own, "upstream_rq_total");
    for (const one of [web, other]) endpointState(own, one.address, 80).ejections = 1;
    memory.logLevels(proxy.uid).set("http", "debug");
  }
  const mesh = config([route(WEB)], [cluster(WEB, [endpoint(web)])]);
  const { time, hops, send } = virtualMesh(mesh, () => answering(ok("hello")));
  time.run(send(client, get("/")));
  for (const hop of hops) countRequest(memory.counts, hop, mesh);
  expect([...memory.counts.keys()].sort()).toEqual(["client", "web"]);

  memory.forget(pod("web", web.address));
  expect([...memory.state.clusters.keys()]).toEqual([`client ${WEB}`]);
  expect([...clusterState(memory.state, client, cluster(WEB, [])).endpoints.keys()]).toEqual([`${other.address}:80`]);
  expect([...memory.counts.keys()]).toEqual(["client"]);
  expect(memory.logLevels("web").size).toBe(0);
  expect(memory.logLevels("client").get("http")).toBe("debug");
});

test("a pod that never had an address takes nothing of the others along", () => {
  const memory = new Memory();
  endpointState(clusterState(memory.state, client, cluster(WEB, [])), web.address, 80);
  memory.forget(pod("late"));
  expect(clusterState(memory.state, client, cluster(WEB, [])).endpoints.size).toBe(1);
});

test("a certificate is made once, anew for another authority, and again for a pod that was forgotten", () => {
  const made: string[] = [];
  let root = "first";
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const certificates = new Certificates(
    ({ uri }) => `${uri} ${made.push(uri)}`,
    (name) =>
      name === "istio-ca-secret"
        ? { ...pod("s"), data: { "ca-key.pem": base64("key"), "ca-cert.pem": base64(root) } }
        : undefined,
  );
  const own = (): string | undefined => certificates.of(web, "cluster.local", 0)?.own;
  const uri = "spiffe://cluster.local/ns/default/sa/web";
  expect([own(), own()]).toEqual([`${uri} 1`, `${uri} 1`]);
  root = "second";
  expect(own()).toBe(`${uri} 2`);
  certificates.forget(pod("web"));
  expect(own()).toBe(`${uri} 3`);
});
