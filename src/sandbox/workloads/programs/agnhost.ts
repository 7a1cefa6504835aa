import { Failure, type Program, whileAlive } from "../process.ts";
import { readOptions } from "./options.ts";

/** `agnhost connect HOST:PORT`, as policies are tried with it; says why not on standard error. */
export const agnhost: Program = async (process) => {
  const [command, ...args] = process.args;
  if (command === "pause") return whileAlive(new Promise<never>(() => {}), process.signal);
  if (command !== "connect") throw new Failure(`${command ?? "nothing"}: expected \`connect\` or \`pause\` here`);
  const options = readOptions(args, "", "", ["timeout=", "protocol="]);
  const [target = ""] = options.rest;
  const [host = "", port = ""] = target.split(":");
  const found = process.machine.network.lookup(host);
  const [address] = found.kind === "found" ? found.addresses : [];
  if (address === undefined) throw new Failure("DNS: lookup failed");
  const dialled = await process.machine.network.dial(address, Number(port));
  if (dialled.kind === "connected") {
    dialled.socket.destroy();
    return 0;
  }
  if (dialled.kind === "filtered") await whileAlive(patience(options.flags.get("timeout")), process.signal);
  await process.stderr(
    `${{ refused: "REFUSED", filtered: "TIMEOUT", unreachable: "OTHER: no route to host" }[dialled.kind]}\n`,
  );
  return 1;
};

/** `1s`, `500ms`; ten seconds when nothing is said. */
function patience(text = "10s"): Promise<void> {
  const [, amount = "10", unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return new Promise((resolve) => setTimeout(resolve, Number(amount) * (unit === "ms" ? 1 : 1000)).unref());
}
