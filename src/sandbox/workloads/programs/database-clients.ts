import { flag } from "../images/image.ts";
import { Failure, type Process, type Program } from "../process.ts";

/** How a database's own client asks whether it is up: what manifests have probes for. */
interface Client {
  readonly port: number;
  /** The names of its options for the server's address and port. */
  readonly options: readonly [host: string, port: string];
  /** Whether that is what it is asked; no other command is simulated. */
  readonly isPing: (args: readonly string[]) => boolean;
  readonly up: (place: Place) => string;
  readonly down: (place: Place) => string;
  /** Its code when nobody answers. */
  readonly code: number;
}

/** Where the server is; `host` as it was given. */
interface Place {
  readonly host: string | undefined;
  readonly port: number;
}

const POSTGRES: Client = {
  port: 5432,
  options: ["h", "p"],
  isPing: () => true,
  up: (place) => `${socketOr(place)} - accepting connections`,
  down: (place) => `${socketOr(place)} - no response`,
  code: 2,
};

const REDIS: Client = {
  port: 6379,
  options: ["h", "p"],
  isPing: (args) => args.at(-1)?.toLowerCase() === "ping",
  up: () => "PONG",
  down: ({ host = "127.0.0.1", port }) => `Could not connect to Redis at ${host}:${port}: Connection refused`,
  code: 1,
};

const MYSQL: Client = {
  port: 3306,
  options: ["h", "P"],
  isPing: (args) => args.includes("ping"),
  up: () => "mysqld is alive",
  down: ({ host = "localhost" }) => `mysqladmin: connect to server at '${host}' failed`,
  code: 1,
};

const MONGO: Client = {
  port: 27017,
  options: ["host", "port"],
  isPing: (args) => args.some((one) => /\b(ping|hello|isMaster)\b/.test(one)),
  up: () => "{ ok: 1 }",
  down: ({ host = "127.0.0.1", port }) => `MongoNetworkError: connect ECONNREFUSED ${host}:${port}`,
  code: 1,
};

/** The clients by the names of their programs. */
export const DATABASE_CLIENTS: Readonly<Record<string, Program>> = {
  pg_isready: program(POSTGRES),
  "redis-cli": program(REDIS),
  mysqladmin: program(MYSQL),
  "mariadb-admin": program(MYSQL),
  mongosh: program(MONGO),
  mongo: program(MONGO),
};

function program(client: Client): Program {
  return async (process) => {
    const { args } = process;
    if (!client.isPing(args)) throw new Failure("only whether the server is up is simulated", 1);
    const [host, port] = client.options.map((name) => flag(args, name));
    const place = { host, port: Number(port ?? client.port) };
    const isUp = await answers(process, place);
    await (isUp || client === POSTGRES ? process.stdout : process.stderr)(
      `${isUp ? client.up(place) : client.down(place)}\n`,
    );
    return isUp ? 0 : client.code;
  };
}

/** Whether somebody takes connections there. */
async function answers({ machine: { network } }: Process, { host = "localhost", port }: Place): Promise<boolean> {
  const found = network.lookup(host);
  const [address] = found.kind === "found" ? found.addresses : [];
  if (address === undefined) return false;
  const dialled = await network.dial(address, port);
  if (dialled.kind !== "connected") return false;
  dialled.socket.destroy();
  return true;
}

function socketOr({ host, port }: Place): string {
  return `${host ?? "/var/run/postgresql"}:${port}`;
}
