import { programNamed } from "../programs/index.ts";
import { printf, rawBytes, unescapedText } from "../programs/printf.ts";
import { jobBuiltins } from "./builtins-jobs.ts";
import { nameBuiltins } from "./builtins-names.ts";
import { optionBuiltins } from "./builtins-options.ts";
import { variableBuiltins } from "./builtins-variables.ts";
import type { Builtin, Call } from "./call.ts";
import { outputOf, runHere } from "./launch.ts";
import type { ShellState } from "./state.ts";
import { setItem, setVariable } from "./variables.ts";

/** Programs that every shell has inside, for they are needed so often. */
const INSIDE = ["[", "false", "pwd", "test", "true"];

/** What a shell does itself. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...jobBuiltins,
  ...nameBuiltins,
  ...optionBuiltins,
  ...variableBuiltins,
  ...Object.fromEntries(INSIDE.map((name) => [name, { run: (call: Call) => runInside(name, call) }])),
  echo: {
    run: async (call) => {
      if (call.state.dialect !== "dash") return runInside("echo", call);
      // Debian's shell takes no `-e`: it always understands escapes.
      const isBare = call.args[0] === "-n";
      const text = call.args.slice(isBare ? 1 : 0).join(" ");
      const end = text.indexOf("\\c");
      const shown = unescapedText(end < 0 ? text : text.slice(0, end));
      await outputOf(call.streams.descriptors.get(1))(rawBytes(shown + (isBare || end >= 0 ? "" : "\n")));
      return 0;
    },
  },
  kill: { run: (call) => runInside("kill", { ...call, args: call.args.map((one) => numberOf(one, call.state)) }) },
  printf: {
    run: async (call) => {
      const { args, state } = call;
      const [flag, name = "", ...rest] = args;
      if (flag !== "-v" || state.dialect !== "bash") return runInside("printf", call);
      const { text } = printf(rest, state.machine.now());
      const item = /^(\w+)\[(.*)\]$/.exec(name);
      if (item) setItem(state, item[1] ?? "", item[2] ?? "", text);
      else setVariable(state, name, text);
      return 0;
    },
  },
};

/** POSIX' special ones: variables that stand before them stay. */
export function isSpecial(name: string): boolean {
  return SPECIAL.has(name);
}

const SPECIAL = new Set(
  ": . break continue eval exec exit export readonly return set shift source times trap unset".split(" "),
);

function runInside(name: string, { args, state, streams, runText }: Call): Promise<number> {
  return runHere(programNamed(name), { name, args, state, streams, assigned: [], run: runText });
}

/** `%1` as the number of that job's process. */
function numberOf(word: string, state: ShellState): string {
  if (!word.startsWith("%")) return word;
  const job = word === "%%" || word === "%+" ? state.jobs.at(-1) : state.jobs[Number(word.slice(1)) - 1];
  return job ? String(job.task.pid) : word;
}
