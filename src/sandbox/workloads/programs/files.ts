import { absolute, type Directory, type Node } from "../container/files.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { readOptions } from "./options.ts";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const ls: Program = async (process) => {
  const options = readOptions(process.args, "1aAlhRtrdFi", "", ["color="]);
  const { files } = process.machine;
  const names = options.rest.length === 0 ? ["."] : options.rest;
  let status = 0;
  const show = async (entries: readonly (readonly [string, Node])[]): Promise<void> => {
    const lines = entries.map(([name, node]) => (options.has("l") ? longLine(process, name, node) : name));
    if (lines.length === 0) return;
    const isColumns = process.isTty && !options.has("l", "1");
    await process.stdout(isColumns ? `${lines.join("  ")}\n` : lines.map((line) => `${line}\n`).join(""));
  };
  const plain: [string, Node][] = [];
  const folders: [string, Directory][] = [];
  for (const name of names) {
    const node = files.find(absolute(process.cwd, name), !options.has("l"));
    if (node?.kind === "directory" && !options.has("d")) folders.push([name, node]);
    else if (node) plain.push([name, node]);
    else {
      await process.stderr(`ls: ${name}: No such file or directory\n`);
      status = 1;
    }
  }
  await show(plain);
  for (const [name] of folders) {
    if (names.length > 1 || options.has("R")) await process.stdout(`${name}:\n`);
    const all = [...files.list(absolute(process.cwd, name))].sort(([a], [b]) => (a < b ? -1 : 1));
    if (options.has("t")) all.sort(([, a], [, b]) => b.changed - a.changed);
    if (options.has("r")) all.reverse();
    const shown = all.filter(([one]) => options.has("a", "A") || !one.startsWith("."));
    if (options.has("l")) await process.stdout(`total ${shown.length * 4}\n`);
    await show(shown);
  }
  return status;
};

function longLine({ machine }: Process, name: string, node: Node): string {
  const type = node.kind === "directory" ? "d" : node.kind === "link" ? "l" : "-";
  const bits = [6, 3, 0].map((shift) => {
    const part = (node.mode >> shift) & 7;
    return `${part & 4 ? "r" : "-"}${part & 2 ? "w" : "-"}${part & 1 ? "x" : "-"}`;
  });
  const size = node.kind === "file" ? node.data.length : node.kind === "link" ? node.target.length : 4096;
  const date = new Date(node.changed || machine.now());
  const day = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
  const time = `${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")}`;
  const link = node.kind === "link" ? ` -> ${node.target}` : "";
  return `${type}${bits.join("")}    1 root     root     ${String(size).padStart(9)} ${day} ${time} ${name}${link}`;
}

/** Does something for each name; tells what fails and goes on. */
async function eachName(
  process: Process,
  names: readonly string[],
  act: (path: string, name: string) => void,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    try {
      act(absolute(process.cwd, name), name);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "FileError") throw error;
      await process.stderr(`${process.name}: ${WORDS[process.name] ?? ""}'${name}': ${error.message}\n`);
      status = 1;
    }
  }
  return status;
}

const WORDS: Readonly<Record<string, string>> = { mkdir: "can't create directory ", rm: "can't remove ", rmdir: "" };

const mkdir: Program = (process) => {
  const options = readOptions(process.args, "pv", "m");
  return eachName(process, options.rest, (path) =>
    process.machine.files.makeDirectory(path, { parents: options.has("p") }),
  );
};

const rm: Program = (process) => {
  const options = readOptions(process.args, "rRfv");
  const { files } = process.machine;
  return eachName(process, options.rest, (path) => {
    const node = files.find(path, false);
    if (node === undefined && options.has("f")) return;
    const recursive = options.has("r", "R");
    if (node?.kind === "directory" && !recursive)
      throw Object.assign(new Error("Is a directory"), { name: "FileError" });
    files.remove(path, { recursive });
  });
};

const rmdir: Program = (process) =>
  eachName(process, readOptions(process.args, "p").rest, (path) => process.machine.files.remove(path));

const touch: Program = (process) => {
  const options = readOptions(process.args, "acmh", "drt");
  const { files } = process.machine;
  return eachName(process, options.rest, (path) => {
    if (files.find(path)?.kind !== "directory") files.write(path, Buffer.alloc(0), { append: true });
  });
};

/** Where a copy goes: into a directory under its own name, or to the name itself. */
function destination({ machine, cwd }: Process, to: string, source: string): string {
  const path = absolute(cwd, to);
  return machine.files.find(path)?.kind === "directory" ? `${path}/${absolute(cwd, source).split("/").at(-1)}` : path;
}

function copyTree({ machine: { files } }: Process, from: string, to: string): void {
  const node = files.find(from);
  if (node?.kind !== "directory") {
    files.write(to, files.read(from), { mode: node?.mode ?? 0o644 });
    return;
  }
  files.makeDirectory(to, { parents: true });
  for (const name of [...files.list(from).keys()])
    copyTree({ machine: { files } } as Process, `${from}/${name}`, `${to}/${name}`);
}

const cp: Program = (process) => {
  const options = readOptions(process.args, "rRapfLv");
  const to = options.rest.at(-1);
  if (to === undefined || options.rest.length < 2) throw new Failure("missing file operand");
  return eachName(process, options.rest.slice(0, -1), (path, name) => {
    const isTree = process.machine.files.find(path)?.kind === "directory";
    if (isTree && !options.has("r", "R", "a")) throw new Failure(`omitting directory '${name}'`);
    const target = destination(process, to, name);
    if (`${target}/`.startsWith(`${path}/`)) throw new Failure(`'${name}' and '${to}' are the same file`);
    copyTree(process, path, target);
  });
};

const mv: Program = (process) => {
  const options = readOptions(process.args, "fnv");
  const to = options.rest.at(-1);
  if (to === undefined || options.rest.length < 2) throw new Failure("missing file operand");
  const { files } = process.machine;
  return eachName(process, options.rest.slice(0, -1), (path, name) => {
    const target = destination(process, to, name);
    if (target === path) return;
    if (target.startsWith(`${path}/`)) throw new Failure(`can't move '${name}' into itself`);
    copyTree(process, path, target);
    files.remove(path, { recursive: true });
  });
};

const ln: Program = async (process) => {
  const [target, name] = readOptions(process.args, "sf").rest;
  if (target === undefined || name === undefined) throw new Failure("missing file operand");
  process.machine.files.put(absolute(process.cwd, name), {
    kind: "link",
    target,
    mode: 0o777,
    changed: process.machine.now(),
  });
  return 0;
};

const chmod: Program = (process) => {
  const [mode = "", ...names] = readOptions(
    process.args.map((one) => one.replace(/^-(?=[rwx])/, "a-")),
    "Rv",
  ).rest;
  return eachName(process, names, (path) => {
    const node = process.machine.files.find(path);
    if (!node) throw new Failure(`${path}: No such file or directory`);
    if (/^[0-7]+$/.test(mode)) node.mode = Number.parseInt(mode, 8);
    else if (/\+.*x/.test(mode)) node.mode |= 0o111;
    else if (/-.*x/.test(mode)) node.mode &= ~0o111;
  });
};

const find: Program = async (process) => {
  const at = process.args.findIndex((one) => one.startsWith("-"));
  const roots = at < 0 ? process.args : process.args.slice(0, at);
  const tests = at < 0 ? [] : process.args.slice(at);
  const value = (flag: string): string | undefined =>
    tests.includes(flag) ? tests[tests.indexOf(flag) + 1] : undefined;
  const { matchesPattern } = await import("../shell/pattern.ts");
  const [name, type, depth] = [value("-name"), value("-type"), Number(value("-maxdepth") ?? 100)];
  const walk = async (path: string, node: Node, level: number): Promise<void> => {
    const isType = type === undefined || type === { directory: "d", file: "f", link: "l" }[node.kind];
    if (isType && (name === undefined || matchesPattern(path.split("/").at(-1) ?? "", name)))
      await process.stdout(`${path}\n`);
    if (node.kind !== "directory" || level >= depth) return;
    const entries = [...process.machine.files.list(absolute(process.cwd, path))].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [one, child] of entries) await walk(`${path.replace(/\/$/, "")}/${one}`, child, level + 1);
  };
  let status = 0;
  for (const root of roots.length === 0 ? ["."] : roots) {
    const node = process.machine.files.find(absolute(process.cwd, root));
    if (node) await walk(root, node, 0);
    else {
      await process.stderr(`find: ${root}: No such file or directory\n`);
      status = 1;
    }
  }
  return status;
};

const readlink: Program = async (process) => {
  const [name = ""] = readOptions(process.args, "f").rest;
  const node = process.machine.files.find(absolute(process.cwd, name), false);
  if (node?.kind === "link") await process.stdout(`${node.target}\n`);
  else if (process.args.includes("-f")) await process.stdout(`${absolute(process.cwd, name)}\n`);
  else return 1;
  return 0;
};

const df: Program = async (process) => {
  await process.stdout(
    "Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay               61255492  18211236  39900256  31% /\n",
  );
  return 0;
};

const mount: Program = async (process) => {
  const volumes = (process.machine.pod.spec?.containers ?? [])
    .filter((one: { name: string }) => one.name === process.machine.container)
    .flatMap((one: { volumeMounts?: { mountPath: string; readOnly?: boolean }[] }) => one.volumeMounts ?? []);
  const lines = volumes.map(
    (one: { mountPath: string; readOnly?: boolean }) =>
      `tmpfs on ${one.mountPath} type tmpfs (${one.readOnly ? "ro" : "rw"},relatime)\n`,
  );
  await process.stdout(
    `overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\n${lines.join("")}`,
  );
  return 0;
};

export const FILE_PROGRAMS: Readonly<Record<string, Program>> = {
  chmod,
  cp,
  df,
  find,
  ln,
  ls,
  mkdir,
  mount,
  mv,
  readlink,
  rm,
  rmdir,
  touch,
};
