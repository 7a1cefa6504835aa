/** What a container may write before its disk is full. */
const MAX_BYTES = 128 * 1024 * 1024;

export type Node = Directory | File | Link;

interface Attributes {
  mode: number;
  /** Milliseconds. */
  changed: number;
}

export interface Directory extends Attributes {
  readonly kind: "directory";
  readonly entries: Map<string, Node>;
  /** Entries that are made anew at each look: a mounted ConfigMap. Such a directory cannot be written. */
  readonly source?: () => ReadonlyMap<string, Node>;
}

export interface File extends Attributes {
  readonly kind: "file";
  data: Buffer;
  /** The program that this is, where it is one. */
  readonly program?: string;
  readonly device?: "null" | "zero" | "random";
  readonly isReadOnly?: boolean;
}

export interface Link extends Attributes {
  readonly kind: "link";
  readonly target: string;
}

/** A system call that failed, in its own words. */
export class FileError extends Error {
  constructor(why: keyof typeof WHY) {
    super(WHY[why]);
    this.name = "FileError";
  }
}

const WHY = {
  missing: "No such file or directory",
  isDirectory: "Is a directory",
  notDirectory: "Not a directory",
  exists: "File exists",
  notEmpty: "Directory not empty",
  readOnly: "Read-only file system",
  full: "No space left on device",
  loop: "Too many levels of symbolic links",
} as const;

/** A container's files, in memory. Paths are absolute. */
export class Files {
  readonly #root: Directory = directory();
  readonly #now: () => number;
  #bytes = 0;
  readonly #room = new WeakMap<File, Buffer>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is there, after following links; undefined when nothing is. */
  find(path: string, follow = true, depth = 0): Node | undefined {
    let node: Node = this.#root;
    const parts = partsOf(path);
    for (const [index, part] of parts.entries()) {
      const next: Node | undefined = node.kind === "directory" ? entriesOf(node).get(part) : undefined;
      if (next === undefined) return undefined;
      node = next;
      const isLast = index === parts.length - 1;
      if (node.kind !== "link" || (isLast && !follow)) continue;
      if (depth > 20) throw new FileError("loop");
      const rest = parts.slice(index + 1).join("/");
      const base = node.target.startsWith("/") ? "" : `/${parts.slice(0, index).join("/")}`;
      return this.find(`${base}/${node.target}/${rest}`, follow, depth + 1);
    }
    return node;
  }

  read(path: string): Buffer {
    return this.file(path).data;
  }

  file(path: string): File {
    const node = this.#existing(path);
    if (node.kind !== "file") throw new FileError("isDirectory");
    return node;
  }

  list(path: string): ReadonlyMap<string, Node> {
    const node = this.#existing(path);
    if (node.kind !== "directory") throw new FileError("notDirectory");
    return entriesOf(node);
  }

  /** Writes a whole file, or adds to it. */
  write(path: string, data: Buffer, { append = false, mode = 0o644 } = {}): void {
    const found = this.find(path);
    if (found?.kind === "directory") throw new FileError("isDirectory");
    if (found?.kind === "file" && found.device !== undefined) return;
    if (found?.kind === "file" && found.isReadOnly) throw new FileError("readOnly");
    const before = found?.kind === "file" ? found : undefined;
    const added = append ? data.length : data.length - (before?.data.length ?? 0);
    if (this.#bytes + added > MAX_BYTES) throw new FileError("full");
    if (before) {
      before.data = append ? this.#grown(before, data) : data;
      before.changed = this.#now();
    } else this.put(path, { kind: "file", data, mode, changed: this.#now() });
    this.#bytes += added;
  }

  /** Puts a node in a directory that exists. */
  put(path: string, node: Node): void {
    const { parent, name } = this.#place(path);
    if (parent.source !== undefined) throw new FileError("readOnly");
    parent.entries.set(name, node);
  }

  /** Makes a directory, with those above it where `parents` says so. */
  makeDirectory(path: string, { parents = false, mode = 0o755 } = {}): void {
    const found = this.find(path);
    if (found?.kind === "directory" && parents) return;
    if (found !== undefined) throw new FileError("exists");
    if (parents) this.makeDirectory(parentOf(path), { parents });
    this.put(path, { ...directory(this.#now()), mode });
  }

  remove(path: string, { recursive = false } = {}): void {
    const node = this.find(path, false);
    if (node === undefined) throw new FileError("missing");
    if (node.kind === "directory" && node.source !== undefined) throw new FileError("readOnly");
    if (node.kind === "directory" && !recursive && node.entries.size > 0) throw new FileError("notEmpty");
    const { parent, name } = this.#place(path);
    if (parent.source !== undefined) throw new FileError("readOnly");
    parent.entries.delete(name);
    this.#bytes -= sizeOf(node);
  }

  /** With room to spare, so that a file that is written bit by bit is not copied each time. */
  #grown(file: File, added: Buffer): Buffer {
    const size = file.data.length + added.length;
    let room = this.#room.get(file);
    if (room === undefined || room.length < size || room.buffer !== file.data.buffer) {
      room = Buffer.allocUnsafeSlow(Math.max(4096, size * 2));
      file.data.copy(room);
      this.#room.set(file, room);
    }
    added.copy(room, file.data.length);
    return room.subarray(0, size);
  }

  #existing(path: string): Exclude<Node, Link> {
    const node = this.find(path);
    if (node === undefined || node.kind === "link") throw new FileError("missing");
    return node;
  }

  #place(path: string): { parent: Directory; name: string } {
    const name = partsOf(path).at(-1);
    const parent = this.find(parentOf(path));
    if (name === undefined) throw new FileError("exists");
    if (parent === undefined) throw new FileError("missing");
    if (parent.kind !== "directory") throw new FileError("notDirectory");
    return { parent, name };
  }
}

export function directory(changed = 0): Directory {
  return { kind: "directory", entries: new Map(), mode: 0o755, changed };
}

/** Makes a path absolute and plain: no `.`, no `..`. */
export function absolute(cwd: string, path: string): string {
  const kept: string[] = [];
  for (const part of `${path.startsWith("/") ? "" : cwd}/${path}`.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return `/${kept.join("/")}`;
}

export function parentOf(path: string): string {
  return `/${partsOf(path).slice(0, -1).join("/")}`;
}

function entriesOf(node: Directory): ReadonlyMap<string, Node> {
  return node.source?.() ?? node.entries;
}

function partsOf(path: string): string[] {
  return absolute("/", path).split("/").filter(Boolean);
}

function sizeOf(node: Node): number {
  if (node.kind === "file") return node.data.length;
  return node.kind === "directory" ? [...node.entries.values()].reduce((sum, one) => sum + sizeOf(one), 0) : 0;
}
