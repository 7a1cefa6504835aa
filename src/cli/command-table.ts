import { Option } from "commander";
import type { CommandName } from "./options.ts";

/** The argument parser of an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Every option, once. A command takes those that its row in COMMANDS names. */
export const OPTIONS = {
  all: () =>
    new Option("--all", "the checkpoints of all lessons, not only your step; class forget: the open class, too"),
  as: () => new Option("--as <course>", "the file is of this course (named by its id), whatever it says itself"),
  asHandle: () => new Option("--as <handle>", "with a class that is joined: how you want to be called in the class"),
  allowHost: () => new Option("--allow-host", "run the blocks that change this machine too"),
  boardInRoom: () =>
    new Option("--board-in-room", "host: the board is open to the room's other machines, for who has its key"),
  bundle: () =>
    new Option("--bundle <dir>", "when something fails, all that is needed to understand it, in one folder"),
  baseline: () => new Option("--baseline <file>", "what this file lists may fail; everything else may not"),
  baselineWrite: () => new Option("--baseline-write", "write into the baseline file what fails now"),
  check: () => new Option("--check", "bundle: hold the bundle of that name against its manifest; make none"),
  codes: () => new Option("--codes", "list every code that `lint` knows"),
  context: () => new Option("--context <name>", "live: use this kubectl context of yours"),
  database: () =>
    new Option("--database <url>", "class: keep it in this PostgreSQL (default: LEARN_ISTIO_DATABASE, else a file)"),
  evidence: () => new Option("--evidence <file>", "write a record of the run, with versions and dates, as JSON"),
  failFast: () => new Option("--fail-fast", "stop at the first failure"),
  fix: () => new Option("--fix", "bring what is missing (kubectl) into the cache"),
  from: () => new Option("--from <step>", "begin at this step; the ones before it run as what it builds on"),
  fromMirror: () => new Option("--from <url>", "fix: from the mirror of your class, at this address"),
  grep: () => new Option("--grep <text>", "only lessons and steps whose id or title has this text (or `/pattern/`)"),
  inheritEnv: () => new Option("--inherit-env", "target none: pass your whole environment to the lesson"),
  join: () => new Option("--join <url#code>", "join this class first"),
  jobs: () => new Option("--jobs <number>", "how many lessons may run at the same time (default: 1)"),
  json: () => new Option("--json", "print data as JSON"),
  keep: () => new Option("--keep <days>", "host: how long a class is kept after its end (default: 30)"),
  keepGoing: () => new Option("--keep-going", "after a failure, run the rest of the lesson too"),
  lessons: () => new Option("--lessons <dir>", "folder of lessons (default: ./lessons, else the ones that came along)"),
  listen: () => new Option("--listen <address>", "host: the address that learners reach (default: only this machine)"),
  matrix: () =>
    new Option("--matrix <name=a,b>", "run once for each value of a variable; repeatable").argParser(collect),
  mirror: () => new Option("--mirror <file>", "host: serve this bundle to the room, for who lacks something"),
  names: () => new Option("--names", "debrief: say who needed how long; export: with handles"),
  new: () => new Option("--new", "host: begin another class, although one goes on"),
  notes: () => new Option("--notes", "follow in a second terminal: what is shown, what comes next, what to say"),
  offline: () => new Option("--offline", "never fetch anything"),
  without: () => new Option("--without", "begin even where what the lesson builds on does not hold"),
  plain: () => new Option("--plain", "typed words, line by line; no keys, no colour"),
  plan: () => new Option("--plan", "print what would run first, and run nothing"),
  port: () => new Option("--port <number>", "host: the port (default: a free one, kept)"),
  prove: () => new Option("--prove", "each assertion must be seen to fail on wrong evidence"),
  quiet: () => new Option("--quiet", "say nothing when all went well"),
  record: () => new Option("--record", "run the lesson by itself, and keep what it prints to fall back on"),
  report: () => new Option("--report [file]", "a line (or file) about this machine, to send to your instructor"),
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

/** A command as its help tells it. */
export interface Row {
  readonly usage: string;
  readonly command: CommandName;
  readonly summary: string;
  readonly options: readonly (keyof typeof OPTIONS)[];
  /** What its own help says below the options. */
  readonly more?: string;
}

const EXITS =
  "Exit status: 0 all right, 1 something failed, 2 wrong usage, 3 a lesson is written wrongly, 4 the machine refuses, 130 interrupted.";

/** The options of a command that reads a course; the program itself takes them too. */
export const COURSE = ["lessons", "target", "plain", "json"] as const;
const RUN = ["lessons", "target", "context", "yes", "var", "plain", "offline", "trust"] as const;

/** Every command, one row each, in the order of the help. */
export const COMMANDS: readonly Row[] = [
  {
    usage: "start [lesson]",
    command: "start",
    summary: "take a lesson (`lesson-03`, `lesson-03#step`)",
    options: [...RUN, "json", "without", "plan", "join", "asHandle"],
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
    usage: "class <what...>",
    command: "class",
    summary: "a room of learners: host and join, and what belongs to it",
    options: [
      "lessons",
      "listen",
      "port",
      "new",
      "database",
      "keep",
      "boardInRoom",
      "names",
      "all",
      "mirror",
      "check",
      "offline",
      "asHandle",
      "yes",
      "json",
      "plain",
    ],
    more: "host shows an invitation and tells who is where and who is stuck, until Ctrl-C; hosted again, the class goes on. What can be typed there (`?` tells it) are commands in any other terminal, too: announce TEXT, nudge WHO [hint N | TEXT], gate STEP, ungate STEP, catch-up STEP, who, steps, hands, helped WHO, debrief, invitation, board (the link of its page), close; write -- before a text that has options in it. join URL#CODE takes an invitation: from then on `start` sends the ids of lessons, steps and checks, verdicts, times and hints read, and never commands, outputs or paths; without a network it sends them later. hand asks the instructor for help, `hand down` no longer does. log shows all that is sent; leave ends it. export [FILE] writes the last class as JSON lines, forget deletes the classes that ended. Before the day, check REPORTS… (files, folders, `-`) says who can take the course, by the reports that `learn-istio doctor --report` makes; bundle [FILE] packs lessons, kubectl, helm and learn-istio itself for a room without internet, host --mirror FILE serves that to the room.",
  },
  {
    usage: "present [lesson]",
    command: "present",
    summary: "show a lesson to a room: large, an idea at a time",
    options: [...RUN, "record", "notes"],
    more: "Enter goes on, and runs a command that was shown; `?` lists the keys. It runs in a sandbox of its own, beside your own progress. Where a command fails, `o` shows what `--record` kept, or else the page's output. Notes for a step stand in `lesson-NN.notes.md` beside the lessons, below `## #step`.",
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
    options: ["fix", "fromMirror", "report", "yes", "offline", "json", "plain"],
    more: "--report says what a class's instructor needs to know beforehand, in words and as one line: versions, memory, disk, what is missing; no name, no folder, no address.\n\nExit status: 0 the sandbox can run here, 4 it cannot.",
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
