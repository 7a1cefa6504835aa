import { absolute } from "../container/files.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { headerOf } from "./curl.ts";
import { readOptions } from "./options.ts";
import { wait } from "./text.ts";

/** Where a cluster's names are asked for: the service of CoreDNS. */
const NAME_SERVER = "10.96.0.10";

const wget: Program = async (process) => {
  const options = readOptions(process.args, "qSc", "OTPYUt", [
    "header=",
    "post-data=",
    "timeout=",
    "spider",
    "server-response",
    "no-check-certificate",
    "quiet",
    "tries=",
  ]);
  const [url] = options.rest;
  if (url === undefined) throw new Failure("missing URL");
  let target = new URL(/^https?:\/\//.test(url) ? url : `http://${url}`);
  const isQuiet = options.has("q", "quiet");
  for (let left = 5; ; left -= 1) {
    const port = Number(target.port || (target.protocol === "https:" ? 443 : 80));
    const where = `${target.host.includes(":") ? target.host : `${target.host}:${port}`}`;
    const post = options.flags.get("post-data");
    const answer = await process.machine.network.request({
      from: process.machine.pod,
      scheme: target.protocol === "https:" ? "https" : "http",
      host: target.hostname,
      port,
      method: post === undefined ? "GET" : "POST",
      path: target.pathname + target.search,
      headers: [
        ["Host", target.host],
        ["User-Agent", "Wget"],
        ["Connection", "close"],
        ...(options.all.get("header") ?? []).map(
          (one) => [one.split(":", 1)[0] ?? "", one.slice(one.indexOf(":") + 1).trim()] as const,
        ),
      ],
      body: Buffer.from(post ?? ""),
      signal: process.signal,
    });
    if (answer.kind === "unknown-host") throw new Failure(`bad address '${target.host}'`);
    if (!isQuiet) await process.stderr(`Connecting to ${where} (${answer.address}:${port})\n`);
    if (answer.kind === "refused")
      throw new Failure(`can't connect to remote host (${answer.address}): Connection refused`);
    if (answer.kind === "unreachable") throw new Failure("download timed out");
    if (answer.kind !== "response") throw new Failure("error getting response: Connection reset by peer");
    const { response } = answer;
    const location = headerOf(response, "location");
    if (location !== undefined && response.status >= 300 && response.status < 400 && left > 0) {
      target = new URL(location, target);
      continue;
    }
    if (options.has("S", "server-response")) {
      await process.stderr(
        `  HTTP/1.1 ${response.status}\n${response.headers.map(([name, value]) => `  ${name}: ${value}\n`).join("")}`,
      );
    }
    if (response.status >= 400)
      throw new Failure(`server returned error: HTTP/1.1 ${response.status} ${REASON[response.status] ?? ""}`.trim());
    if (options.has("spider")) return 0;
    return save(process, options.flags.get("O"), target, response.body, isQuiet);
  }
};

const REASON: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

async function save(
  process: Process,
  given: string | undefined,
  url: URL,
  body: Buffer,
  isQuiet: boolean,
): Promise<number> {
  if (given === "-") {
    await process.stdout(body);
    return 0;
  }
  const name = given ?? (url.pathname.split("/").at(-1) || "index.html");
  const path = absolute(process.cwd, name);
  if (given === undefined && process.machine.files.find(path)) throw new Failure(`can't open '${name}': File exists`);
  process.machine.files.write(path, body);
  if (!isQuiet) await process.stderr(`saving to '${name}'\n'${name}' saved\n`);
  return 0;
}

const nslookup: Program = async (process) => {
  const [name] = process.args.filter((one) => !one.startsWith("-"));
  if (name === undefined) throw new Failure("missing operand");
  const { network, pod } = process.machine;
  await process.stdout(`Server:\t\t${NAME_SERVER}\nAddress:\t${NAME_SERVER}:53\n\n`);
  const addresses = network.resolve(pod, name);
  if (addresses.length === 0) {
    await process.stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  const full = network.nameOf(pod, name) ?? name;
  await process.stdout(`${addresses.map((one) => `Name:\t${full}\nAddress: ${one}\n`).join("")}\n`);
  return 0;
};

const getent: Program = async (process) => {
  const [database, name = ""] = process.args;
  if (database !== "hosts" && database !== "ahosts") return 2;
  const addresses = process.machine.network.resolve(process.machine.pod, name);
  for (const one of addresses)
    await process.stdout(`${one.padEnd(16)}${process.machine.network.nameOf(process.machine.pod, name) ?? name}\n`);
  return addresses.length === 0 ? 2 : 0;
};

const ping: Program = async (process) => {
  const options = readOptions(process.args, "q46", "cWwi");
  const [name = ""] = options.rest;
  const [address] = process.machine.network.resolve(process.machine.pod, name);
  if (address === undefined) throw new Failure(`bad address '${name}'`);
  await process.stdout(`PING ${name} (${address}): 56 data bytes\n`);
  const isPod = address.startsWith("10.244.") || address.startsWith("127.");
  const count = Number(options.flags.get("c") ?? Number.POSITIVE_INFINITY);
  let sent = 0;
  for (; sent < count; sent += 1) {
    if (sent > 0) await wait(1000, process.signal);
    if (isPod) await process.stdout(`64 bytes from ${address}: seq=${sent} ttl=64 time=0.0${40 + (sent % 20)} ms\n`);
  }
  // A service's address is no machine: nothing answers there.
  const received = isPod ? sent : 0;
  await process.stdout(
    `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${isPod ? 0 : 100}% packet loss\n`,
  );
  return isPod ? 0 : 1;
};

/** `nc -z host port`, and one request over a bare connection. */
const nc: Program = async (process) => {
  const options = readOptions(process.args, "zvnuk46l", "wpi");
  if (options.has("l")) throw new Failure("listening is not simulated");
  const [host = "", port = ""] = options.rest;
  const { network, pod } = process.machine;
  const [address] = network.resolve(pod, host);
  if (address === undefined) throw new Failure(`bad address '${host}'`);
  const text = options.has("z") ? "" : (await process.stdin.readAll()).toString();
  const [line = "", ...lines] = text.split(/\r?\n/);
  const [method = "GET", path = "/"] = line.split(" ");
  const headers = lines
    .filter((one) => one.includes(":"))
    .map((one) => [one.split(":", 1)[0] ?? "", one.slice(one.indexOf(":") + 1).trim()] as const);
  const isProbe = text.trim() === "";
  const answer = await network.request({
    from: pod,
    scheme: "http",
    host,
    port: Number(port),
    method: isProbe ? "HEAD" : method,
    path,
    headers,
    body: Buffer.alloc(0),
    signal: process.signal,
  });
  if (answer.kind === "refused" || answer.kind === "unreachable") {
    if (options.has("v")) await process.stderr(`nc: ${host} (${address}:${port}): Connection refused\n`);
    return 1;
  }
  if (options.has("v")) await process.stderr(`${host} (${address}:${port}) open\n`);
  if (isProbe || answer.kind !== "response") return 0;
  const { status, body } = answer.response;
  const head = answer.response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await process.stdout(Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${head}\r\n`), body]));
  return 0;
};

const ip: Program = async (process) => {
  const own = process.machine.pod.status?.podIP;
  if (process.args.some((one) => /^r/.test(one)))
    await process.stdout(`default via 10.244.0.1 dev eth0\n10.244.0.0/24 via 10.244.0.1 dev eth0  src ${own}\n`);
  else
    await process.stdout(
      `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n    inet ${own}/24 brd 10.244.0.255 scope global eth0\n`,
    );
  return 0;
};

export const NET_PROGRAMS: Readonly<Record<string, Program>> = { getent, ip, nc, nslookup, ping, wget };
