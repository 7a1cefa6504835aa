import type { Client } from "pg";
import { EnvironmentError } from "../../diagnostics/index.ts";

/** Everything of ours in somebody's database stands in this schema. */
const SCHEMA = "learn_istio";
/** PostgreSQL keys its advisory locks by number: this one is held by whoever makes or changes the schema. */
export const SCHEMA_LOCK = 7_301_953;
/** Type numbers of PostgreSQL: `pg` hands BIGINT and COUNT out as texts; ours are counts and epoch milliseconds. */
const INTEGERS = new Set([20, 21, 23]);
/** A server that is there answers a statement within this; the network may have lost one that does not. */
const STATEMENT_MS = 9_000;
const QUERY_MS = 10_000;

/** A session with a PostgreSQL, and how it is known to the server. */
export interface Link {
  readonly client: Client;
  readonly session: Session;
  /** The connection is gone: nothing more comes of it. */
  isLost(): boolean;
  /** Give it up, without a word to a server that may not hear it. */
  drop(): void;
}

/** A pid alone may be somebody else's by now. */
export interface Session {
  readonly pid: number;
  readonly started: string;
}

/** Where a database is, for people: never with its password. Throws an EnvironmentError for what is no address of one. */
export async function describeDatabase(url: string): Promise<string> {
  return describeClient(await newClient(url, 1000));
}

/** Connect, and see that what follows can work. Rejects with the error of the system or of PostgreSQL. */
export async function connectTo(url: string, timeoutMs: number, before: Session | undefined): Promise<Link> {
  const client = await newClient(url, timeoutMs);
  let lost = false;
  const lose = (): void => {
    lost = true;
  };
  client.on("error", lose);
  client.on("end", lose);
  try {
    await client.connect();
    // Where a machine is gone without a word, its session and the locks of it end within half a minute.
    await client.query(
      `SET search_path = ${SCHEMA}; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
       SET idle_in_transaction_session_timeout = '30s'; SET statement_timeout = ${STATEMENT_MS}; SET client_min_messages = warning;
       SET default_transaction_isolation = 'read committed'; SET synchronous_commit = on`,
    );
    // A session of ours that the network lost would hold our locks until then.
    const ended = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2`;
    if (before !== undefined) await client.query(ended, [before.pid, before.started]);
    const { rows } = await client.query(
      "SELECT pid, backend_start::text AS started FROM pg_stat_activity WHERE pid = pg_backend_pid()",
    );
    const drop = (): void => {
      lost = true;
      void client.end().catch(() => undefined);
    };
    return { client, session: rows[0] as Session, isLost: () => lost, drop };
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
}

/** Make the schema where there is none yet. Throws an EnvironmentError for a database that cannot be ours. */
export async function prepareDatabase({ client }: Link): Promise<void> {
  const { rows } = await client.query("SHOW server_encoding");
  const encoding = String(rows[0]?.server_encoding);
  if (encoding !== "UTF8") {
    throw new EnvironmentError(`The database ${describeClient(client)} keeps texts as ${encoding}, expected UTF8.`, {
      hint: "`CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0` makes one that can keep every name.",
    });
  }
  const known = await client.query("SELECT to_regnamespace($1) AS found", [SCHEMA]);
  if (known.rows[0]?.found !== null) return;
  await client.query(`SELECT pg_advisory_lock(${SCHEMA_LOCK})`);
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
  } catch (cause) {
    throw new EnvironmentError(
      `The database ${describeClient(client)} lets \`${client.user}\` make no schema (${(cause as Error).message}).`,
      { hint: `Its owner can: \`CREATE SCHEMA ${SCHEMA} AUTHORIZATION "${client.user}"\`.`, cause },
    );
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${SCHEMA_LOCK})`).catch(() => undefined);
  }
}

async function newClient(url: string, timeoutMs: number): Promise<Client> {
  const { Client: Made } = await import("pg");
  const parsers = { getTypeParser: (oid: number) => (INTEGERS.has(oid) ? Number : String) };
  try {
    if (!/^postgres(?:ql)?:\/\//.test(url)) throw new Error("another scheme");
    return new Made({
      connectionString: url,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: QUERY_MS,
      keepAlive: true,
      application_name: "learn-istio class",
      types: parsers as never,
    });
  } catch {
    // The error would name the whole address, password and all.
    throw new EnvironmentError(
      "`--database` is no address of a PostgreSQL, expected `postgres://USER@HOST:PORT/NAME`.",
      {
        hint: "The environment variable LEARN_ISTIO_DATABASE keeps its password out of the list of processes.",
      },
    );
  }
}

function describeClient({ user, host, port, database }: Client): string {
  return `\`postgres://${user ?? ""}@${host}:${port}/${database ?? ""}\``;
}
