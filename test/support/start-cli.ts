import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { BIN, type CliRoom } from "./run-cli.ts";

/** The program in a room, going on: what it says is waited for. */
export function startCli(room: CliRoom, ...args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: room.folder, env: room.env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      look();
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let seen = 0;
  const until = (wanted: string): Promise<string> =>
    new Promise((resolve) => {
      look = () => {
        const at = text.indexOf(wanted, seen);
        if (at === -1) return;
        const from = seen;
        seen = at + wanted.length;
        look = () => {};
        resolve(text.slice(from, seen));
      };
      look();
    });
  // What is typed when the program has just ended reaches nobody.
  child.stdin.on("error", () => {});
  const type = (line: string): void => void child.stdin.write(line);
  const endInput = (): void => void child.stdin.end();
  const said = (): string => text;
  return {
    pid: child.pid,
    until,
    said,
    ended,
    type,
    endInput,
    kill: () => void child.kill("SIGKILL"),
    interrupt: () => void child.kill("SIGINT"),
  };
}
