import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const root = path.resolve(import.meta.dirname, "../..");
const schema = JSON.parse(readFileSync(path.join(root, "lessons/sandbox-status.schema.json"), "utf8"));
const isStatus = new Ajv2020({ strict: true, strictRequired: false }).compile({
  ...schema,
  additionalProperties: false,
});

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(async () => {
  await room.run(["sandbox", "stop"]);
  room.remove();
});

async function status(): Promise<{ running: boolean; clusters: string[] }> {
  const { stdout } = await room.run(["sandbox", "status", "--json"]);
  const found = JSON.parse(stdout.replaceAll("<port>", "1"));
  expect([isStatus(found), isStatus.errors]).toEqual([true, null]);
  return found;
}

test("what `sandbox status --json` prints is as its schema says, running or not", async () => {
  expect((await status()).running).toBe(false);
  await room.run(["sandbox", "start"]);
  expect(await status()).toMatchObject({ running: true, clusters: ["learn-istio"] });
  expect(isStatus({ running: true, clusters: [], state: "" })).toBe(false);
});

test("whoever reads what `sandbox start` prints sees its end, while the sandbox runs", async () => {
  const start = `"$0" "$1" sandbox start 2>&1 3>&1 4>&1 | cat`;
  const args = ["-c", start, process.execPath, path.join(root, "src/cli/bin.cjs")];
  const options = { cwd: room.folder, env: room.env, encoding: "utf8", timeout: 60_000 } as const;
  expect(execFileSync("bash", args, options)).toContain("running (simulated)");
  expect((await status()).running).toBe(true);
});

test("a sandbox that does not run is emptied without being started", async () => {
  await room.run(["sandbox", "start"]);
  await room.run(["sandbox", "stop"]);
  const { code, stdout } = await room.run(["sandbox", "reset", "--yes", "--json"]);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { running: false }]);
  const { stdout: env } = await room.run(["env", "--json", "--target", "sandbox"]);
  const { KUBECONFIG } = JSON.parse(env) as { KUBECONFIG: string };
  const kubeconfig = KUBECONFIG.replaceAll("<root>", path.dirname(room.folder));
  expect(readFileSync(kubeconfig, "utf8")).not.toContain("kind-learn-istio");
  expect((await status()).clusters).toEqual([]);
});

test("one that runs is emptied and runs on", async () => {
  await room.run(["sandbox", "start"]);
  const { stdout } = await room.run(["sandbox", "reset", "--yes", "--json"]);
  expect(JSON.parse(stdout.replaceAll("<port>", "1"))).toMatchObject({ running: true, clusters: [] });
});
