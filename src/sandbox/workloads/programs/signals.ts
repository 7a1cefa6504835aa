import { Failure, type Process, type Program } from "../process.ts";
import { SIGNALS, signalNumber } from "../shell/signals.ts";
import { posix, toRegExp } from "./pattern.ts";

/** Sends a signal to a process, or to a group where the number is negative or 0. Gives whether there was one. */
function send(process: Process, word: string, signal: number): boolean {
  const { processes } = process.machine;
  const number = Number(word);
  const own = processes.get(process.pid);
  const targets = [...processes.values()].filter((one) => {
    if (number > 0) return one.pid === number;
    return number === -1
      ? one.pid !== 1 && one.pid !== process.pid
      : (one.group ?? one.pid) === (number === 0 ? own?.group : -number);
  });
  for (const target of signal === 0 ? [] : targets) target.kill(128 + signal);
  return targets.length > 0;
}

const kill: Program = async (process) => {
  const words = [...process.args];
  let signal: number | undefined = 15;
  if (words[0] === "-l" || words[0] === "-L") {
    const [, code] = words;
    const shown = code === undefined ? SIGNALS.slice(1).join("\n") : (SIGNALS[Number(code) & 127] ?? code);
    await process.stdout(`${shown}\n`);
    return 0;
  }
  if (words[0] === "-s" || words[0] === "-n") {
    words.shift();
    signal = signalNumber(words.shift() ?? "");
  } else if (/^-[A-Za-z0-9]/.test(words[0] ?? "") && words.length > 1)
    signal = signalNumber((words.shift() ?? "").slice(1));
  if (words[0] === "--") words.shift();
  if (signal === undefined) throw new Failure(`bad signal name '${process.args[0]?.slice(1)}'`);
  if (words.length === 0) throw new Failure("you need to specify whom to kill");
  let status = 0;
  for (const word of words) {
    if (/^-?\d+$/.test(word) ? send(process, word, signal) : false) continue;
    const why = /^-?\d+$/.test(word) ? `can't kill pid ${word}: No such process` : `invalid number '${word}'`;
    await process.stderr(`${process.name}: ${why}\n`);
    status = 1;
  }
  return status;
};

function matching({ machine, pid }: Process, pattern: string, isWhole: boolean, isExact: boolean): number[] {
  const test = toRegExp(isExact ? `^(?:${posix(pattern, true)})$` : posix(pattern, true), "");
  return [...machine.processes.values()]
    .filter(
      (one) => one.pid !== pid && test.test(isWhole ? one.words.join(" ") : (one.words[0]?.split("/").at(-1) ?? "")),
    )
    .map((one) => one.pid)
    .sort((a, b) => a - b);
}

/** `pgrep` and `pkill`: processes by their names. */
const find: Program = async (process) => {
  const flags = process.args.filter((one) => one.startsWith("-"));
  const pattern = process.args.find((one) => !one.startsWith("-"));
  if (pattern === undefined) throw new Failure("no matching criteria specified", 2);
  const found = matching(process, pattern, flags.includes("-f"), flags.includes("-x"));
  const isKill = process.name === "pkill" || process.name === "killall";
  const named = flags.map((one) => signalNumber(one.slice(1))).find((one) => one !== undefined) ?? 15;
  for (const pid of found) {
    if (isKill) process.machine.processes.get(pid)?.kill(128 + named);
    else {
      const words = process.machine.processes.get(pid)?.words ?? [];
      const name = flags.includes("-a") ? ` ${words.join(" ")}` : flags.includes("-l") ? ` ${words[0]}` : "";
      await process.stdout(`${pid}${name}\n`);
    }
  }
  return found.length > 0 ? 0 : 1;
};

export const SIGNAL_PROGRAMS: Readonly<Record<string, Program>> = { kill, killall: find, pgrep: find, pkill: find };
