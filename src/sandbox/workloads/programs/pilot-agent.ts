import { clientOf } from "../fetch.ts";
import { Failure, type Process, type Program } from "../process.ts";

const ADMIN_PORT = 15000;

/** What sets a pod up, or waits for the proxy: traffic is redirected without it, and the proxy is up at once. */
const DONE: ReadonlySet<string | undefined> = new Set(["istio-iptables", "wait"]);

/** `pilot-agent request METHOD PATH` asks the proxy in its own pod; `version` tells which one it is. */
export const pilotAgent: Program = async (process) => {
  const words = process.args.filter((one) => !one.startsWith("--"));
  const [command, method = "", path = ""] = words;
  if (DONE.has(command)) return 0;
  if (command === "version") {
    await process.stdout(`${versionOf(process)}\n`);
    return 0;
  }
  if (command !== "request") {
    throw new Failure(
      `Error: unknown command "${command ?? ""}" for "pilot-agent": expected \`request\` or \`version\``,
      255,
    );
  }
  if (path === "") throw new Failure(`Error: requires at least 2 arg(s), only received ${words.length - 1}`, 255);
  return request(process, method, path.startsWith("/") ? path : `/${path}`);
};

async function request(process: Process, method: string, path: string): Promise<number> {
  const { machine, signal, args } = process;
  const given = args.find((one) => one.startsWith("--debug-port="))?.split("=")[1];
  const port = Number(given ?? ADMIN_PORT);
  const host = `localhost:${port}`;
  const asked = { method, path, headers: [["Host", host] as const], body: Buffer.alloc(0) };
  const answer = await clientOf(machine.network, signal).fetch("127.0.0.1", port, asked);
  if (typeof answer === "string") {
    const why = answer === "refused" ? "connect: connection refused" : "EOF";
    throw new Failure(`Error: ${method} "http://${host}${path}": dial tcp 127.0.0.1:${port}: ${why}`, 255);
  }
  if (answer.status > 299) {
    throw new Failure(`Error: unexpected status code: ${answer.status}, body: ${answer.body.toString()}`, 255);
  }
  await process.stdout(answer.body);
  return 0;
}

/** Of the image that the container runs: `…/proxyv2:1.31.0`. */
function versionOf({ machine: { pod, container } }: Process): string {
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const spec = [...initContainers, ...containers].find(({ name }) => name === container);
  const [, tag = "unknown"] = /:([^:/@]+)(?:@.*)?$/.exec(String(spec?.image)) ?? [];
  return `version.BuildInfo{Version:"${tag}", GitRevision:"sandbox", GolangVersion:"simulated", BuildStatus:"Clean", GitTag:"${tag}"}`;
}
