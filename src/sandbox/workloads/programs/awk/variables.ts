import { absolute } from "../../container/files.ts";
import { Input, type Process } from "../../process.ts";
import { posix, toRegExp } from "../pattern.ts";
import { InputRecord } from "./record.ts";
import { Outside, toNumber, toText, type Value } from "./values.ts";

type List = Map<string, Value>;
export type Frame = Map<string, Value | List | undefined>;

/** What an awk program knows while it runs: variables, lists, the record. */
export abstract class Variables {
  readonly process: Process;
  readonly globals: Frame = new Map();
  readonly record: InputRecord;
  /** Of functions, the innermost last. */
  protected readonly frames: Frame[] = [];
  readonly #regexes = new Map<string, RegExp>();
  seed = 0;
  random: () => number = Math.random;

  constructor(process: Process) {
    this.process = process;
    this.record = new InputRecord(
      (name) => toText(this.variable(name)),
      (name, value) => void this.globals.set(name, value),
    );
    const first = {
      NR: 0,
      NF: 0,
      FNR: 0,
      RSTART: 0,
      RLENGTH: -1,
      FS: " ",
      OFS: " ",
      ORS: "\n",
      RS: "\n",
      SUBSEP: "\x1c",
      CONVFMT: "%.6g",
      OFMT: "%.6g",
      FILENAME: "",
    };
    for (const [name, value] of Object.entries(first)) this.globals.set(name, value);
    this.globals.set("ENVIRON", new Map([...process.env].map(([name, value]) => [name, new Outside(value)])));
  }

  protected find(name: string): Value | List | undefined {
    const frame = this.frames.at(-1);
    return frame?.has(name) ? frame.get(name) : this.globals.get(name);
  }

  variable(name: string): Value {
    if (name === "NF") this.record.split();
    const value = this.find(name);
    return value === undefined || value instanceof Map ? new Outside("") : value;
  }

  setVariable(name: string, value: Value): void {
    const frame = this.frames.at(-1);
    (frame?.has(name) ? frame : this.globals).set(name, value);
    if (name === "NF") this.record.resize(toNumber(value));
  }

  list(name: string): List {
    const found = this.find(name);
    if (found instanceof Map) return found;
    const list: List = new Map();
    const frame = this.frames.at(-1);
    (frame?.has(name) ? frame : this.globals).set(name, list);
    return list;
  }

  sizeOf(name: string): number | undefined {
    const found = this.find(name);
    return found instanceof Map ? found.size : undefined;
  }

  text(value: Value): string {
    return toText(value, typeof value === "number" ? toText(this.variable("CONVFMT")) : undefined);
  }

  regex(source: string): RegExp {
    const known = this.#regexes.get(source);
    if (known) return known;
    const made = toRegExp(posix(source.replaceAll("\\/", "/"), true), "");
    this.#regexes.set(source, made);
    return made;
  }

  open(name: string): Input {
    const { machine, cwd, signal } = this.process;
    const { data } = machine.files.file(absolute(cwd, name));
    return new Input(once(data), signal);
  }
}

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  if (data.length > 0) yield data;
}
