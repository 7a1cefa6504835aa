import { absolute, type Files, type Node } from "../container/files.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { parseTime } from "./date.ts";
import { applyMode } from "./mode.ts";
import { readOptions } from "./options.ts";

/** Does something for each name; tells what fails and goes on. */
async function eachName(
  process: Process,
  names: readonly string[],
  act: (path: string, name: string) => void,
): Promise<number> {
  if (names.length === 0) throw new Failure("missing operand");
  let status = 0;
  for (const name of names) {
    try {
      act(absolute(process.cwd, name), name);
    } catch (error) {
      const isOurs = error instanceof Failure && error.message !== "";
      if (!isOurs && (!(error instanceof Error) || error.name !== "FileError")) throw error;
      const words = isOurs ? error.message : `${whyNot(process)}'${name}': ${(error as Error).message}`;
      await process.stderr(`${process.name}: ${words}\n`);
      status = 1;
    }
  }
  return status;
}

function whyNot({ name, machine }: Process): string {
  return (isBusybox(machine.image) ? BUSYBOX_WORDS : GNU_WORDS)[name] ?? "";
}

const BUSYBOX_WORDS: Readonly<Record<string, string>> = {
  cp: "can't stat ",
  mkdir: "can't create directory ",
  mv: "can't rename ",
  rm: "can't remove ",
};
const GNU_WORDS: Readonly<Record<string, string>> = {
  chmod: "cannot access ",
  chown: "cannot access ",
  cp: "cannot stat ",
  mkdir: "cannot create directory ",
  mv: "cannot stat ",
  rm: "cannot remove ",
  rmdir: "failed to remove ",
  touch: "cannot touch ",
  unlink: "cannot unlink ",
};

const mkdir: Program = (process) => {
  const options = readOptions(process.args, "pv", "m", ["parents:p", "mode=:m", "verbose:v"]);
  const mode = Number.parseInt(options.flags.get("m") ?? "755", 8);
  return eachName(process, options.rest, (path) =>
    process.machine.files.makeDirectory(path, { parents: options.has("p"), mode: Number.isNaN(mode) ? 0o755 : mode }),
  );
};

const rm: Program = async (process) => {
  const options = readOptions(process.args, "rRfvidI", "", ["recursive:r", "force:f", "verbose:v"]);
  const { files } = process.machine;
  if (options.rest.length === 0 && options.has("f")) return 0;
  const removed: string[] = [];
  const status = await eachName(process, options.rest, (path, name) => {
    const node = files.find(path, false);
    if (node === undefined && options.has("f")) return;
    if (path === "/")
      throw new Failure(
        `it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe`,
      );
    const recursive = options.has("r", "R");
    if (node?.kind === "directory" && !recursive && !options.has("d"))
      throw new Failure(
        isBusybox(process.machine.image) ? `'${name}' is a directory` : `cannot remove '${name}': Is a directory`,
      );
    files.remove(path, { recursive });
    removed.push(name);
  });
  if (options.has("v")) await process.stdout(removed.map((name) => `removed '${name}'\n`).join(""));
  return status;
};

const rmdir: Program = (process) => {
  const options = readOptions(process.args, "pv", "", ["parents:p", "ignore-fail-on-non-empty"]);
  const { files } = process.machine;
  return eachName(process, options.rest, (path, name) => {
    if (files.find(path, false)?.kind === "file") throw new Failure(`${whyNot(process)}'${name}': Not a directory`);
    files.remove(path);
    const above = name.split("/").slice(0, -1);
    for (; options.has("p") && above.length > 0; above.pop()) files.remove(absolute(process.cwd, above.join("/")));
  });
};

const touch: Program = (process) => {
  const options = readOptions(process.args, "acmh", "drt", ["date=:d", "no-create:c", "reference=:r"]);
  const { files, now } = process.machine;
  const given = options.flags.get("d");
  const like = options.flags.get("r");
  const reference = like === undefined ? undefined : files.find(absolute(process.cwd, like));
  const at = given === undefined ? (reference?.changed ?? now()) : parseTime(given, now());
  if (at === undefined) throw new Failure(`invalid date format '${given}'`);
  return eachName(process, options.rest, (path) => {
    if (files.find(path) === undefined) {
      if (options.has("c")) return;
      files.write(path, Buffer.alloc(0));
    }
    const node = files.find(path);
    if (node) node.changed = at;
  });
};

/** Where a copy goes: into a directory under its own name, or to the name itself. */
function destination({ machine, cwd }: Process, to: string, source: string): string {
  const path = absolute(cwd, to);
  return machine.files.find(path)?.kind === "directory"
    ? absolute(path, absolute(cwd, source).split("/").at(-1) ?? "")
    : path;
}

interface Copying {
  readonly keepsLinks: boolean;
  readonly keepsTimes: boolean;
}

function copyTree(files: Files, from: string, to: string, how: Copying): void {
  const node = files.find(from, !how.keepsLinks);
  if (node?.kind === "directory") {
    files.makeDirectory(to, { parents: true, mode: node.mode });
    for (const name of [...files.list(from).keys()]) copyTree(files, `${from}/${name}`, `${to}/${name}`, how);
  } else if (node?.kind === "link") files.put(to, { ...node });
  else files.write(to, Buffer.from(files.read(from)), { mode: node?.mode ?? 0o644 });
  const made = files.find(to, false);
  if (node && made && how.keepsTimes) made.changed = node.changed;
}

function sources(
  process: Process,
  rest: readonly string[],
  folder: string | undefined,
): { from: readonly string[]; to: string } {
  const to = folder ?? rest.at(-1);
  const from = folder === undefined ? rest.slice(0, -1) : rest;
  if (rest.length === 0) throw new Failure("missing file operand");
  if (to === undefined || from.length === 0) throw new Failure(`missing destination file operand after '${rest[0]}'`);
  if (from.length > 1 && process.machine.files.find(absolute(process.cwd, to))?.kind !== "directory")
    throw new Failure(
      isBusybox(process.machine.image)
        ? `target '${to}' is not a directory`
        : `target '${to}': No such file or directory`,
    );
  return { from, to };
}

const cp: Program = (process) => {
  const options = readOptions(process.args, "rRapfLvdnuPTi", "t", ["recursive:r", "archive:a", "force:f", "verbose:v"]);
  const { from, to } = sources(process, options.rest, options.flags.get("t"));
  const { files } = process.machine;
  return eachName(process, from, (path, name) => {
    const node = files.find(path);
    if (node?.kind === "directory" && !options.has("r", "R", "a"))
      throw new Failure(
        isBusybox(process.machine.image)
          ? `omitting directory '${name}'`
          : `-r not specified; omitting directory '${name}'`,
      );
    const target = destination(process, to, name);
    if (target === path) throw new Failure(`'${name}' and '${to}' are the same file`);
    if (node?.kind === "directory" && target.startsWith(`${path}/`))
      throw new Failure(`cannot copy a directory, '${name}', into itself, '${to}/${name}'`);
    if (options.has("n") && files.find(target)) return;
    copyTree(files, path, target, { keepsLinks: options.has("a", "d", "P"), keepsTimes: options.has("a", "p") });
  });
};

const mv: Program = (process) => {
  const options = readOptions(process.args, "fnvuTi", "t", ["force:f", "no-clobber:n", "verbose:v"]);
  const { from, to } = sources(process, options.rest, options.flags.get("t"));
  const { files } = process.machine;
  return eachName(process, from, (path, name) => {
    const node = files.find(path, false);
    const target = destination(process, to, name);
    if (node && target === path) throw new Failure(`'${name}' and '${to}' are the same file`);
    if (target.startsWith(`${path}/`))
      throw new Failure(`cannot move '${name}' to a subdirectory of itself, '${to}/${name}'`);
    if (options.has("n") && files.find(target)) return;
    if (files.find(target, false)?.kind === "file" && node?.kind !== "directory") files.remove(target);
    copyTree(files, path, target, { keepsLinks: true, keepsTimes: true });
    files.remove(path, { recursive: true });
  });
};

const ln: Program = (process) => {
  const options = readOptions(process.args, "sfnvrT", "", ["symbolic:s", "force:f", "no-dereference:n"]);
  const [target, given] = options.rest;
  if (target === undefined) throw new Failure("missing file operand");
  const { files, now } = process.machine;
  const name = given ?? target.split("/").at(-1) ?? target;
  return eachName(process, [name], () => {
    const path = options.has("n", "T") ? absolute(process.cwd, name) : destination(process, name, target);
    const kind = options.has("s") ? "symbolic" : "hard";
    if (files.find(path, false)) {
      if (!options.has("f"))
        throw new Failure(
          isBusybox(process.machine.image)
            ? `${name}: File exists`
            : `failed to create ${kind} link '${name}': File exists`,
        );
      files.remove(path);
    }
    if (options.has("s")) files.put(path, { kind: "link", target, mode: 0o777, changed: now() });
    else files.put(path, hard(files, absolute(process.cwd, target), target));
  });
};

/** Two names for one file. */
function hard(files: Files, path: string, name: string): Node {
  const node = files.find(path);
  if (!node) throw new Failure(`failed to access '${name}': No such file or directory`);
  if (node.kind === "directory") throw new Failure(`${name}: hard link not allowed for directory`);
  return node;
}

const chmod: Program = (process) => {
  const args = process.args.map((one) => one.replace(/^-(?=[rwxXst]+$)/, "a-"));
  const options = readOptions(args, "Rvfc", "", ["recursive:R"]);
  const [mode = "", ...names] = options.rest;
  const { files } = process.machine;
  const change = (node: Node): void => {
    node.mode = applyMode(mode, node.mode, node.kind === "directory");
    if (options.has("R") && node.kind === "directory")
      for (const child of node.entries.values()) if (child.kind !== "link") change(child);
  };
  return eachName(process, names, (path, name) => {
    const node = files.find(path);
    if (!node)
      throw new Failure(
        isBusybox(process.machine.image)
          ? `${name}: No such file or directory`
          : `cannot access '${name}': No such file or directory`,
      );
    change(node);
  });
};

/** Files belong to the one user that a container has: there is nothing to note. */
const chown: Program = (process) => {
  const [owner, ...names] = readOptions(process.args, "Rvfch", "", ["recursive:R"]).rest;
  if (owner === undefined) throw new Failure("missing operand");
  return eachName(process, names, (path, name) => {
    if (!process.machine.files.find(path))
      throw new Failure(
        `${isBusybox(process.machine.image) ? name : `cannot access '${name}'`}: No such file or directory`,
      );
  });
};

export const FILE_PROGRAMS: Readonly<Record<string, Program>> = {
  chgrp: chown,
  chmod,
  chown,
  cp,
  ln,
  mkdir,
  mv,
  rm,
  rmdir,
  touch,
  unlink: (process) => eachName(process, process.args, (path) => process.machine.files.remove(path)),
};
