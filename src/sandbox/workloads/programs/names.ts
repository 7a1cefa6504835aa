import { Failure, type Process, type Program } from "../process.ts";

/** busybox's `nslookup`: the name server alone, by the search paths. */
export const nslookup: Program = async (process) => {
  const { network } = process.machine;
  const type = process.args
    .find((one) => /^-(query|type|q)=/i.test(one))
    ?.split("=")[1]
    ?.toLowerCase();
  const [name, server] = process.args.filter((one) => !one.startsWith("-"));
  if (name === undefined) throw new Failure("missing operand");
  const asked = server ?? network.nameServer ?? "127.0.0.1";
  const found = network.query(name);
  if (found.kind === "timeout") {
    await process.stdout(";; connection timed out; no servers could be reached\n\n");
    return 1;
  }
  await process.stdout(`Server:\t\t${asked}\nAddress:\t${asked}:53\n\n`);
  if (type === "srv") return services(process, name);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return reverse(process, name);
  if (found.kind === "missing") {
    await process.stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  await process.stdout(`${found.addresses.map((one) => `Name:\t${found.name}\nAddress: ${one}\n`).join("")}\n`);
  return 0;
};

async function services({ machine, stdout }: Process, name: string): Promise<number> {
  const records = machine.network.services(name);
  if (records.length === 0) {
    await stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  const share = Math.floor(100 / records.length);
  await stdout(`${records.map(({ port, target }) => `${name}\tservice = 0 ${share} ${port} ${target}\n`).join("")}\n`);
  return 0;
}

async function reverse({ machine, stdout }: Process, address: string): Promise<number> {
  const name = machine.network.nameOf(address);
  const asked = `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  await stdout(name === undefined ? `** server can't find ${asked}: NXDOMAIN\n\n` : `${asked}\tname = ${name}\n\n`);
  return name === undefined ? 1 : 0;
}

/** `getent hosts NAME`, as the C library finds it. */
export const getent: Program = async (process) => {
  const [database, name = ""] = process.args;
  if (database !== "hosts" && database !== "ahosts" && database !== "ahostsv4") return 2;
  const found = process.machine.network.lookup(name);
  if (found.kind !== "found") return 2;
  for (const address of found.addresses) {
    const full = found.name === address ? (process.machine.network.nameOf(address) ?? address) : found.name;
    const end = database === "hosts" ? `${full}${full === name || found.name === address ? "" : ` ${name}`}` : "STREAM";
    await process.stdout(`${address.padEnd(16)}${end}\n`);
  }
  return 0;
};
