import { randomBytes } from "node:crypto";
import { makeFolder } from "../files/index.ts";
import { ControlError } from "./control-endpoint.ts";
import { readJson, type StateFiles, writeWhole } from "./files.ts";
import type { Machine } from "./machine.ts";
import { connectTo, type Dialled, type Outside, routeToService } from "./network/index.ts";
import type { KubeObject } from "./objects/index.ts";
import { BrowserDoor, HostProxy } from "./traffic/index.ts";

/** What the proxy keeps for life, so that a shell that was opened before goes on working. */
interface ProxyIdentity {
  readonly port: number;
  readonly password: string;
}

export interface HostAccessOptions {
  readonly machine: Machine;
  readonly outside: Outside;
  readonly files: StateFiles;
  readonly log: (message: string, error?: unknown) => void;
  /** Somebody uses it. */
  readonly onUse: () => void;
}

const USER = "sandbox";

/** How the host reaches what runs in the cluster: curl by a proxy that its configuration names, a browser by a door. */
export class HostAccess {
  readonly #options: HostAccessOptions;
  readonly #doors = new Map<string, BrowserDoor>();
  #proxy: HostProxy | undefined;

  constructor(options: HostAccessOptions) {
    this.#options = options;
  }

  /** Listen, and write curl's configuration. `certificate` (PEM) is what curl trusts. */
  async start(certificate: string): Promise<void> {
    const { machine, outside, files, onUse } = this.#options;
    const known = readIdentity(files.proxy);
    const password = known?.password ?? randomBytes(24).toString("hex");
    const proxy = new HostProxy({
      credentials: { user: USER, password },
      dial: async (host, port) => {
        const address = outside.addressOf(host) ?? host;
        // The internet is there without a cluster, too.
        const listener = outside.listener(address, port);
        if (listener !== undefined) return connectTo(listener, { from: "127.0.0.1", fromPort: 0, port });
        return machine.workloads?.network.dial({ kind: "host" }, address, port) ?? { kind: "unreachable" };
      },
      onConnection: onUse,
    });
    const port = await proxy.listen(known?.port ?? 0).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" || known === undefined) throw error;
      return proxy.listen(0);
    });
    this.#proxy = proxy;
    if (port !== known?.port) writeWhole(files.proxy, JSON.stringify({ port, password }));
    makeFolder(files.curlHome);
    writeWhole(files.curlAuthority, certificate + outside.authority, false);
    writeWhole(files.curlConfig, curlConfig({ port, password }, files.curlAuthority), false);
  }

  /** The URL of a service for a browser; the same one while the sandbox runs. */
  async open(text: string): Promise<{ readonly url: string; readonly service: string }> {
    const { machine, log, onUse } = this.#options;
    const { namespace, name, port } = serviceNamed(text);
    const service = machine.store.get("/services", namespace, name);
    if (service === undefined) throw new ControlError(missing(machine, namespace, name));
    checkPort(service, port);
    const key = `${namespace}/${name}${port === undefined ? "" : `:${port}`}`;
    const known = this.#doors.get(key);
    if (known !== undefined) return { url: known.url, service: key };
    const dial = async (): Promise<Dialled> => {
      const now = machine.store.get("/services", namespace, name);
      const network = machine.workloads?.network;
      if (now === undefined || network === undefined) return { kind: "unreachable" };
      return network.follow({ kind: "node" }, routeToService(machine.store, now, port, network.choice));
    };
    const door = new BrowserDoor({ dial, name: key, log, onRequest: onUse });
    this.#doors.set(key, door);
    return { url: await door.listen(), service: key };
  }

  close(): void {
    this.#proxy?.close();
    for (const door of this.#doors.values()) door.close();
    this.#doors.clear();
  }
}

function readIdentity(file: string): ProxyIdentity | undefined {
  const { port, password } = readJson<Partial<ProxyIdentity> | null>(file) ?? {};
  return typeof port === "number" && typeof password === "string" ? { port, password } : undefined;
}

/** `noproxy` here wins over a `NO_PROXY` of the environment, `proxy` over `http_proxy`, `cacert` over `CURL_CA_BUNDLE`. */
function curlConfig({ port, password }: ProxyIdentity, authority: string): string {
  return [
    "# The sandbox's addresses, for curl alone. Written by learn-istio.",
    `proxy = "socks5h://${USER}:${password}@127.0.0.1:${port}"`,
    'noproxy = "localhost,127.0.0.1,::1"',
    `cacert = "${authority.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    "",
  ].join("\n");
}

/** `web`, `svc/web`, `shop/web`, each with `:port`. */
function serviceNamed(text: string): {
  readonly namespace: string;
  readonly name: string;
  readonly port: string | undefined;
} {
  const [place = "", port] = text.split(":", 2);
  const parts = place.replace(/^(?:svc|services?)\//, "").split("/");
  if (parts.length > 2 || parts.some((part) => part === "") || port === "") {
    throw new ControlError(`\`${text}\` names no service, expected \`NAME\`, \`NAMESPACE/NAME\` or \`NAME:PORT\``);
  }
  const [first = "", second] = parts;
  const namespace = second === undefined ? "default" : first;
  return { namespace, name: second ?? first, port };
}

function missing(machine: Machine, namespace: string, name: string): string {
  if (machine.cluster === undefined) return "there is no cluster in the sandbox: `kind create cluster` makes one";
  const elsewhere = machine.store.list("/services").filter((one) => one.metadata.name === name);
  const near = elsewhere.map((one) => `\`${one.metadata.namespace}/${name}\``).join(", ");
  return `there is no service \`${name}\` in namespace \`${namespace}\`${near === "" ? "" : `; did you mean ${near}?`}`;
}

function checkPort(service: KubeObject, port: string | undefined): void {
  const ports: readonly { readonly name?: string; readonly port?: number }[] = service.spec?.ports ?? [];
  if (port === undefined || ports.some((one) => one.name === port || String(one.port) === port)) return;
  const known = ports.map((one) => `\`${one.port}\``).join(", ");
  throw new ControlError(`service \`${service.metadata.name}\` has no port \`${port}\`, expected ${known || "none"}`);
}
