import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { createCertificate, workloadCertificate } from "../../../../src/sandbox/api/index.ts";
import { adminAnswer } from "../../../../src/sandbox/mesh/index.ts";
import type { JsonObject, KubeObject } from "../../../../src/sandbox/objects/index.ts";
import { debugAnswer } from "../../../../src/sandbox/proxies/istiod-pages.ts";
import { World } from "../../../../src/sandbox/proxies/world.ts";
import type { Store } from "../../../../src/sandbox/store/index.ts";
import { NotForwarded } from "../../../../src/sandbox/tools/forward.ts";
import { istioctl } from "../../../../src/sandbox/tools/istioctl/index.ts";
import type { ApiAnswer, ToolContext } from "../../../../src/sandbox/tools/tool.ts";
import { clusterOf } from "../../mesh/config/cluster.ts";

const BASE = readFileSync(new URL("../../mesh/config/base.yaml", import.meta.url), "utf8");
const ISTIOD = readFileSync(new URL("istiod.yaml", import.meta.url), "utf8");
/** Everything began half an hour before it is looked at. */
const NOW = Date.UTC(2026, 0, 1, 12);
const STARTED = new Date(NOW - 1_800_000).toISOString();
const AUTHORITY = createCertificate(NOW - 3_600_000);

/** Runs lines of istioctl in a cluster of objects: what each prints, and its code unless that is 0. */
export async function seen(lines: readonly string[], ...texts: readonly string[]): Promise<string> {
  const { key, cert } = AUTHORITY;
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  const istiod = ISTIOD.replace("CERT", encoded(cert)).replace("KEY", encoded(key));
  const { store } = clusterOf(BASE, istiod, ...texts);
  started(store);
  const world = new World({
    store,
    parseYaml: parse,
    propagation: () => 0,
    now: () => NOW,
    note: () => {},
    log: () => {},
    certify: workloadCertificate,
  });
  const told: string[] = [];
  for (const line of lines) {
    const printed: string[] = [];
    const code = await istioctl(contextOf(store, world, line.split(" ").slice(1), (text) => printed.push(text)));
    told.push(`$ ${line}\n${masked(printed.join(""))}${code === 0 ? "" : `[${code}]\n`}`);
  }
  world.stop();
  return told.join("\n");
}

/** What is drawn by chance, a root's number, is not told. */
function masked(text: string): string {
  return text.replaceAll(/^((?:secret\/)?ROOTCA .*?true +)[0-9a-f]+( +)/gm, "$1<serial>$2");
}

function contextOf(store: Store, world: World, args: readonly string[], print: (text: string) => void): ToolContext {
  const never = (): never => {
    throw new Error("nothing else of the sandbox is asked");
  };
  return {
    args,
    env: {},
    out: print,
    err: print,
    call: never,
    get: never,
    api: async (method, path) => (method === "GET" ? answered(store, path) : never()),
    forward: async ({ namespace, pod, port, method, path }) => {
      const found = store.get("/pods", namespace, pod);
      if (found === undefined) throw new NotForwarded(`pods "${pod}" not found`);
      const proxy = world.workload(found);
      const isAdmin = port === 15000 && proxy?.proxy !== undefined;
      if (!isAdmin && port !== 15014) throw new NotForwarded("connect: connection refused");
      const { status, body } = isAdmin
        ? adminAnswer(world.told(proxy, found), { method, path })
        : debugAnswer(world, found, { path });
      return { status, body: body.toString() };
    },
    readLine: never,
    sleep: never,
    now: () => NOW,
  };
}

/** The API server's answer to a GET of an object or a list. */
function answered(store: Store, text: string): ApiAnswer {
  const { pathname, searchParams } = new URL(text, "http://localhost");
  const [, group = "", namespace, plural = "", name] =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const resource = `${group}/${plural}`;
  if (name !== undefined) {
    const found = store.get(resource, namespace, name);
    if (found !== undefined) return { status: 200, body: found };
    const message = `${plural}${group === "" ? "" : `.${group}`} "${name}" not found`;
    return { status: 404, body: { message } };
  }
  const wanted = (searchParams.get("labelSelector") ?? "").split(",").filter(Boolean);
  const items = store.list(resource, namespace).filter(({ metadata }) =>
    wanted.every((one) => {
      const [key = "", value] = one.split("=");
      return metadata.labels?.[key] === value;
    }),
  );
  return { status: 200, body: { items } };
}

/** Containers run, and proxies have an image, as on a node. */
function started(store: Store): void {
  for (const pod of store.list("/pods")) {
    const withImages = (of: readonly JsonObject[] = []): readonly JsonObject[] =>
      of.map((one) =>
        one.name === "istio-proxy" ? { image: "registry.istio.io/release/proxyv2:1.31.0", ...one } : one,
      );
    const statuses = (of: readonly JsonObject[] = []): readonly JsonObject[] =>
      of.map(({ name }) => ({ name, ready: true, state: { running: { startedAt: STARTED } } }));
    const { initContainers, containers } = pod.spec ?? {};
    store.update("/pods", {
      ...pod,
      spec: { ...pod.spec, initContainers: withImages(initContainers), containers: withImages(containers) },
      status: {
        ...pod.status,
        initContainerStatuses: statuses(initContainers),
        containerStatuses: statuses(containers),
      },
    } as KubeObject);
  }
}
