import { absolute } from "../container/files.ts";
import { breathe, Failure, type Process, type Program } from "../process.ts";
import { readOptions } from "./options.ts";
import { printf, rawBytes, unescapedText } from "./printf.ts";
import { evaluateTest } from "./test.ts";

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
  const end = escapes ? text.search(/(?<!\\)(?:\\\\)*\\c/) : -1;
  const shown = escapes ? unescapedText(end < 0 ? text : text.slice(0, end)) : text;
  await process.stdout(rawBytes(shown + (end < 0 ? newline : "")));
  return 0;
};

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

const yes: Program = async (process) => {
  const line = Buffer.from(`${process.args.join(" ") || "y"}\n`);
  // As much at once as a pipe holds.
  const lines = Buffer.alloc(Math.max(1, Math.floor((64 * 1024) / line.length)) * line.length, line);
  for (;;) {
    await process.stdout(lines);
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

export const SYSTEM_PROGRAMS: Readonly<Record<string, Program>> = {
  "[": test,
  clear: says("\x1b[H\x1b[J"),
  echo,
  env,
  false: async () => 1,
  hostname,
  id,
  nproc: says("4\n"),
  printenv,
  printf: async (process) => {
    const { text, complaints } = printf(process.args, process.machine.now());
    await process.stdout(rawBytes(text));
    for (const one of complaints) await process.stderr(`${process.name}: ${one}: invalid number\n`);
    return complaints.length > 0 ? 1 : 0;
  },
  pwd: async (process) => {
    await process.stdout(`${process.cwd}\n`);
    return 0;
  },
  logname: async () => {
    throw new Failure("no login name");
  },
  sync: async () => 0,
  test,
  tty: async (process) => {
    if (!process.args.includes("-s")) await process.stdout(process.isTty ? "/dev/pts/0\n" : "not a tty\n");
    return process.isTty ? 0 : 1;
  },
  true: async () => 0,
  uname,
  which,
  whoami: async (process) => {
    await process.stdout(`${process.machine.image.user}\n`);
    return 0;
  },
  yes,
};
