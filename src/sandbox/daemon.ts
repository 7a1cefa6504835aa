import { closeSync, writeSync } from "node:fs";
import { Background } from "./background.ts";
import { type DaemonOptions, STARTED_FD, type Started } from "./daemon-options.ts";
import { makeStateDir, stateFiles } from "./files.ts";
import { lockStateDir } from "./lock.ts";
import { LogFile } from "./log-file.ts";
import { watchOwner } from "./owner-watch.ts";

/** The background process's main program. Its output goes to the log file that its client opened. */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? "{}") as DaemonOptions;
  const files = stateFiles(options.stateDir);
  makeStateDir(files);
  file = new LogFile(process.stdout.fd, files.log);
  const unlock = await lockStateDir(files.dir);
  if (unlock === undefined) {
    say({ kind: "busy" });
    process.exit(0);
  }
  const background = new Background(options, () => process.exit(0), log);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void background.stop());
  if (options.private) endWithOwner(background);
  const { running, answer } = await background.start();
  say({ kind: "ready", notices: background.notices, running, answer });
  if (options.ownerFd !== undefined) watchOwner(options.ownerFd);
}

/** The owner holds the other end of our standard input; the kernel closes it however the owner ends. */
function endWithOwner(background: Background): void {
  process.stdin.on("end", () => void background.stop());
  process.stdin.on("error", () => void background.stop());
  process.stdin.resume();
}

function say(started: Started): void {
  try {
    writeSync(STARTED_FD, `${JSON.stringify(started)}\n`);
    closeSync(STARTED_FD);
  } catch {
    // Whoever started us has gone already; nobody waits for the line.
  }
}

let file: LogFile | undefined;

function log(message: string, error?: unknown): void {
  const detail =
    error === undefined ? "" : `: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const line = `${new Date().toISOString()} ${message}${detail}`;
  if (file === undefined) process.stdout.write(`${line}\n`);
  else file.add(line);
}

main().catch((error: unknown) => {
  log("could not start", error);
  say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
