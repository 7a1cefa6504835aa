import { Failure } from "../process.ts";
import type { Builtin, Call } from "./call.ts";
import { describeJob, findJob, waitFor } from "./jobs.ts";
import { outputOf } from "./launch.ts";
import { SIGNALS, signalNumber } from "./signals.ts";

async function wait({ args, state, streams }: Call): Promise<number> {
  const words = args.filter((one) => !one.startsWith("-"));
  if (words.length === 0) {
    const isAny = args.includes("-n");
    const jobs = isAny ? state.jobs.filter((one) => one.status === undefined) : state.jobs;
    if (jobs.length === 0) return isAny ? 127 : 0;
    const status = await waitFor(jobs, streams, isAny);
    if (streams.task.pending.length > 0) return status;
    if (!isAny) state.jobs.length = 0;
    return isAny ? status : 0;
  }
  let status = 0;
  for (const word of words) {
    const job = findJob(state, word);
    if (!job) {
      status = 127;
      if (state.dialect === "bash")
        await outputOf(streams.descriptors.get(2))(`${state.name}: wait: pid ${word} is not a child of this shell\n`);
      continue;
    }
    status = await waitFor([job], streams);
    if (streams.task.pending.length > 0) return status;
  }
  return status;
}

async function trap({ args, state, streams }: Call): Promise<number> {
  const words = args[0] === "--" ? args.slice(1) : args;
  const { traps } = streams.task;
  const say = outputOf(streams.descriptors.get(1));
  if (words.length === 0 || words[0] === "-p") {
    const isBash = state.dialect === "bash";
    for (const [name, text] of traps) {
      const shown = isBash && name !== "EXIT" ? `SIG${name}` : name;
      await say(`trap -- '${text.replaceAll("'", "'\\''")}' ${shown}\n`);
    }
    return 0;
  }
  if (words[0] === "-l") {
    await say(`${SIGNALS.slice(1).join(" ")}\n`);
    return 0;
  }
  const [text = "", ...names] = words.length === 1 ? ["-", ...words] : words;
  let status = 0;
  for (const name of /^\d+$/.test(text) ? [text, ...names] : names) {
    const number = /^(ERR|DEBUG|RETURN)$/.test(name) && state.dialect === "bash" ? -1 : signalNumber(name);
    if (number === -1) continue;
    if (number === undefined) {
      await outputOf(streams.descriptors.get(2))(`${state.name}: trap: ${name}: invalid signal specification\n`);
      status = 1;
    } else if (text === "-" || /^\d+$/.test(text)) traps.delete(SIGNALS[number] ?? "");
    else traps.set(SIGNALS[number] ?? "", text);
  }
  return status;
}

async function jobs({ args, state, streams }: Call): Promise<number> {
  const say = outputOf(streams.descriptors.get(1));
  for (const job of state.jobs) {
    await say(args.includes("-p") ? `${job.task.pid}\n` : describeJob(state, job));
  }
  return 0;
}

async function foreground(call: Call): Promise<number> {
  const { args, state, streams } = call;
  const job = findJob(state, args[0] ?? "%%");
  if (!job) throw new Failure(`fg: ${args[0] ?? "current"}: no such job`, 1);
  await outputOf(streams.descriptors.get(1))(`${job.text}\n`);
  const status = await waitFor([job], streams);
  state.jobs.splice(state.jobs.indexOf(job), 1);
  return status;
}

/** Jobs and signals. */
export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  bg: { run: ({ state, args }) => (findJob(state, args[0] ?? "%%") ? 0 : 1) },
  disown: { run: () => 0, isBash: true },
  fg: { run: foreground },
  jobs: { run: jobs },
  trap: { run: trap },
  wait: { run: wait },
};
