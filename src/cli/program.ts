import { type Argument, Command, CommanderError } from "commander";
import { COMMANDS, COURSE, collect, OPTIONS, type Row } from "./command-table.ts";
import type { CommandWords, OptionWords, Vocabulary } from "./completion/complete.ts";
import type { Options, Request } from "./options.ts";

/** What the arguments came to: a command to run, or text (help, version, wrong usage) and an exit code. */
export type Parsed =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "text"; readonly stdout: string; readonly stderr: string; readonly code: number };

/** Commands that the manual plans and this version does not have: said so, never silence. */
const NOT_YET: readonly string[] = ["host", "join", "board"];

/** argv (without node and script) → a request, or what to print. Pure: prints nothing itself. */
export function parseArguments(argv: readonly string[], version: string, columns: number): Parsed {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) return text(`${version}\n`);
  // What many type first. `help` alone and `help start` say what `--help` and `start --help` say.
  if (argv[0] === "help") return parseArguments([...argv.slice(1), "--help"], version, columns);
  if (argv[0] === "__complete") {
    return request({ command: "complete", args: argv.slice(1), options: {}, vocabulary: vocabularyOf() });
  }
  const seen: { request: Request | undefined; stdout: string; stderr: string } = {
    request: undefined,
    stdout: "",
    stderr: "",
  };
  const given = isUnknown(argv[0]) ? argv.filter((word) => word !== "--help" && word !== "-h") : argv;
  const program = createProgram(given, version, Math.min(100, columns), {
    accept: (request) => {
      seen.request = request;
    },
    writeOut: (chunk) => {
      seen.stdout += chunk;
    },
    writeErr: (chunk) => {
      seen.stderr += chunk;
    },
  });
  try {
    program.parse([...given], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // The root has no action: without a command commander wants to print its help. Here that is `home`.
    if (error.code === "commander.help")
      return request({ command: "home", args: [], options: program.opts<Options>() });
    if (error.exitCode === 0) return text(seen.stdout);
    return { kind: "text", stdout: "", stderr: rephrase(seen.stderr || error.message, argv[0]), code: 2 };
  }
  return seen.request === undefined ? text(seen.stdout) : request(seen.request);
}

/** A slip in a command's name must not be answered by the help of all. */
function isUnknown(word: string | undefined): boolean {
  if (word === undefined || word.startsWith("-") || NOT_YET.includes(word)) return false;
  return COMMANDS.every((row) => row.command !== word);
}

function text(stdout: string): Parsed {
  return { kind: "text", stdout, stderr: "", code: 0 };
}

function request(value: Request): Parsed {
  return { kind: "request", request: value };
}

interface Sink {
  accept(request: Request): void;
  writeOut(chunk: string): void;
  writeErr(chunk: string): void;
}

function createProgram(argv: readonly string[], version: string, width: number, sink: Sink): Command {
  const program = new Command("learn-istio")
    .description("Learn Istio by running it: one command at a time, on a simulated or a real cluster.")
    .usage("[command] [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this text")
    .helpCommand(false)
    .enablePositionalOptions()
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(term)].join(" "),
    })
    .exitOverride()
    .configureOutput({
      writeOut: sink.writeOut,
      writeErr: sink.writeErr,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    .addHelpText("after", "\nWithout a command: where you are, and what is next.");
  for (const name of COURSE) program.addOption(OPTIONS[name]());
  // What is not called is not made, because that takes time: a command named first needs no other, the help no options.
  const called = COMMANDS.filter((row) => row.command === argv[0]);
  for (const row of called.length > 0 ? called : COMMANDS) {
    const command = addCommand(program, row, sink, width);
    if (argv.includes(row.command)) for (const name of row.options) command.addOption(OPTIONS[name]());
  }
  if (called.length > 0) return program;
  for (const name of NOT_YET) {
    const later = program.command(name, { hidden: true }).argument("[any...]").allowUnknownOption().helpOption(false);
    later.action(() => sink.accept({ command: "not-yet", args: [name], options: {} }));
  }
  return program;
}

/** The table as completion needs it. */
function vocabularyOf(): Vocabulary {
  const words = (name: keyof typeof OPTIONS): OptionWords => {
    const option = OPTIONS[name]();
    const value = option.argChoices ?? /<(\w+)/.exec(option.flags)?.[1];
    return { name: option.long ?? "", summary: option.description, value, repeats: option.parseArg === collect };
  };
  const commands = COMMANDS.map(({ usage, summary, options }): CommandWords => {
    const [name = "", ...args] = usage.split(" ");
    const shapes = args.map((arg) => ({ name: arg.replaceAll(/\W/g, ""), variadic: arg.includes("...") }));
    return { name, summary, args: shapes, options: options.map(words) };
  });
  return { root: COURSE.map(words), commands };
}

function term(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function addCommand(program: Command, row: Row, sink: Sink, width: number): Command {
  const command = program.command(row.usage).description(row.summary).helpOption("-h, --help", "print this text");
  if (row.more !== undefined) command.addHelpText("after", () => `\n${wrap(row.more ?? "", width)}`);
  return command.action((...given: unknown[]) => {
    const args = given
      .slice(0, -2)
      .flat()
      .filter((value): value is string => typeof value === "string");
    sink.accept({ command: row.command, args, options: { ...program.opts(), ...command.opts() } });
  });
}

/** Words in lines of at most so many columns; what this bundle has for it must be small. */
function wrap(text: string, width: number): string {
  const lines = new RegExp(`(.{1,${width}})(?: +|$)`, "g");
  return text
    .split("\n\n")
    .map((part) => part.replaceAll(lines, "$1\n"))
    .join("\n")
    .trimEnd();
}

/** commander's sentence in our shape: values in backticks, what to do next on a line of its own. */
function rephrase(message: string, command: string | undefined): string {
  const [first = "", second = ""] = message.trim().split("\n");
  const found = first.replace(/^error: /, "").replaceAll(/'([^']*)'/g, "`$1`");
  const meant = /^\(Did you mean (.+)\?\)$/.exec(second)?.[1];
  const help = COMMANDS.some((row) => row.command === command) ? `learn-istio ${command} --help` : "learn-istio --help";
  return `learn-istio: ${found}\n  hint: ${meant ? `did you mean \`${meant}\`?` : `\`${help}\` tells what there is.`}\n`;
}
