import { constants } from "node:os";
import { Failure, Killed, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { signalNumber } from "../shell/signals.ts";
import { formatDate } from "./date-format.ts";
import { wait } from "./text.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `5`, `0.5s`, `2m` in seconds. */
function seconds(text: string, program: string): number {
  if (/^inf(inity)?$/.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (!match) throw new Failure(`invalid ${program === "sleep" ? "time interval" : "number"} ‘${text}’`);
  return Number(match[1]) * (UNITS[match[2] ?? ""] ?? 1);
}

/** A number in busybox' or GNU's words where it is none. */
function readSeconds(process: Process, text: string): number {
  try {
    return seconds(text, process.name);
  } catch (error) {
    if (error instanceof Failure && isBusybox(process.machine.image)) throw new Failure(`invalid number '${text}'`);
    throw error;
  }
}

const sleep: Program = async (process) => {
  if (process.args.length === 0) throw new Failure("missing operand");
  const all = process.args.map((one) => readSeconds(process, one));
  await wait(all.reduce((sum, one) => sum + one, 0) * 1000, process.signal);
  return 0;
};

/** Ends a command that takes too long: 124 in GNU's, what the signal says in busybox'. */
const timeout: Program = async (process) => {
  const words = [...process.args];
  let signal = 15;
  let keeps = false;
  for (let word = words[0]; word?.startsWith("-"); word = words[0]) {
    words.shift();
    if (word === "--preserve-status") keeps = true;
    else if (/^-(s|k)$/.test(word)) {
      const value = words.shift() ?? "";
      if (word === "-s") signal = signalOf(value);
    } else if (word.startsWith("-s")) signal = signalOf(word.slice(2));
    else if (word.startsWith("--signal=")) signal = signalOf(word.slice(9));
  }
  const [limit, ...command] = words;
  if (limit === undefined || command.length === 0) throw new Failure("missing operand", 125);
  const ms = readSeconds(process, limit) * 1000;
  const abort = new AbortController();
  const outer = (): void => abort.abort(process.signal.reason);
  process.signal.addEventListener("abort", outer, { once: true });
  let isOver = false;
  const timer = setTimeout(
    () => {
      isOver = true;
      abort.abort(new Killed(128 + signal));
    },
    ms > 0 ? Math.min(ms, 2 ** 31 - 1) : 2 ** 31 - 1,
  );
  try {
    const code = await process.spawn(command, { signal: abort.signal });
    if (isOver) throw new Killed(128 + signal);
    return code;
  } catch (error) {
    if (!isOver || !(error instanceof Killed) || error.reason !== undefined) throw error;
    if (signal === constants.signals.SIGKILL && !isBusybox(process.machine.image)) return 137;
    return keeps || isBusybox(process.machine.image) ? 128 + signal : 124;
  } finally {
    clearTimeout(timer);
    process.signal.removeEventListener("abort", outer);
  }
};

function signalOf(word: string): number {
  const number = signalNumber(word);
  if (number === undefined) throw new Failure(`‘${word}’: invalid signal`, 125);
  return number;
}

const watch: Program = async (process) => {
  const words = [...process.args];
  let every = 2;
  let isQuiet = false;
  for (let word = words[0]; word?.startsWith("-"); word = words[0]) {
    words.shift();
    if (word === "-t") isQuiet = true;
    else if (word === "-n") every = readSeconds(process, words.shift() ?? "");
    else if (word.startsWith("-n")) every = readSeconds(process, word.slice(2));
  }
  if (words.length === 0) throw new Failure("missing operand");
  for (;;) {
    const title = `Every ${every.toFixed(1)}s: ${words.join(" ")}`;
    const at = formatDate("%F %T", new Date(process.machine.now()));
    await process.stdout(`\x1b[H\x1b[J${isQuiet ? "" : `${title.padEnd(61)}${at}\n\n`}`);
    await process.spawn(["sh", "-c", words.join(" ")]);
    await wait(every * 1000, process.signal);
  }
};

/** A command that a closed terminal does not end. */
const nohup: Program = async (process) => {
  if (process.args.length === 0) throw new Failure("missing operand", 125);
  if (process.isTty) await process.stderr("nohup: ignoring input\n");
  return process.spawn(process.args);
};

const time: Program = async (process) => {
  const words = process.args[0] === "-p" ? process.args.slice(1) : process.args;
  const startedAt = performance.now();
  const code = words.length === 0 ? 0 : await process.spawn(words);
  const real = (performance.now() - startedAt) / 1000;
  const shown = process.args[0] === "-p" ? real.toFixed(2) : `${Math.floor(real / 60)}m ${(real % 60).toFixed(2)}s`;
  const none = process.args[0] === "-p" ? "0.00" : "0m 0.00s";
  await process.stderr(`real\t${shown}\nuser\t${none}\nsys\t${none}\n`);
  return code;
};

export const AGAIN_PROGRAMS: Readonly<Record<string, Program>> = {
  nice: (process) => process.spawn(process.args[0] === "-n" ? process.args.slice(2) : process.args),
  nohup,
  setsid: (process) => process.spawn(process.args),
  sleep,
  time,
  timeout,
  watch,
};
