import { absolute } from "../container/files.ts";
import { breathe, Failure, Input, Killed, type Process, type Program } from "../process.ts";
import { formatDate } from "./date-format.ts";
import { readOptions } from "./options.ts";
import { printf } from "./printf.ts";
import { evaluateTest } from "./test.ts";
import { wait } from "./text.ts";

const echo: Program = async (process) => {
  const words = [...process.args];
  let newline = "\n";
  let escapes = false;
  while (/^-[neE]+$/.test(words[0] ?? "")) {
    const flags = words.shift() ?? "";
    if (flags.includes("n")) newline = "";
    if (flags.includes("e")) escapes = true;
  }
  const text = words.join(" ");
  await process.stdout((escapes ? unescaped(text) : text) + newline);
  return 0;
};

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  a: "\x07",
  e: "\x1b",
  "0": "\0",
};

function unescaped(text: string): string {
  return text.replaceAll(/\\([ntr\\ae0])/g, (_, char: string) => ESCAPES[char] ?? char);
}

const env: Program = async (process) => {
  const words = [...process.args];
  const own = new Map(process.env);
  for (let word = words[0]; word !== undefined && (word.startsWith("-") || word.includes("=")); word = words[0]) {
    words.shift();
    if (word === "-i" || word === "-") own.clear();
    else if (word === "-u") own.delete(words.shift() ?? "");
    else if (word.includes("=")) own.set(word.split("=", 1)[0] ?? "", word.slice(word.indexOf("=") + 1));
  }
  if (words.length > 0) return process.spawn(words, { env: own });
  await process.stdout([...own].map(([name, value]) => `${name}=${value}\n`).join(""));
  return 0;
};

const printenv: Program = async (process) => {
  if (process.args.length === 0) return env(process);
  let status = 0;
  for (const name of process.args) {
    const value = process.env.get(name);
    if (value === undefined) status = 1;
    else await process.stdout(`${value}\n`);
  }
  return status;
};

const USERS: Readonly<Record<string, string>> = {
  root: "uid=0(root) gid=0(root) groups=0(root)",
};

const id: Program = async (process) => {
  const options = readOptions(process.args, "unGg");
  const { user, uid } = process.machine.image;
  const runAs = process.machine.pod.spec?.securityContext?.runAsUser ?? uid;
  const name = runAs === uid ? user : "";
  const whole =
    runAs === 0
      ? USERS.root
      : `uid=${runAs}${name && `(${name})`} gid=${runAs}${name && `(${name})`} groups=${runAs}${name && `(${name})`}`;
  await process.stdout(`${options.has("u", "g") ? (options.has("n") ? name || runAs : runAs) : whole}\n`);
  return 0;
};

const uname: Program = async (process) => {
  const options = readOptions(process.args, "asnrvmpio");
  const host = hostOf(process);
  const parts = { s: "Linux", n: host, r: "6.6.87", v: "#1 SMP PREEMPT_DYNAMIC", m: "x86_64", o: "Linux" };
  const wanted = Object.entries(parts).filter(
    ([letter]) => options.has("a", letter) || (letter === "s" && options.flags.size === 0),
  );
  await process.stdout(`${wanted.map(([, text]) => text).join(" ")}\n`);
  return 0;
};

function hostOf({ machine }: Process): string {
  return machine.pod.spec?.hostname ?? machine.pod.metadata.name.slice(0, 63);
}

const hostname: Program = async (process) => {
  const options = readOptions(process.args, "fisId");
  await process.stdout(`${options.has("i", "I") ? process.machine.pod.status?.podIP : hostOf(process)}\n`);
  return 0;
};

const date: Program = async (process) => {
  const options = readOptions(
    process.args.filter((one) => !one.startsWith("+")),
    "uRI",
    "ds",
    ["utc", "iso-8601=", "date="],
  );
  const format =
    process.args.find((one) => one.startsWith("+"))?.slice(1) ?? (options.has("I") ? "%F" : "%a %b %e %H:%M:%S UTC %Y");
  const given = options.flags.get("d") ?? options.flags.get("date");
  const at = given?.startsWith("@")
    ? new Date(Number(given.slice(1)) * 1000)
    : new Date(given === undefined ? process.machine.now() : Date.parse(given));
  if (Number.isNaN(at.getTime())) throw new Failure(`invalid date '${given}'`);
  await process.stdout(`${formatDate(format, at)}\n`);
  return 0;
};

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(text: string): number {
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  if (!match) throw new Failure(`invalid number '${text}'`);
  return Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1);
}

const sleep: Program = async (process) => {
  if (process.args.length === 0) throw new Failure("missing operand");
  if (process.args[0] === "infinity") await wait(2 ** 31 - 1, process.signal);
  else await wait(process.args.map(seconds).reduce((sum, one) => sum + one, 0) * 1000, process.signal);
  return 0;
};

const seq: Program = async (process) => {
  const options = readOptions(
    process.args.filter((one) => !/^-\d/.test(one)),
    "w",
    "s",
  );
  const numbers = process.args.filter((one) => /^-?\d/.test(one)).map(Number);
  const [first = 1, step = 1, last = 1] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  if (step === 0) return 0;
  const separator = options.flags.get("s") ?? "\n";
  let isFirst = true;
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    await process.stdout(`${isFirst ? "" : separator}${value}`);
    isFirst = false;
    await breathe(process.signal);
  }
  if (!isFirst) await process.stdout("\n");
  return 0;
};

const yes: Program = async (process) => {
  for (;;) {
    await process.stdout(`${process.args.join(" ") || "y"}\n`);
    await breathe(process.signal);
  }
};

const which: Program = async (process) => {
  let status = 0;
  for (const name of readOptions(process.args, "a").rest) {
    const folders = (process.env.get("PATH") ?? "/usr/bin:/bin").split(":");
    const found = folders.map((one) => `${one}/${name}`).find((path) => process.machine.files.find(path));
    if (found === undefined) status = 1;
    else await process.stdout(`${found}\n`);
  }
  return status;
};

const ps: Program = async (process) => {
  const user = process.machine.image.user;
  const rows = [...process.machine.processes.values()].map(
    (one) => `${String(one.pid).padStart(5)} ${user.padEnd(8)}  0:00 ${one.words.join(" ")}\n`,
  );
  const own = Math.max(1, ...process.machine.processes.keys()) + 1;
  const self = `${String(own).padStart(5)} ${user.padEnd(8)}  0:00 ${["ps", ...process.args].join(" ")}\n`;
  await process.stdout(`PID   USER     TIME  COMMAND\n${rows.join("")}${self}`);
  return 0;
};

const xargs: Program = async (process) => {
  const options = readOptions(process.args.slice(0, firstWord(process.args)), "0rt", "nIPL");
  const command = process.args.slice(firstWord(process.args));
  const text = (await process.stdin.readAll()).toString();
  const replace = options.flags.get("I");
  const items = text.split(options.has("0") ? "\0" : replace === undefined ? /\s+/ : "\n").filter(Boolean);
  const size = replace === undefined ? Number(options.flags.get("n") ?? (items.length || 1)) : 1;
  const words = command.length === 0 ? ["echo"] : command;
  let status = 0;
  for (let at = 0; at < items.length; at += size) {
    const batch = items.slice(at, at + size);
    const line =
      replace === undefined ? [...words, ...batch] : words.map((one) => one.replaceAll(replace, batch[0] ?? ""));
    if ((await process.spawn(line, { stdin: new Input(undefined, process.signal) })) !== 0) status = 123;
  }
  return status;
};

function firstWord(args: readonly string[]): number {
  let at = 0;
  while (args[at]?.startsWith("-")) at += /^-[nIPL]$/.test(args[at] ?? "") ? 2 : 1;
  return at;
}

const timeout: Program = async (process) => {
  const [limit = "0", ...words] = process.args.slice(process.args[0] === "-s" ? 2 : 0);
  let isOver = false;
  const over = wait(seconds(limit) * 1000, process.signal).then(() => {
    isOver = true;
    throw new Killed(143);
  });
  try {
    return await Promise.race([process.spawn(words), over]);
  } catch (error) {
    if (isOver) return 143;
    throw error;
  }
};

const test: Program = async (process) => {
  const args = [...process.args];
  if (process.name === "[" && args.pop() !== "]") throw new Failure("missing ]", 2);
  return evaluateTest(args, (name) => process.machine.files.find(absolute(process.cwd, name)), process.isTty) ? 0 : 1;
};

function says(text: string): Program {
  return async (process) => {
    await process.stdout(text);
    return 0;
  };
}

/** The words of a path: `basename`, `dirname`. */
const basename: Program = async (process) => {
  const [name = "", suffix = ""] = process.args;
  const last = name.replace(/\/+$/, "").split("/").at(-1) ?? "";
  await process.stdout(
    `${last.endsWith(suffix) && last !== suffix ? last.slice(0, last.length - suffix.length) : last}\n`,
  );
  return 0;
};

const dirname: Program = async (process) => {
  const [name = ""] = process.args;
  await process.stdout(`${name.includes("/") ? name.replace(/\/+[^/]*\/*$/, "") || "/" : "."}\n`);
  return 0;
};

export const SYSTEM_PROGRAMS: Readonly<Record<string, Program>> = {
  "[": test,
  basename,
  clear: says("\x1b[H\x1b[J"),
  date,
  dirname,
  echo,
  env,
  false: async () => 1,
  free: says(
    "              total        used        free      shared  buff/cache   available\nMem:        8145432     2310456     1820480       12480     4014496     5553720\nSwap:             0           0           0\n",
  ),
  hostname,
  id,
  nproc: says("4\n"),
  printenv,
  printf: async (process) => {
    const { text, complaints } = printf(process.args, process.machine.now());
    await process.stdout(text);
    for (const one of complaints) await process.stderr(`${process.name}: ${one}: invalid number\n`);
    return complaints.length > 0 ? 1 : 0;
  },
  ps,
  pwd: async (process) => {
    await process.stdout(`${process.cwd}\n`);
    return 0;
  },
  seq,
  sleep,
  sync: async () => 0,
  test,
  timeout,
  true: async () => 0,
  uname,
  uptime: says(" 10:00:00 up 3 days,  2:10,  load average: 0.42, 0.38, 0.35\n"),
  which,
  whoami: async (process) => {
    await process.stdout(`${process.machine.image.user}\n`);
    return 0;
  },
  xargs,
  yes,
};
