import { spawn } from "node:child_process";
import { closeSync } from "node:fs";

/** A process that saves and says goodbye needs less. */
const GRACE_SECONDS = 5;

/**
 * Standard input is the owner's pipe, which ends with it; $1 is the process to end, our parent for as long as it lives: its number
 * may be somebody else's later.
 */
const SCRIPT = `
parent() {
  if [ -r /proc/$$/stat ]; then read -r _ _ _ ppid _ </proc/$$/stat; else ppid=$(ps -o ppid= -p $$); fi
  [ "$ppid" -eq "$1" ]
}
cat >/dev/null
for second in $(seq ${GRACE_SECONDS}); do
  parent "$1" || exit 0
  sleep 1
done
parent "$1" && kill -s KILL "$1"
`;

/**
 * Watch from outside that this process ends with its owner, whatever keeps its event loop busy then. `pipe` is a descriptor
 * that ends with the owner, of which nobody else reads. A machine without `sh` goes without.
 */
export function watchOwner(pipe: number): void {
  const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", String(process.pid)], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    stdio: [pipe, "ignore", "ignore"],
  });
  closeSync(pipe);
  child.on("error", () => {});
  child.unref();
  process.once("exit", () => child.kill("SIGKILL"));
}
