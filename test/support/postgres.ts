import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where Debian keeps the programs of its newest PostgreSQL, or whoever has them on the path; undefined: nowhere. */
const BIN = findPrograms();

/** Why tests with a PostgreSQL cannot run here; undefined: they can. */
export const NO_POSTGRES = BIN === undefined ? "no PostgreSQL (initdb, pg_ctl) on this machine" : undefined;

/** A PostgreSQL of a test's own, on a port of this machine. */
export interface Postgres {
  /** The URL of a database that is made for the asker, by a user with this password. */
  database(): Promise<string>;
  /** As the server's owner. */
  sql(text: string, database?: string): Promise<string>;
  start(): Promise<void>;
  /** `immediate`: as a crash. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
  remove(): Promise<void>;
}

export const PASSWORD = "s3cret-of-the-room";

export async function openPostgresServer(): Promise<Postgres> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "postgres-"));
  const data = path.join(folder, "data");
  const user = await serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const as = (program: string, ...args: readonly string[]) => {
    const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8", HOME: folder }, ...user };
    return run(path.join(BIN ?? "", program), args, options);
  };
  await as(
    "initdb",
    "--pgdata",
    data,
    "--auth-host",
    "scram-sha-256",
    "--auth-local",
    "trust",
    "--username",
    "root",
    "--no-sync",
    "--encoding",
    "UTF8",
  );
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='${folder}'`;
  const start = async (): Promise<void> => {
    await as("pg_ctl", "-D", data, "-w", "-t", "30", "-l", path.join(folder, "log"), "-o", options, "start");
  };
  const stop = async (mode: "fast" | "immediate" = "fast"): Promise<void> => {
    await as("pg_ctl", "-D", data, "-w", "-m", mode, "stop");
  };
  await start();
  const sql = async (text: string, database = "postgres"): Promise<string> => {
    const asked = ["-h", folder, "-p", String(port), "-U", "root", "-d", database, "-Atc", text];
    return (await as("psql", ...asked)).stdout.trim();
  };
  await sql(`CREATE ROLE teacher LOGIN PASSWORD '${PASSWORD}'`);
  let made = 0;
  return {
    database: async () => {
      made += 1;
      await sql(`CREATE DATABASE room${made} OWNER teacher`);
      return `postgres://teacher:${PASSWORD}@127.0.0.1:${port}/room${made}`;
    },
    sql,
    start,
    stop,
    remove: async () => {
      await stop("immediate").catch(() => undefined);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return folders.find((folder) => ["initdb", "pg_ctl", "psql"].every((name) => existsSync(path.join(folder, name))));
}

/** PostgreSQL refuses to run as root: there its own user does it. */
async function serverUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
