import { absolute, type Node } from "../container/files.ts";
import { breathe, Failure, type Process, type Program } from "../process.ts";
import { type Found, readTest, type Test } from "./find-tests.ts";

/** How deep parentheses may nest. */
const MAX_DEPTH = 200;
/** As many words as `-exec … +` gives at once. */
const MAX_WORDS = 500;

interface Walk {
  readonly min: number;
  readonly max: number;
  readonly isBottomUp: boolean;
  readonly test: Test;
  /** Runs what was gathered for `-exec … +`. */
  finish(): Promise<void>;
  /** Whether `-prune` has just held. */
  pruned: boolean;
  status: number;
}

/** `find`: walks down from the named files. Folders come in the order of their names. */
export const find: Program = async (process) => {
  const args = process.args.filter((one, at) => !(at < 2 && /^-[HLP]$/.test(one)));
  const end = args.findIndex((one) => /^[-(!]/.test(one));
  const roots = end < 0 ? args : args.slice(0, end);
  const walk = readWalk(process, end < 0 ? [] : args.slice(end));
  for (const root of roots.length === 0 ? ["."] : roots) {
    const node = process.machine.files.find(absolute(process.cwd, root), false);
    if (node) await visit(process, walk, { path: root, node, level: 0 });
    else {
      const shown = process.machine.image.programs.includes("ash") ? root : `‘${root}’`;
      await process.stderr(`${process.name}: ${shown}: No such file or directory\n`);
      walk.status = 1;
    }
  }
  await walk.finish();
  return walk.status;
};

async function visit(process: Process, walk: Walk, found: Found): Promise<void> {
  await breathe(process.signal);
  const { path, node, level } = found;
  walk.pruned = false;
  if (!walk.isBottomUp && level >= walk.min) await walk.test(found);
  if (node.kind === "directory" && level < walk.max && !walk.pruned) {
    const entries = [...(node.source?.() ?? node.entries)].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, child] of entries)
      await visit(process, walk, {
        path: path.endsWith("/") ? path + name : `${path}/${name}`,
        node: child,
        level: level + 1,
      });
  }
  if (walk.isBottomUp && level >= walk.min) await walk.test(found);
}

function readWalk(process: Process, args: readonly string[]): Walk {
  const words = [...args];
  const finishers: (() => Promise<void>)[] = [];
  const walk = {
    min: 0,
    max: Number.POSITIVE_INFINITY,
    isBottomUp: false,
    pruned: false,
    status: 0,
    test: (() => true) as Test,
    finish: async () => {
      for (const one of finishers) await one();
    },
  };
  let acts = false;
  let depth = 0;
  const world = {
    now: process.machine.now(),
    find: (name: string): Node | undefined => process.machine.files.find(absolute(process.cwd, name)),
  };
  const print = (end: string): Test => {
    acts = true;
    return async ({ path }) => {
      await process.stdout(path + end);
      return true;
    };
  };
  const or = (): Test => {
    let left = and();
    while (words[0] === "-o" || words[0] === "-or") {
      words.shift();
      const [one, other] = [left, and()];
      left = async (found) => (await one(found)) || (await other(found));
    }
    return left;
  };
  const and = (): Test => {
    let left = not();
    for (let word = words[0]; word !== undefined && word !== ")" && !/^-or?$/.test(word); word = words[0]) {
      if (word === "-a" || word === "-and") words.shift();
      const [one, other] = [left, not()];
      left = async (found) => (await one(found)) && (await other(found));
    }
    return left;
  };
  const not = (): Test => {
    if (words[0] !== "!" && words[0] !== "-not") return primary();
    words.shift();
    depth += 1;
    if (depth > MAX_DEPTH) throw new Failure("expression is too deep");
    const test = not();
    depth -= 1;
    return async (found) => !(await test(found));
  };
  const primary = (): Test => {
    const known = readTest(words, world);
    if (known) return known;
    const word = words.shift();
    if (word === "(") {
      depth += 1;
      if (depth > MAX_DEPTH) throw new Failure("expression is too deep");
      const test = or();
      depth -= 1;
      if (words.shift() !== ")")
        throw new Failure("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return test;
    }
    if (word === "-print") return print("\n");
    if (word === "-print0") return print("\0");
    if (word === "-maxdepth" || word === "-mindepth") {
      const levels = words.shift() ?? "";
      if (!/^\d+$/.test(levels))
        throw new Failure(`Expected a positive decimal integer argument to ${word}, but got ‘${levels}’`);
      walk[word === "-maxdepth" ? "max" : "min"] = Number(levels);
      return () => true;
    }
    if (word === "-depth" || word === "-xdev" || word === "-mount") {
      if (word === "-depth") walk.isBottomUp = true;
      return () => true;
    }
    if (word === "-prune")
      return () => {
        walk.pruned = true;
        return true;
      };
    if (word === "-quit")
      return () => {
        throw new Failure("", walk.status);
      };
    if (word === "-delete") {
      acts = true;
      walk.isBottomUp = true;
      return async ({ path }) => {
        try {
          process.machine.files.remove(absolute(process.cwd, path));
        } catch (error) {
          if (!(error instanceof Error) || error.name !== "FileError") throw error;
          await process.stderr(`${process.name}: cannot delete ‘${path}’: ${error.message}\n`);
          walk.status = 1;
          return false;
        }
        return true;
      };
    }
    if (word === "-exec" || word === "-execdir" || word === "-ok") {
      acts = true;
      return exec(process, words, finishers, walk);
    }
    throw new Failure(
      word === undefined
        ? "invalid expression"
        : /^-/.test(word)
          ? `unknown predicate '${word}'`
          : `paths must precede expression: '${word}'`,
    );
  };
  const test = words.length === 0 ? (): boolean => true : or();
  if (words.length > 0) throw new Failure(`invalid expression; you have too many '${words[0]}'`);
  const shown = acts ? undefined : print("\n");
  walk.test = shown ? async (found) => (await test(found)) && shown(found) : test;
  return walk;
}

/** `-exec words ;` for each file, `-exec words {} +` for many at once. */
function exec(process: Process, words: string[], finishers: (() => Promise<void>)[], walk: { status: number }): Test {
  const end = words.findIndex((one, at) => one === ";" || (one === "+" && words[at - 1] === "{}"));
  if (end < 0) throw new Failure("missing argument to '-exec'");
  const command = words.splice(0, end);
  const isMany = words.shift() === "+";
  if (!isMany) return async ({ path }) => (await process.spawn(command.map((one) => one.replaceAll("{}", path)))) === 0;
  const gathered: string[] = [];
  const flush = async (): Promise<void> => {
    if (gathered.length === 0) return;
    if ((await process.spawn([...command.slice(0, -1), ...gathered.splice(0)])) !== 0) walk.status = 1;
  };
  finishers.push(flush);
  return async ({ path }) => {
    gathered.push(path);
    if (gathered.length >= MAX_WORDS) await flush();
    return true;
  };
}
