import { ByteQueue } from "../../../bytes/index.ts";
import { absolute } from "../../container/files.ts";
import { Failure, Input, type Output, type Process } from "../../process.ts";
import { posix, toRegExp } from "../pattern.ts";
import { formatAwk } from "./builtins.ts";
import type { Runtime } from "./runtime.ts";
import type { Expr, Statement } from "./syntax.ts";
import { Outside, toText, type Value } from "./values.ts";

interface Sink {
  readonly write: Output;
  readonly close: () => Promise<number>;
}

/** What an awk program reads and writes. */
export class Files {
  readonly #process: Process;
  readonly #sources = new Map<string, Input>();
  readonly #sinks = new Map<string, Sink>();
  #operands: string[] = [];
  #main: Input | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  setOperands(operands: readonly string[], runtime: Runtime): void {
    this.#operands = [...operands];
    const hasFile = operands.some((one) => !/^[A-Za-z_]\w*=/.test(one));
    if (!hasFile) this.#operands.push("-");
    runtime.setVariable("FILENAME", "");
  }

  async nextMain(runtime: Runtime): Promise<string | undefined> {
    for (;;) {
      const line = this.#main && (await readRecord(this.#main, toText(runtime.variable("RS"))));
      if (line !== undefined) return line;
      const name = this.#operands.shift();
      if (name === undefined) return undefined;
      const assigned = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(name);
      if (assigned) {
        runtime.setVariable(assigned[1] ?? "", new Outside(assigned[2] ?? ""));
        continue;
      }
      try {
        this.#main = name === "-" ? this.#process.stdin : runtime.open(name);
      } catch {
        throw new Failure(`cannot open "${name}" (No such file or directory)`, 2);
      }
      runtime.setVariable("FILENAME", name === "-" ? "" : name);
      runtime.setVariable("FNR", 0);
    }
  }

  skipMain(): void {
    this.#main = undefined;
  }

  async getline({ to, file, command }: Extract<Expr, { kind: "getline" }>, runtime: Runtime): Promise<Value> {
    if (!file && !command) {
      const before = runtime.record.text;
      if (!(await runtime.nextRecord())) return 0;
      if (to) {
        await runtime.set(to, new Outside(runtime.record.text));
        runtime.record.set(before);
      }
      return 1;
    }
    const name = toText(await runtime.evaluate(command ?? file ?? { kind: "string", value: "" }));
    let source = this.#sources.get(name);
    if (!source) {
      try {
        source = command ? await this.#outputOf(name) : name === "-" ? this.#process.stdin : runtime.open(name);
      } catch {
        return -1;
      }
      this.#sources.set(name, source);
    }
    const line = await readRecord(source, toText(runtime.variable("RS")));
    if (line === undefined) return 0;
    if (to) await runtime.set(to, new Outside(line));
    else runtime.record.set(line);
    return 1;
  }

  async #outputOf(command: string): Promise<Input> {
    const chunks: Buffer[] = [];
    await this.#process.spawn(["sh", "-c", command], { stdout: async (chunk) => void chunks.push(Buffer.from(chunk)) });
    return new Input(list(chunks), this.#process.signal);
  }

  async print({ kind, args, to }: Extract<Statement, { kind: "print" | "printf" }>, runtime: Runtime): Promise<void> {
    const values: Value[] = [];
    for (const arg of args) values.push(await runtime.evaluate(arg));
    const show = (value: Value): string => toText(value, toText(runtime.variable("OFMT")));
    const line = values.length === 0 ? runtime.record.text : values.map(show).join(toText(runtime.variable("OFS")));
    const text = kind === "printf" ? formatAwk(values) : line + toText(runtime.variable("ORS"));
    if (!to) return this.#process.stdout(text);
    const name = toText(await runtime.evaluate(to.name));
    await this.#sink(name, to.mode).write(text);
  }

  #sink(name: string, mode: ">" | ">>" | "|"): Sink {
    const found = this.#sinks.get(name);
    if (found) return found;
    const made = mode === "|" ? this.#pipe(name) : this.#file(name, mode === ">>");
    this.#sinks.set(name, made);
    return made;
  }

  #file(name: string, append: boolean): Sink {
    const close = async (): Promise<number> => 0;
    if (name === "/dev/stdout") return { write: this.#process.stdout, close };
    if (name === "/dev/stderr") return { write: this.#process.stderr, close };
    const { files } = this.#process.machine;
    const path = absolute(this.#process.cwd, name);
    files.write(path, Buffer.alloc(0), { append });
    return { write: async (chunk) => files.write(path, Buffer.from(chunk), { append: true }), close };
  }

  #pipe(command: string): Sink {
    const queue = new ByteQueue();
    const stdin = new Input(queue, this.#process.signal);
    const done = this.#process.spawn(["sh", "-c", command], { stdin });
    done.catch(() => {});
    return {
      write: (chunk) => queue.write(Buffer.from(chunk)),
      close: () => {
        queue.end();
        return done;
      },
    };
  }

  async close(name: string): Promise<number> {
    const sink = this.#sinks.get(name);
    const isKnown = sink !== undefined || this.#sources.has(name);
    this.#sinks.delete(name);
    this.#sources.delete(name);
    return sink ? sink.close() : isKnown ? 0 : -1;
  }

  async closeAll(): Promise<void> {
    for (const sink of this.#sinks.values()) await sink.close();
  }
}

async function readRecord(input: Input, separator: string): Promise<string | undefined> {
  if (separator.length === 1) {
    const record = (await input.readUntil(separator.charCodeAt(0)))?.text;
    return record;
  }
  const all = (await input.readAll()).toString().replace(/^\n+/, separator === "" ? "" : "$&");
  if (all === "") return undefined;
  const match = (separator === "" ? /\n\n+/ : toRegExp(posix(separator, true), "")).exec(all);
  if (match) input.unread(Buffer.from(all.slice(match.index + match[0].length)));
  return (match ? all.slice(0, match.index) : all).replace(/\n$/, "");
}

async function* list(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
