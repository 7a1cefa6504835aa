import type { Command, Step } from "../lesson/index.ts";
import { hostRefusal, leftOut } from "./condition.ts";
import type { StepContext } from "./context.ts";

/** The background blocks of these steps that none of them stops, in their order. */
export function runningBefore(steps: readonly Pick<Step, "commands">[]): readonly Command[] {
  const running = new Map<string, Command>();
  for (const command of steps.flatMap(({ commands }) => commands)) {
    if (command.stop !== undefined) running.delete(command.stop);
    if (command.background !== undefined) running.set(command.background.name, command);
  }
  return [...running.values()];
}

/** Begin blocks again that ran before; each is announced. True when all are ready. */
export async function restore(context: StepContext, commands: readonly Command[]): Promise<boolean> {
  const { ports, lesson, session, backgrounds } = context;
  const note = (text: string): void => ports.emit({ type: "note", at: ports.clock.now(), lesson: lesson.id, text });
  let all = true;
  for (const command of commands) {
    const { background } = command;
    if (background === undefined) continue;
    const out = (await leftOut(command, ports, session)) ?? (await hostRefusal(command, ports));
    if (out !== undefined) {
      if (out.kind === "skipped") note(`\`${background.name}\` is not begun again: ${out.reason}`);
      all &&= out.kind === "skipped";
      continue;
    }
    note(`beginning \`${background.name}\` again: ${command.source.trim()}`);
    const { verdict } = await backgrounds.begin(context, command, background);
    if (verdict.kind === "background-ended") note(`\`${background.name}\` ${verdict.reason}`);
    all &&= verdict.kind === "pass";
  }
  return all;
}
