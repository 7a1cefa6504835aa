import type { Background, Command, Step } from "../lesson/index.ts";
import type { BlockOutput, BlockRequest } from "../shell/index.ts";
import { compare, mismatchOf, type Seen } from "./compare.ts";
import type { StepContext } from "./context.ts";
import type { ProofCount } from "./events.ts";
import { excerpt } from "./excerpt.ts";
import { runFile } from "./file-run.ts";
import { judgeEnd } from "./judge.ts";
import { proveCommand } from "./prove.ts";
import type { StepVerdict } from "./verdict.ts";

/** What every command that met its exit rule and expectations gets; one value, since verdicts are plain data. */
export const PASS: StepVerdict = { kind: "pass" };

const NO_OUTPUT: BlockOutput = { head: "", tail: "", elidedBytes: 0, totalBytes: 0, spillPath: undefined };

/** Run a command once, in the session itself, and judge its end and then its output; write it, where it is a file. */
export async function runCommand(context: StepContext, command: Command): Promise<StepVerdict> {
  if (command.file !== undefined) return runFile(context, command, command.file);
  if (command.background !== undefined) return runBackground(context, command, command.background);
  const { ports, session, step } = context;
  const lesson = context.lesson.id;
  const { source, place, hidden, host } = command;
  const flags = { ...(hidden && { hidden }), ...(host && { host }) };
  ports.emit({ type: "command-start", at: ports.clock.now(), lesson, step, source, place, ...flags });
  const block = blockOf(context, command);
  const { end, output, durationMs } =
    block.tty === true && ports.lendTerminal !== undefined
      ? await ports.lendTerminal(() => session.run(block))
      : await session.run(block);
  const ended = judgeEnd(command, end);
  const isUnseen = ownsTerminal(context, command);
  const asked = ended === undefined && !isUnseen ? command.expectations : [];
  const { unmet, constrained, normalisers, seen } = await compare(asked, output, session);
  if (seen !== undefined) ports.observe?.(command, step, seen);
  const hasPassed = ended === undefined && unmet === undefined && end.kind === "exited";
  const proof = hasPassed ? await proven(context, command, end.status, seen) : undefined;
  ports.emit({
    type: "command-end",
    at: ports.clock.now(),
    lesson,
    step,
    place,
    status: end.kind === "exited" ? end.status : undefined,
    durationMs,
    output: excerpt(output),
    totalBytes: output.totalBytes,
    constrained,
    ...(normalisers === undefined ? {} : { normalisers }),
    ...(proof === undefined ? {} : { proof }),
  });
  if (ended !== undefined) return ended;
  if (isUnseen && command.expectations.length > 0) {
    const text = "What it printed went to the terminal, so it was not compared.";
    ports.emit({ type: "note", at: ports.clock.now(), lesson, text });
  }
  return unmet === undefined ? PASS : mismatchOf(unmet);
}

/** Under proof: note what the command's assertions would not have noticed. */
async function proven(
  { proof }: StepContext,
  command: Command,
  status: number,
  seen: Seen | undefined,
): Promise<ProofCount | undefined> {
  if (proof === undefined) return undefined;
  const { count, weaknesses } = await proveCommand(command, status, seen);
  proof.weaknesses.push(...weaknesses);
  return count;
}

/** Begin a background block and wait until it is ready; its `command-end` comes then, without a status: it goes on. */
async function runBackground(context: StepContext, command: Command, background: Background): Promise<StepVerdict> {
  const { ports, step, session, backgrounds } = context;
  const { source, place, hidden, host, expectations } = command;
  const about = { lesson: context.lesson.id, step, place } as const;
  const flags = { background: background.name, ...(hidden && { hidden }), ...(host && { host }) };
  const began = ports.clock.now();
  ports.emit({ type: "command-start", at: began, ...about, source, ...flags });
  const { verdict, block } = await backgrounds.begin(context, command, background);
  const output = block?.output() ?? NO_OUTPUT;
  const asked = verdict.kind === "pass" ? expectations : [];
  const { unmet, constrained } = await compare(asked, output, session);
  const at = ports.clock.now();
  const printed = { output: excerpt(output), totalBytes: output.totalBytes, constrained };
  ports.emit({ type: "command-end", at, ...about, status: undefined, durationMs: at - began, ...printed });
  return unmet === undefined ? verdict : mismatchOf(unmet);
}

/** Whether anything says what a command's result must be: an expectation, an exit rule, a check, being ready. */
export function isAsserted(command: Command, step: Pick<Step, "checks">): boolean {
  if (command.background?.ready !== undefined) return true;
  const ordinaryExit = command.exit.kind === "status" && command.exit.status === 0;
  return command.expectations.length > 0 || step.checks.length > 0 || !ordinaryExit;
}

function ownsTerminal({ ports }: StepContext, { tty }: Command): boolean {
  return tty && ports.lendTerminal !== undefined;
}

function blockOf(context: StepContext, command: Command): BlockRequest {
  const { ports, lesson, step, signal } = context;
  const { source, timeoutMs, stream } = command;
  const onOutput = (text: string): void => ports.emit({ type: "output", lesson: lesson.id, step, text });
  const block: BlockRequest = { source, mode: "act", timeoutMs, stream, signal, onOutput };
  if (!ownsTerminal(context, command)) return block;
  // Somebody sits there: how long they take is theirs, and Ctrl-C ends it.
  return { ...block, tty: true, timeoutMs: Number.POSITIVE_INFINITY };
}
