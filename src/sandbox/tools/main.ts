import { setTimeout as sleep } from "node:timers/promises";
import { askApi, command, getText, type Running, readRunning } from "./connection.ts";
import { docker } from "./docker.ts";
import { istioctl } from "./istioctl/index.ts";
import { kind } from "./kind.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** The programs by the names that they are called by: `tool.cjs kind get clusters`. */
const TOOLS: Readonly<Record<string, Tool>> = { docker, istioctl, kind };

async function main(): Promise<number> {
  const [name = "", ...args] = process.argv.slice(2);
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (tool === undefined) {
    process.stderr.write(`unknown tool \`${name}\`, expected \`${Object.keys(TOOLS).join("` or `")}\`\n`);
    return 2;
  }
  try {
    return await tool(contextFor(args));
  } catch (error) {
    process.stderr.write(`${name} (sandbox): ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function contextFor(args: readonly string[]): ToolContext {
  return {
    args,
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true && process.env.TERM !== "dumb",
    call: (name, body = {}) => ask((running) => command(running, name, body)),
    get: (path) => ask((running) => getText(running, path)),
    api: (method, path, body, type) => ask((running) => askApi(running, method, path, body, type)),
    forward: (asked) => ask(async (running) => (await import("./forward.ts")).forwarded(running, asked)),
    readLine,
    sleep: (ms) => sleep(ms),
    now: Date.now,
  };
}

async function ask<T>(question: (running: Running) => Promise<T>): Promise<T> {
  const running = readRunning(process.env.LEARN_ISTIO_SANDBOX_STATE ?? "");
  if (running === undefined) throw new Error(NOT_RUNNING);
  try {
    return await question(running);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") throw new Error(NOT_RUNNING, { cause: error });
    throw error;
  }
}

async function readLine(): Promise<string | undefined> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
  }
}

const NOT_RUNNING = "the sandbox does not run; `learn-istio sandbox start` starts it";

// A reader that has seen enough (`| head -1`) closes the pipe: what is left to say is for nobody.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
// Not awaited here: a script that V8 keeps compiled has no top-level await.
void main().then((status) => {
  process.exitCode = status;
});
