import type { Duplex } from "node:stream";
import type { Arrival } from "../../network/index.ts";
import { Failure, type Process, type Program, whileAlive } from "../process.ts";
import { readOptions } from "./options.ts";

/** `nc`: bytes to and from a port, as a client or, with `-l`, as whoever listens. */
export const nc: Program = async (process) => {
  const options = readOptions(process.args, "zvnuk46lNq", "wpies");
  if (options.has("u")) throw new Failure("UDP is not simulated: the cluster's network carries TCP");
  if (options.has("e")) throw new Failure("-e is not simulated: pipe the program into `nc` instead");
  const [first, second] = options.rest;
  if (options.has("l")) {
    const port = Number(options.flags.get("p") ?? second ?? first);
    return listen(process, { port, again: options.has("k"), isVerbose: options.has("v") });
  }
  if (first === undefined || second === undefined) throw new Failure("missing host or port");
  return connect(process, {
    host: first,
    port: Number(second),
    isProbe: options.has("z"),
    isVerbose: options.has("v"),
    waitMs: Number(options.flags.get("w") ?? 10) * 1000,
  });
};

interface Call {
  readonly host: string;
  readonly port: number;
  readonly isProbe: boolean;
  readonly isVerbose: boolean;
  /** How long for a connection that nobody answers. */
  readonly waitMs: number;
}

async function connect(process: Process, { host, port, isProbe, isVerbose, waitMs }: Call): Promise<number> {
  const { network } = process.machine;
  const found = network.lookup(host);
  const [address] = found.kind === "found" ? found.addresses : [];
  if (address === undefined) throw new Failure(`bad address '${host}'`);
  const dialled = await network.dial(address, port);
  const place = `${host} (${address}:${port})`;
  if (dialled.kind !== "connected") {
    if (dialled.kind === "filtered") await whileAlive(late(waitMs), process.signal);
    if (isVerbose) await process.stderr(`nc: ${place}: ${WHY[dialled.kind]}\n`);
    return 1;
  }
  if (isVerbose) await process.stderr(`${place} open\n`);
  if (isProbe) dialled.socket.destroy();
  else await talk(process, dialled.socket);
  return 0;
}

const WHY = {
  refused: "Connection refused",
  unreachable: "No route to host",
  filtered: "Connection timed out",
} as const;

function late(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

interface Taken {
  readonly socket: Duplex;
  readonly arrival: Arrival;
}

/** Takes one connection, or with `-k` one after the other. */
async function listen(
  process: Process,
  { port, again, isVerbose }: { readonly port: number; readonly again: boolean; readonly isVerbose: boolean },
): Promise<number> {
  const tell = (text: string): Promise<void> => (isVerbose ? process.stderr(`${text}\n`) : Promise.resolve());
  if (!(port > 0 && port < 65_536)) throw new Failure("-l needs a port: `nc -l -p PORT`");
  do {
    let accept = (_taken: Taken): void => {};
    const next = new Promise<Taken>((resolve) => {
      accept = resolve;
    });
    const leave = process.machine.network.listen(port, (socket, arrival) => {
      // Nobody listens while it talks: what comes meanwhile is refused.
      leave?.();
      accept({ socket, arrival });
    });
    if (leave === undefined) throw new Failure("bind: Address already in use");
    try {
      await tell(`listening on [::]:${port} ...`);
      const { socket, arrival } = await whileAlive(next, process.signal);
      const from = `[::ffff:${arrival.from}]:${arrival.fromPort}`;
      await tell(`connect to [::ffff:${process.machine.network.address}]:${port} from ${from} (${from})`);
      await talk(process, socket);
    } finally {
      leave();
    }
  } while (again);
  return 0;
}

/** Input to the other side, its bytes to the output, until it has nothing more to say. */
async function talk(process: Process, socket: Duplex): Promise<void> {
  const { stdin, stdout, signal } = process;
  const sending = (async () => {
    for (let chunk = await stdin.read(); chunk !== undefined; chunk = await stdin.read()) {
      if (!socket.write(chunk)) await new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
    }
    socket.end();
  })();
  // It ends with the connection, whatever it still waits for.
  sending.catch(() => {});
  try {
    const receiving = (async () => {
      for await (const chunk of socket as AsyncIterable<Buffer>) await stdout(chunk);
    })();
    await whileAlive(receiving, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
  } finally {
    socket.destroy();
  }
}
