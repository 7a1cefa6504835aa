import { expect, test } from "vitest";
import { startPods } from "./container.ts";

test.each([
  ["postgres:16", ["pg_isready", "-U", "me"], "/var/run/postgresql:5432 - accepting connections\n", 0],
  ["postgres:16", ["pg_isready", "-h", "127.0.0.1", "-p", "1"], "127.0.0.1:1 - no response\n", 2],
  ["docker.io/redis:alpine", ["redis-cli", "ping"], "PONG\n", 0],
  [
    "docker.io/redis:alpine",
    ["redis-cli", "-p", "1", "ping"],
    "Could not connect to Redis at 127.0.0.1:1: Connection refused\n",
    1,
  ],
  ["docker.io/redis:alpine", ["redis-cli", "get", "a"], "redis-cli: only whether the server is up is simulated\n", 1],
  ["mysql:8", ["mysqladmin", "ping", "-h", "localhost"], "mysqld is alive\n", 0],
  ["mariadb", ["mariadb-admin", "-P", "1", "ping"], "mysqladmin: connect to server at 'localhost' failed\n", 1],
  ["mongo:7", ["mongosh", "--eval", "db.adminCommand('ping')"], "{ ok: 1 }\n", 0],
])("in %s, %o tells whether the server is up", async (image, command, text, code) => {
  const { pod, run } = startPods();
  const { out, err, exit } = await run(pod("db", { container: { image } }), command);
  expect([out + err, exit]).toEqual([text, { code }]);
});
