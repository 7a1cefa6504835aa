import { absolute, type Node } from "../container/files.ts";
import type { RunningProcess } from "../machine.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { formatDate } from "./date-format.ts";
import { blocksOf, human } from "./ls.ts";
import { readOptions } from "./options.ts";
import { wait } from "./text.ts";

/** What the simulated node has, in KiB. */
const MEMORY = {
  total: 8_145_432,
  used: 2_310_456,
  free: 1_820_480,
  shared: 12_480,
  cached: 4_014_496,
  available: 5_553_720,
};
const DISK = { size: 61_255_492, used: 18_211_236, available: 39_900_256 };

/** A table whose columns are as wide as they need; `left` names those that begin at the left. */
function table(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (left.includes(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join(" ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

interface Mount {
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

function mountsOf({ machine: { pod, container } }: Process): readonly Mount[] {
  const all: { name: string; volumeMounts?: Mount[] }[] = pod.spec?.containers ?? [];
  return all.find((one) => one.name === container)?.volumeMounts ?? [];
}

const df: Program = async (process) => {
  const options = readOptions(process.args, "hkmTPaiH", "t", ["human-readable:h", "print-type:T"]);
  const amount = (kib: number): string =>
    options.has("h") ? human(kib * 1024) : String(options.has("m") ? Math.ceil(kib / 1024) : kib);
  const row = (source: string, type: string, [size, used, free]: readonly number[], on: string): string[] => [
    source,
    ...(options.has("T") ? [type] : []),
    amount(size ?? 0),
    amount(used ?? 0),
    amount(free ?? 0),
    `${Math.ceil((100 * (used ?? 0)) / Math.max(1, (used ?? 0) + (free ?? 0)))}%`,
    on,
  ];
  const disk = [DISK.size, DISK.used, DISK.available];
  const half = MEMORY.total / 2;
  const unit = options.has("h") ? "Size" : options.has("m") ? "1M-blocks" : "1K-blocks";
  const rows = [
    [
      "Filesystem",
      ...(options.has("T") ? ["Type"] : []),
      unit,
      "Used",
      options.has("h") ? "Avail" : "Available",
      "Use%",
      "Mounted on",
    ],
    row("overlay", "overlay", disk, "/"),
    row("tmpfs", "tmpfs", [65_536, 0, 65_536], "/dev"),
    ...mountsOf(process).map(({ mountPath, readOnly }) =>
      row(
        readOnly ? "tmpfs" : "/dev/vda1",
        readOnly ? "tmpfs" : "ext4",
        readOnly ? [half, 12, half - 12] : disk,
        mountPath,
      ),
    ),
  ];
  const named = options.rest.map((name) => absolute(process.cwd, name));
  const shown = named.length === 0 ? rows : [rows[0] ?? [], ...named.map((path) => longest(rows, path))];
  await process.stdout(table(shown, options.has("T") ? [0, 1, 6] : [0, 5]));
  return 0;
};

/** The file system that a path is on. */
function longest(rows: readonly string[][], path: string): string[] {
  const fitting = rows.slice(1).filter((row) => `${path}/`.startsWith(`${row.at(-1)?.replace(/\/$/, "")}/`));
  return fitting.sort((a, b) => (b.at(-1)?.length ?? 0) - (a.at(-1)?.length ?? 0))[0] ?? rows[1] ?? [];
}

const du: Program = async (process) => {
  const options = readOptions(process.args, "shakcmbx", "d", [
    "summarize:s",
    "human-readable:h",
    "max-depth=:d",
    "all:a",
    "total:c",
  ]);
  const depth = options.has("s") ? 0 : Number(options.flags.get("d") ?? Number.POSITIVE_INFINITY);
  const shown = (kib: number): string =>
    options.has("h") ? (kib === 0 ? "0" : human(kib * 1024)) : String(options.has("m") ? Math.ceil(kib / 1024) : kib);
  const lines: string[] = [];
  const visit = (path: string, node: Node, level: number): number => {
    let size = blocksOf(node);
    if (node.kind === "directory")
      for (const [name, child] of [...(node.source?.() ?? node.entries)].sort(([a], [b]) => (a < b ? -1 : 1)))
        size += visit(`${path.replace(/\/$/, "")}/${name}`, child, level + 1);
    if (level <= depth && (node.kind === "directory" || level === 0 || options.has("a")))
      lines.push(`${shown(size)}\t${path}\n`);
    return size;
  };
  let status = 0;
  let total = 0;
  for (const name of options.rest.length > 0 ? options.rest : ["."]) {
    const node = process.machine.files.find(absolute(process.cwd, name), false);
    if (node) total += visit(name, node, 0);
    else {
      const words = isBusybox(process.machine.image) ? name : `cannot access '${name}'`;
      await process.stderr(`${process.name}: ${words}: No such file or directory\n`);
      status = 1;
    }
  }
  if (options.has("c")) lines.push(`${shown(total)}\ttotal\n`);
  await process.stdout(lines.join(""));
  return status;
};

const free: Program = async (process) => {
  const options = readOptions(process.args, "hkmgbtwl", "sc", ["human:h", "mega:m", "giga:g"]);
  const by = options.has("b") ? 1 / 1024 : options.has("m") ? 1024 : options.has("g") ? 1024 ** 2 : 1;
  const shown = (kib: number): string =>
    options.has("h")
      ? human(kib * 1024).replace(/([KMGT])$/, isBusybox(process.machine.image) ? "$1" : "$1i")
      : String(Math.floor(kib / by));
  const row = (name: string, values: readonly number[]): string =>
    `${name.padEnd(7)}${values.map((one) => shown(one).padStart(12)).join(" ")}\n`.replace(/ {2}/, " ");
  const head = ["total", "used", "free", "shared", "buff/cache", "available"].map((one) => one.padStart(12)).join("");
  await process.stdout(`       ${head}\n${row("Mem:", Object.values(MEMORY))}${row("Swap:", [0, 0, 0])}`);
  return 0;
};

const uptime: Program = async (process) => {
  const up = Math.max(0, Math.floor((process.machine.now() - startOf(process)) / 60_000));
  const days = Math.floor(up / 1440);
  const text =
    up < 60 ? `${up} min` : `${Math.floor((up % 1440) / 60)}:${String(up % 60).padStart(2, "0")}`.padStart(5);
  const shown = days > 0 ? `${days} day${days === 1 ? "" : "s"}, ${text}` : text;
  await process.stdout(
    ` ${formatDate("%T", new Date(process.machine.now()))} up ${shown},  0 users,  load average: 0.42, 0.38, 0.35\n`,
  );
  return 0;
};

function startOf({ machine }: Process): number {
  return Date.parse(machine.pod.status?.startTime ?? "") || machine.now();
}

type Column = readonly [title: string, width: number, show: (one: RunningProcess, process: Process) => string];

/** How long it has run: it takes no time of a processor to speak of. */
function elapsed({ startedAt }: RunningProcess, { machine }: Process): string {
  const seconds = Math.max(0, Math.floor((machine.now() - startedAt) / 1000));
  const [minutes, rest] = [Math.floor(seconds / 60), String(seconds % 60).padStart(2, "0")];
  return `${String(minutes).padStart(2, "0")}:${rest}`;
}

const text = (one: RunningProcess): string => one.words.join(" ");
const base = (one: RunningProcess): string => one.words[0]?.split("/").at(-1) ?? "";
const user = (_: RunningProcess, { machine }: Process): string => machine.image.user;
const startedClock = (one: RunningProcess): string => formatDate("%R", new Date(one.startedAt));

/** What `-o` can name; a width below 0 begins at the left. */
const COLUMNS: Readonly<Record<string, Column>> = {
  "%cpu": ["%CPU", 4, () => "0.0"],
  "%mem": ["%MEM", 4, () => "0.0"],
  args: ["COMMAND", -27, text],
  cmd: ["CMD", -27, text],
  comm: ["COMMAND", -15, base],
  command: ["COMMAND", -27, text],
  etime: ["ELAPSED", 11, elapsed],
  gid: ["GID", 5, (_, { machine }) => String(machine.image.uid)],
  group: ["GROUP", -8, user],
  pcpu: ["%CPU", 4, () => "0.0"],
  pgid: ["PGID", 7, (one) => String(one.group ?? one.pid)],
  pid: ["PID", 7, (one) => String(one.pid)],
  pmem: ["%MEM", 4, () => "0.0"],
  ppid: ["PPID", 7, (one) => String(one.parent ?? 0)],
  rss: ["RSS", 5, () => "3140"],
  stat: ["STAT", -4, (one) => (one.pid === 1 ? "Ss" : "S")],
  start: ["STARTED", 8, (one) => formatDate("%T", new Date(one.startedAt))],
  stime: ["STIME", 5, startedClock],
  time: ["TIME", 8, () => "00:00:00"],
  tty: ["TT", -8, () => "?"],
  uid: ["UID", 5, (_, { machine }) => String(machine.image.uid)],
  user: ["USER", -8, user],
  vsz: ["VSZ", 6, () => "4360"],
};

function processesOf(process: Process): RunningProcess[] {
  return [...process.machine.processes.values()].sort((a, b) => a.pid - b.pid);
}

const ps: Program = async (process) => {
  const words = process.args;
  const own = words.map((one) => /^-?[a-z]*o(.*)$/.exec(one)).find(Boolean);
  const list = own ? own[1] || words[words.findIndex((one) => /^-?[a-z]*o$/.test(one)) + 1] : undefined;
  const rows = processesOf(process);
  if (isBusybox(process.machine.image) && list === undefined) {
    const lines = rows.map(
      (one) => `${String(one.pid).padStart(5)} ${user(one, process).padEnd(8)}  0:00 ${text(one)}\n`,
    );
    await process.stdout(`PID   USER     TIME  COMMAND\n${lines.join("")}`);
    return 0;
  }
  if (list !== undefined) {
    const columns = list.split(/[ ,]/).map((one): Column => {
      const [name = "", title] = one.split("=");
      const found = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
      if (!found)
        throw new Failure(
          isBusybox(process.machine.image)
            ? `bad -o argument '${name}'`
            : `error: unknown user-defined format specifier "${name}"`,
        );
      return title === undefined ? found : [title, found[1], found[2]];
    });
    const line = (cells: readonly string[]): string =>
      `${cells
        .map((cell, at) =>
          (columns[at]?.[1] ?? 0) < 0 ? cell.padEnd(-(columns[at]?.[1] ?? 0)) : cell.padStart(columns[at]?.[1] ?? 0),
        )
        .join(" ")
        .trimEnd()}\n`;
    const head = columns.some(([title]) => title !== "") ? line(columns.map(([title]) => title)) : "";
    await process.stdout(head + rows.map((one) => line(columns.map(([, , show]) => show(one, process)))).join(""));
    return 0;
  }
  const flags = words.join("").replaceAll("-", "");
  if (/u/.test(flags)) {
    const lines = rows.map(
      (one) =>
        `${user(one, process).padEnd(8)} ${String(one.pid).padStart(7)}  0.0  0.0   4360  3140 ?        ${(one.pid === 1 ? "Ss" : "S").padEnd(4)} ${startedClock(one)}   0:00 ${text(one)}\n`,
    );
    await process.stdout(
      `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n${lines.join("")}`,
    );
  } else if (/f/.test(flags)) {
    const lines = rows.map(
      (one) =>
        `${user(one, process).padEnd(8)} ${String(one.pid).padStart(7)} ${String(one.parent ?? 0).padStart(7)}  0 ${startedClock(one)} ?        00:00:00 ${text(one)}\n`,
    );
    await process.stdout(`UID          PID    PPID  C STIME TTY          TIME CMD\n${lines.join("")}`);
  } else {
    const lines = rows.map((one) => `${String(one.pid).padStart(7)} ?        00:00:00 ${base(one)}\n`);
    await process.stdout(`    PID TTY          TIME CMD\n${lines.join("")}`);
  }
  return 0;
};

/** What `top` shows once. */
function summary(process: Process): string {
  const rows = processesOf(process);
  const { used, free: left, shared, cached } = MEMORY;
  if (isBusybox(process.machine.image)) {
    const lines = rows.map(
      (one) =>
        `${String(one.pid).padStart(5)} ${String(one.parent ?? 0).padStart(5)} ${user(one, process).padEnd(8)} S     4360   0%   0   0% ${text(one)}\n`,
    );
    return `Mem: ${used}K used, ${left}K free, ${shared}K shrd, 0K buff, ${cached}K cached\nCPU:   3% usr   1% sys   0% nic  95% idle   0% io   0% irq   0% sirq\nLoad average: 0.42 0.38 0.35 1/${rows.length} ${process.pid}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n${lines.join("")}`;
  }
  const mib = (kib: number): string => (kib / 1024).toFixed(1).padStart(8);
  const lines = rows.map(
    (one) =>
      `${String(one.pid).padStart(7)} ${user(one, process).padEnd(9)} 20   0    4360   3140   2860 S   0.0   0.0   0:00.00 ${base(one)}\n`,
  );
  return `top - ${formatDate("%T", new Date(process.machine.now()))} up 1 min,  0 users,  load average: 0.42, 0.38, 0.35\nTasks: ${String(rows.length).padStart(3)} total,   1 running, ${String(rows.length - 1).padStart(3)} sleeping,   0 stopped,   0 zombie\n%Cpu(s):  3.1 us,  1.2 sy,  0.0 ni, 95.7 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\nMiB Mem : ${mib(MEMORY.total)} total, ${mib(left)} free, ${mib(used)} used, ${mib(cached)} buff/cache\nMiB Swap:      0.0 total,      0.0 free,      0.0 used. ${mib(MEMORY.available)} avail Mem\n\n    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n${lines.join("")}`;
}

const top: Program = async (process) => {
  const options = readOptions(process.args, "bmHcS", "ndp");
  const times = Number(options.flags.get("n") ?? Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < times; turn += 1) {
    if (turn > 0) await wait(Number(options.flags.get("d") ?? 3) * 1000, process.signal);
    await process.stdout(`${process.isTty && !options.has("b") ? "\x1b[H\x1b[J" : ""}${summary(process)}`);
  }
  return 0;
};

const mount: Program = async (process) => {
  const volumes = mountsOf(process).map(
    ({ mountPath, readOnly }) => `tmpfs on ${mountPath} type tmpfs (${readOnly ? "ro" : "rw"},relatime)\n`,
  );
  await process.stdout(
    `overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\n${volumes.join("")}`,
  );
  return 0;
};

export const USAGE_PROGRAMS: Readonly<Record<string, Program>> = { df, du, free, mount, ps, top, uptime };
