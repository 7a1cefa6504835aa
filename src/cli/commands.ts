import type { Io } from "./io.ts";
import type { CommandName, Options, Request } from "./options.ts";

/** What each command's file gives: argv, understood, to an exit code. Throws UsageError and EnvironmentError. */
interface CommandModule {
  run(io: Io, options: Options, args: readonly string[], vocabulary: Request["vocabulary"]): Promise<number>;
}

/** Each command is a chunk of its own: `list` does not load Markdown, nor the sandbox. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<CommandModule>>> = {
  check: () => import("./commands/check.ts"),
  class: () => import("./commands/class.ts"),
  complete: () => import("./commands/complete.ts"),
  completion: () => import("./commands/completion.ts"),
  doctor: () => import("./commands/doctor.ts"),
  env: () => import("./commands/env.ts"),
  export: () => import("./commands/export.ts"),
  hint: () => import("./commands/hint.ts"),
  home: () => import("./commands/home.ts"),
  import: () => import("./commands/import.ts"),
  lint: () => import("./commands/lint.ts"),
  list: () => import("./commands/list.ts"),
  log: () => import("./commands/log.ts"),
  new: () => import("./commands/new.ts"),
  "not-yet": () => import("./commands/not-yet.ts"),
  present: () => import("./commands/present.ts"),
  reset: () => import("./commands/reset.ts"),
  sandbox: () => import("./commands/sandbox.ts"),
  shell: () => import("./commands/shell.ts"),
  solve: () => import("./commands/solve.ts"),
  start: () => import("./commands/start.ts"),
  status: () => import("./commands/status.ts"),
  test: () => import("./commands/test.ts"),
  uninstall: () => import("./commands/uninstall.ts"),
};

/** Run a command, report what went wrong, and end the process with the exit code. */
export async function runCommand(request: Request): Promise<void> {
  const [{ createIo }, { reportError, reportOutputError }] = await Promise.all([
    import("./io.ts"),
    import("./errors.ts"),
  ]);
  let code: number;
  let opened: Io | undefined;
  try {
    const io = createIo(process, request.options);
    opened = io;
    try {
      // Before anything is asked or opened: a slip in the arguments must not cost a run.
      if (request.options.var !== undefined) (await import("./variables.ts")).parseVariables(request.options.var);
      const command = await COMMANDS[request.command]();
      code = await command.run(io, request.options, request.args, request.vocabulary);
    } catch (error) {
      code = io.interrupted() ? 130 : reportError(error, { write: io.say }, process.env);
    }
  } catch (error) {
    code = reportError(error, process.stderr, process.env);
  }
  // As a program that SIGPIPE ends: nothing went wrong, and nothing was proven either.
  if (code === 130 && opened?.unread() === true && !opened.interrupted()) code = 141;
  process.exitCode = code;
  await opened?.flush();
  const lost = opened?.outputError();
  process.exit(lost === undefined ? code : reportOutputError(lost, process.stderr));
}
