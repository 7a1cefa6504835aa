import { spawn } from "node:child_process";
import type { ToolContext } from "../tool.ts";
import type { Command } from "./command.ts";
import { Failure } from "./failure.ts";
import { type Item, listObjects, namespaceOf } from "./pods.ts";

interface Addon {
  readonly title: string;
  readonly selector: string;
  readonly port: number;
  readonly path: string;
}

/** The web pages that are pods of their own, by their names. */
const ADDONS: Readonly<Record<string, Addon>> = {
  grafana: { title: "Grafana", selector: "app.kubernetes.io/name=grafana", port: 3000, path: "" },
  jaeger: { title: "Jaeger", selector: "app=jaeger", port: 16686, path: "" },
  kiali: { title: "Kiali", selector: "app=kiali", port: 20001, path: "/kiali" },
  prometheus: { title: "Prometheus", selector: "app=prometheus", port: 9090, path: "" },
  skywalking: { title: "SkyWalking UI", selector: "app=skywalking-ui", port: 8080, path: "" },
  zipkin: { title: "Zipkin", selector: "app=zipkin", port: 9411, path: "" },
};
/** Those of a pod that one names. */
const PODS: Readonly<Record<string, { readonly port: number; readonly namespace: string }>> = {
  controlz: { port: 9876, namespace: "istio-system" },
  envoy: { port: 15000, namespace: "default" },
  proxy: { port: 15000, namespace: "istio-system" },
};
const OWNERS: Readonly<Record<string, string>> = {
  deploy: "deployment",
  ds: "daemonset",
  po: "pod",
  sts: "statefulset",
};

/** `istioctl dashboard`: a pod's web page at a port of this machine, while it runs. */
export const dashboard: Command = {
  flags: [
    { long: "address", takesValue: true },
    { long: "browser", takesValue: false },
    { long: "ctrlz_port", takesValue: true },
    { long: "namespace", short: "n", takesValue: true },
    { long: "port", short: "p", takesValue: true },
    { long: "selector", short: "l", takesValue: true },
    { long: "ui-port", takesValue: true },
  ],
  run: async (context, given) => {
    const [name = "", resource] = given.rest;
    const { values } = given;
    const [addon, pod] = [ADDONS[name], PODS[name]];
    const own = Number(values.get("ui-port") ?? values.get("ctrlz_port") ?? addon?.port ?? pod?.port);
    let target: Target;
    if (addon !== undefined) {
      const namespace = values.get("namespace") ?? "istio-system";
      const [found] = await listObjects(context, `/api/v1/namespaces/${namespace}/pods`, addon.selector);
      if (found === undefined) throw new Failure(`no ${addon.title} pods found`);
      target = { namespace, name: `pod/${found.metadata.name}` };
    } else if (pod !== undefined) {
      const namespace = values.has("namespace") ? await namespaceOf(context, given) : pod.namespace;
      target = await namedTarget(context, resource, values.get("selector"), namespace);
    } else throw new Failure(`unknown dashboard ${JSON.stringify(name)}`);
    const wanted = values.get("port");
    const ports = wanted === undefined ? [own, 0] : [Number(wanted)];
    const address = values.get("address") ?? "localhost";
    return forward(context, {
      target,
      ports,
      remote: own,
      address,
      path: addon?.path ?? "",
      opens: values.get("browser") !== "false",
    });
  },
};

interface Target {
  readonly namespace: string;
  readonly name: string;
}

async function namedTarget(
  context: ToolContext,
  resource: string | undefined,
  selector: string | undefined,
  namespace: string,
): Promise<Target> {
  if (selector === undefined && resource === undefined) throw new Failure("specify a pod or --selector");
  if (selector !== undefined && resource !== undefined) {
    throw new Failure("name cannot be provided when a selector is specified");
  }
  if (selector !== undefined) {
    const pods: readonly Item[] = await listObjects(context, `/api/v1/namespaces/${namespace}/pods`, selector);
    if (pods[0] === undefined) throw new Failure("no pods found");
    return { namespace, name: `pod/${pods[0].metadata.name}` };
  }
  const [, type = "pod", name = "", own] = /^(?:([^/]+)\/)?([^/.]+)(?:\.(.+))?$/.exec(resource ?? "") ?? [];
  return { namespace: own ?? namespace, name: `${OWNERS[type] ?? type}/${name}` };
}

interface Wish {
  readonly target: Target;
  /** The first that is free counts; 0 is any. */
  readonly ports: readonly number[];
  readonly remote: number;
  readonly address: string;
  readonly path: string;
  readonly opens: boolean;
}

/** kubectl carries the bytes; the line with the address is ours, as istioctl prints it. Ends when it is interrupted. */
async function forward(context: ToolContext, wish: Wish): Promise<number> {
  let fault = "";
  for (const port of wish.ports) {
    const ended = await forwardAt(context, wish, port);
    if (ended === undefined) return 0;
    fault = ended;
  }
  throw new Failure(`failure running port forward process: ${fault}`);
}

/** Undefined when it ran until somebody ended it; otherwise why it did not begin. */
function forwardAt(context: ToolContext, wish: Wish, port: number): Promise<string | undefined> {
  const { address, path, remote, target } = wish;
  const args = ["port-forward", "-n", target.namespace, target.name, `${port || ""}:${remote}`, `--address=${address}`];
  const child = spawn("kubectl", args, { env: context.env, stdio: ["ignore", "pipe", "pipe"] });
  let hasBegun = false;
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const [, local] = /^Forwarding from \S+:(\d+) ->/m.exec(text) ?? [];
    if (hasBegun || local === undefined) return;
    hasBegun = true;
    context.out(`http://${address}:${local}${path}\n`);
    // The sandbox opens no browser by itself: it says where to look.
    context.out(
      wish.opens
        ? `Failed to open browser; open http://${address}:${local}${path} in your browser.\n`
        : "skipping opening a browser",
    );
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const stop = (): void => void child.kill();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", () => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, stop);
      resolve(hasBegun ? undefined : said.trim().replace(/^error: /, ""));
    });
  });
}
