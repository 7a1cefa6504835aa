import { Failure, type Program } from "../process.ts";
import { agnhost } from "./agnhost.ts";
import { httpd, python } from "./httpd.ts";
import { getent, nslookup } from "./names.ts";
import { nc } from "./nc.ts";
import { readOptions } from "./options.ts";
import { wait } from "./text.ts";
import { wget } from "./wget.ts";

const ping: Program = async (process) => {
  const options = readOptions(process.args, "q46", "cWwi");
  const [name = ""] = options.rest;
  const found = process.machine.network.lookup(name);
  const [address] = found.kind === "found" ? found.addresses : [];
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

export const NET_PROGRAMS: Readonly<Record<string, Program>> = {
  agnhost,
  getent,
  httpd,
  ip,
  nc,
  nslookup,
  ping,
  python,
  python3: python,
  wget,
};
