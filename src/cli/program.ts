import { type Argument, Command, CommanderError, Option } from "commander";
import type { CommandWords, OptionWords, Vocabulary } from "./completion/complete.ts";
import type { CommandName, Options, Request } from "./options.ts";

/** What the arguments came to: a command to run, or text (help, version, wrong usage) and an exit code. */
export type Parsed =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "text"; readonly stdout: string; readonly stderr: string; readonly code: number };

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Every option, once. A command takes those that its row in COMMANDS names. */
const OPTIONS = {
  all: () => new Option("--all", "the checkpoints of all lessons, not only your step"),
  as: () => new Option("--as <course>", "the file is of this course (named by its id), whatever it says itself"),
  allowHost: () => new Option("--allow-host", "run the blocks that change this machine too"),
  bundle: () =>
    new Option("--bundle <dir>", "when something fails, all that is needed to understand it, in one folder"),
  baseline: () => new Option("--baseline <file>", "what this file lists may fail; everything else may not"),
  baselineWrite: () => new Option("--baseline-write", "write into the baseline file what fails now"),
  codes: () => new Option("--codes", "list every code that `lint` knows"),
  context: () => new Option("--context <name>", "live: use this kubectl context of yours"),
  evidence: () => new Option("--evidence <file>", "write a record of the run, with versions and dates, as JSON"),
  failFast: () => new Option("--fail-fast", "stop at the first failure"),
  fix: () => new Option("--fix", "bring what is missing (kubectl) into the cache"),
  from: () => new Option("--from <step>", "begin at this step; the ones before it run as what it builds on"),
  grep: () => new Option("--grep <text>", "only lessons and steps whose id or title has this text (or `/pattern/`)"),
  inheritEnv: () => new Option("--inherit-env", "target none: pass your whole environment to the lesson"),
  jobs: () => new Option("--jobs <number>", "how many lessons may run at the same time (default: 1)"),
  json: () => new Option("--json", "print data as JSON"),
  keepGoing: () => new Option("--keep-going", "after a failure, run the rest of the lesson too"),
  lessons: () => new Option("--lessons <dir>", "folder of lessons (default: ./lessons, else the ones that came along)"),
  matrix: () =>
    new Option("--matrix <name=a,b>", "run once for each value of a variable; repeatable").argParser(collect),
  offline: () => new Option("--offline", "never fetch anything"),
  without: () => new Option("--without", "begin even where what the lesson builds on does not hold"),
  plain: () => new Option("--plain", "typed words, line by line; no keys, no colour"),
  plan: () => new Option("--plan", "print what would run first, and run nothing"),
  prove: () => new Option("--prove", "each assertion must be seen to fail on wrong evidence"),
  quiet: () => new Option("--quiet", "say nothing when all went well"),
  reporter: () =>
    new Option(
      "--reporter <name>",
      "pretty, json, junit, tap, github, summary, badge; also NAME=FILE; repeatable",
    ).argParser(collect),
  shard: () => new Option("--shard <i/n>", "the i-th of n parts, for n machines"),
  shell: () => new Option("--shell <name>", "for which shell: bash or zsh (default), or fish"),
  strictCleanup: () => new Option("--strict-cleanup", "fail when a lesson leaves something behind in the cluster"),
  title: () => new Option("--title <text>", "the new lesson's title"),
  target: () => new Option("--target <name>", "where lessons run").choices(["sandbox", "live", "none"]),
  trust: () => new Option("--trust", "run the commands of this course without being asked"),
  update: () => new Option("--update", "write what was printed into the expectations that were not met"),
  var: () => new Option("--var <name=value>", "set a lesson's variable; repeatable").argParser(collect),
  watch: () => new Option("--watch", "run again, from the step that changed, whenever a file is saved"),
  yes: () => new Option("--yes", "agree to everything that would be asked"),
} satisfies Record<string, () => Option>;

interface Row {
  readonly usage: string;
  readonly command: CommandName;
  readonly summary: string;
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** What its own help says below the options. */
  readonly more?: string;
}

const EXITS =
  "Exit status: 0 all right, 1 something failed, 2 wrong usage, 3 a lesson is written wrongly, 4 the machine refuses, 130 interrupted.";

const COURSE = ["lessons", "target", "plain", "json"] as const;
const RUN = ["lessons", "target", "context", "yes", "var", "plain", "offline", "trust"] as const;

/** Every command, one row each, in the order of the help. */
const COMMANDS: readonly Row[] = [
  {
    usage: "start [lesson]",
    command: "start",
    summary: "take a lesson (`lesson-03`, `lesson-03#step`)",
    options: [...RUN, "json", "without", "plan"],
    more: "Without a lesson: the one that you are in. Leave with `q` at any time; the next start goes on where you were.",
  },
  { usage: "list", command: "list", summary: "all lessons, and how far you are", options: COURSE },
  { usage: "status", command: "status", summary: "where you are: lesson, step, target", options: COURSE },
  {
    usage: "check [lesson]",
    command: "check",
    summary: "look again whether your step is done, and why not",
    options: [...COURSE, "all", "context", "trust"],
  },
  { usage: "hint [lesson]", command: "hint", summary: "the next hint for your step", options: COURSE },
  { usage: "solve [lesson]", command: "solve", summary: "show the solution of your step", options: COURSE },
  {
    usage: "reset [lesson]",
    command: "reset",
    summary: "undo a lesson (its clean-up), and begin it anew",
    options: ["lessons", "target", "plain", "context", "trust", "yes"],
  },
  { usage: "log [lesson]", command: "log", summary: "what was run, and what was seen", options: COURSE },
  {
    usage: "export [file]",
    command: "export",
    summary: "your progress as a file, to take elsewhere",
    options: ["lessons", "target"],
  },
  {
    usage: "import [file]",
    command: "import",
    summary: "take in progress that was exported",
    options: ["lessons", "target", "json", "as"],
  },
  {
    usage: "shell",
    command: "shell",
    summary: "a prompt of your own, in the middle of the lesson",
    options: ["lessons", "target", "yes", "offline", "context", "trust"],
  },
  {
    usage: "env",
    command: "env",
    summary: 'the same for a shell you have: eval "$(learn-istio env)"',
    options: ["lessons", "target", "shell", "json", "context", "trust"],
  },
  {
    usage: "sandbox <what...>",
    command: "sandbox",
    summary: "the simulated cluster: start, stop, status, reset, open",
    options: ["lessons", "json", "yes", "offline", "quiet"],
    more: "start makes the cluster at once, where lessons would make it themselves; stop keeps its state; reset throws all away; open NAME gives a URL for a browser, for any service: NAME, NAMESPACE/NAME, NAME:PORT.",
  },
  {
    usage: "test [paths...]",
    command: "test",
    summary: "run lessons without questions, as in CI",
    options: [
      "lessons",
      "target",
      "context",
      "yes",
      "var",
      "plain",
      "json",
      "offline",
      "inheritEnv",
      "keepGoing",
      "failFast",
      "allowHost",
      "jobs",
      "shard",
      "grep",
      "from",
      "prove",
      "update",
      "matrix",
      "watch",
      "baseline",
      "baselineWrite",
      "evidence",
      "strictCleanup",
      "reporter",
      "bundle",
    ],
    more: `Paths are Markdown files, folders or lesson ids; without any, the lessons here. Files with front matter run in a sandbox of their own, others without a cluster.\n\n${EXITS}`,
  },
  {
    usage: "lint [paths...]",
    command: "lint",
    summary: "find mistakes in lessons, without running them",
    options: ["lessons", "plain", "json", "codes"],
    more: `Paths are Markdown files, folders or lesson ids; without any, the lessons here.\n\n${EXITS}`,
  },
  {
    usage: "new <what> [slug]",
    command: "new",
    summary: "write a lesson to begin with: `new lesson`",
    options: ["lessons", "title"],
    more: "It passes as it stands, and stands beside the others in ./lessons, which is made where there is none. Nothing is written over.",
  },
  {
    usage: "doctor",
    command: "doctor",
    summary: "what is on this machine, what is missing, how to get it",
    options: ["fix", "yes", "offline", "json", "plain"],
    more: "Exit status: 0 the sandbox can run here, 4 it cannot.",
  },
  {
    usage: "completion <shell>",
    command: "completion",
    summary: "print a script that completes lines: bash, zsh, fish",
    options: [],
    more: "Nothing is installed: the first line of the script says what to do with it.",
  },
  { usage: "uninstall", command: "uninstall", summary: "remove the cache and all progress", options: ["yes", "plain"] },
];

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
