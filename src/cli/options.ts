import type { TargetName } from "../lesson/index.ts";
import type { Vocabulary } from "./completion/complete.ts";

/** The options of all commands, as commander gives them; a command reads those that its row in the table names. */
export interface Options {
  readonly lessons?: string;
  readonly target?: TargetName;
  readonly context?: string;
  readonly shell?: string;
  readonly yes?: boolean;
  readonly var?: readonly string[];
  readonly plain?: boolean;
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly quiet?: boolean;
  readonly trust?: boolean;
  readonly fix?: boolean;
  readonly inheritEnv?: boolean;
  readonly keepGoing?: boolean;
  readonly failFast?: boolean;
  readonly allowHost?: boolean;
  /** `test`: the step to begin at. `doctor --fix`: the address of a class's mirror. */
  readonly from?: string;
  readonly bundle?: string;
  readonly grep?: string;
  readonly jobs?: string;
  readonly shard?: string;
  readonly matrix?: readonly string[];
  readonly watch?: boolean;
  readonly baseline?: string;
  readonly baselineWrite?: boolean;
  readonly evidence?: string;
  readonly strictCleanup?: boolean;
  readonly reporter?: readonly string[];
  readonly prove?: boolean;
  readonly update?: boolean;
  readonly codes?: boolean;
  /** `start`: the invitation to a class. */
  readonly join?: string;
  /** `import`: the file is of this course, whatever id it names. `class join`, `start --join`: how the learner wants to be called. */
  readonly as?: string;
  /** `check`: the checkpoints of all lessons. */
  readonly all?: boolean;
  /** `start`: print what would run first, and run nothing. */
  readonly plan?: boolean;
  /** `start`: begin a lesson although what it builds on does not hold. */
  readonly without?: boolean;
  /** `present`: keep what the lesson prints; follow what is shown. */
  readonly record?: boolean;
  readonly notes?: boolean;
  readonly title?: string;
  /** `class`: the PostgreSQL that the host keeps it in; and for how many days. */
  readonly database?: string;
  readonly keep?: string;
  /** `class host`: the address, the port, and whether another class begins. */
  readonly listen?: string;
  readonly port?: string;
  readonly new?: boolean;
  readonly boardInRoom?: boolean;
  /** `class debrief`: say who. */
  readonly names?: boolean;
  /** `doctor`: a report for the instructor, to stdout or into the file of this name. */
  readonly report?: boolean | string;
  /** `class host`: a bundle for the room. */
  readonly mirror?: string;
  /** `class bundle`: read one, and make none. */
  readonly check?: boolean;
}

/** One call of the command line, understood: which command, with what. */
export interface Request {
  readonly command: CommandName;
  readonly args: readonly string[];
  readonly options: Options;
  /** What can be said at all; for `complete` alone. */
  readonly vocabulary?: Vocabulary;
}

export type CommandName =
  | "home"
  | "start"
  | "list"
  | "check"
  | "hint"
  | "solve"
  | "reset"
  | "status"
  | "log"
  | "test"
  | "lint"
  | "doctor"
  | "shell"
  | "env"
  | "export"
  | "import"
  | "sandbox"
  | "class"
  | "new"
  | "present"
  | "complete"
  | "completion"
  | "uninstall"
  | "not-yet";
