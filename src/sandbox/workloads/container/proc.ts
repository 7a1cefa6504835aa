import type { Machine, RunningProcess } from "../machine.ts";
import { type Directory, directory, type Node } from "./files.ts";

/** Of the node, as its status says. */
const CPUS = 4;
const MEMORY_KIB = 8_145_432;

/** `/proc`, made anew at each look from what runs: proc(5). */
export function procDirectory(machine: Machine, env: ReadonlyMap<string, string>): Directory {
  return { ...directory(machine.now()), source: () => entries(machine, env) };
}

function entries(machine: Machine, env: ReadonlyMap<string, string>): Map<string, Node> {
  const { processes, now } = machine;
  const newest = Math.max(1, ...processes.keys());
  const first = processes.get(1)?.startedAt ?? now();
  const up = ((now() - first) / 1000).toFixed(2);
  const cpus = Array.from(
    { length: CPUS },
    (_, at) => `processor\t: ${at}\nvendor_id\t: GenuineIntel\nmodel name\t: Simulated CPU\ncpu cores\t: ${CPUS}\n\n`,
  );
  const texts: Readonly<Record<string, string>> = {
    cpuinfo: cpus.join(""),
    loadavg: `0.00 0.01 0.05 1/${processes.size} ${newest}\n`,
    meminfo: `MemTotal:${kib(MEMORY_KIB)}MemFree:${kib(MEMORY_KIB / 2)}MemAvailable:${kib((MEMORY_KIB * 3) / 4)}Buffers:${kib(0)}Cached:${kib(MEMORY_KIB / 4)}SwapTotal:${kib(0)}SwapFree:${kib(0)}`,
    mounts:
      "overlay / overlay rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\ntmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\n",
    uptime: `${up} ${up}\n`,
    version: "Linux version 6.6.87 (simulated)\n",
  };
  const made = new Map<string, Node>(Object.entries(texts).map(([name, content]) => [name, file(content)]));
  for (const [pid, process] of processes) made.set(String(pid), processDirectory(process, env));
  // Who reads has been started last.
  made.set("self", { kind: "link", target: `/proc/${newest}`, mode: 0o777, changed: 0 });
  return made;
}

function processDirectory({ pid, parent = 0, words }: RunningProcess, env: ReadonlyMap<string, string>): Directory {
  const name = (words[0] ?? "").split("/").at(-1)?.slice(0, 15) ?? "";
  const texts: Readonly<Record<string, string>> = {
    cmdline: words.map((word) => `${word}\0`).join(""),
    comm: `${name}\n`,
    environ: [...env].map(([key, value]) => `${key}=${value}\0`).join(""),
    status: `Name:\t${name}\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t${parent}\nThreads:\t1\n`,
  };
  const made = directory();
  for (const [key, content] of Object.entries(texts)) made.entries.set(key, file(content));
  return made;
}

function file(content: string): Node {
  return { kind: "file", data: Buffer.from(content), mode: 0o444, changed: 0, isReadOnly: true };
}

function kib(amount: number): string {
  return `${String(Math.floor(amount)).padStart(15)} kB\n`;
}
