import { absolute } from "../container/files.ts";
import { breathe, type Process, type Program } from "../process.ts";
import { readOptions } from "./options.ts";
import { toRegExp } from "./pattern.ts";
import { type Address, parseSed, type SedCommand } from "./sed-parse.ts";

/** `sed`: every command of POSIX', and what GNU adds that people type. */
export const sed: Program = async (process) => {
  const inPlace = process.args.find((one) => /^-i|^--in-place/.test(one));
  const args = process.args.filter((one) => one !== inPlace || one === undefined);
  const options = readOptions(args, "nErsuz", "ef", ["expression=", "quiet", "silent", "regexp-extended"]);
  const rest = [...options.rest];
  const { files } = process.machine;
  const scripts = [...(options.all.get("e") ?? []), ...(options.all.get("expression") ?? [])];
  for (const name of options.all.get("f") ?? []) scripts.push(files.read(absolute(process.cwd, name)).toString());
  if (scripts.length === 0) scripts.push(rest.shift() ?? "");
  const commands = parseSed(scripts.join("\n"), options.has("E", "r", "regexp-extended"));
  const isQuiet = options.has("n", "quiet", "silent");
  const run = (text: string): Promise<{ out: string; code: number }> =>
    new Edit(text, commands, isQuiet, process).run();
  let status = 0;
  const texts: string[] = [];
  for (const name of rest) {
    const path = absolute(process.cwd, name);
    if (files.find(path)?.kind !== "file") {
      await process.stderr(`sed: ${name}: No such file or directory\n`);
      status = 1;
      continue;
    }
    const text = files.read(path).toString();
    if (inPlace === undefined) texts.push(text);
    else {
      const suffix = inPlace.replace(/^-i|^--in-place=?/, "");
      if (suffix !== "") files.write(`${path}${suffix}`, Buffer.from(text));
      files.write(path, Buffer.from((await run(text)).out));
    }
  }
  if (inPlace !== undefined || (rest.length > 0 && texts.length === 0)) return status;
  const { out, code } = await run(rest.length === 0 ? (await process.stdin.readAll()).toString() : texts.join(""));
  await process.stdout(out);
  return code || status;
};

class Edit {
  readonly #lines: string[];
  readonly #commands: readonly SedCommand[];
  readonly #isQuiet: boolean;
  readonly #process: Process;
  readonly #hasEnd: boolean;
  readonly #ranges = new Map<SedCommand, number>();
  #number = 0;
  #space = "";
  #hold = "";
  #out = "";
  #after = "";

  constructor(text: string, commands: readonly SedCommand[], isQuiet: boolean, process: Process) {
    this.#hasEnd = text.endsWith("\n") || text === "";
    this.#lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
    this.#commands = commands;
    this.#isQuiet = isQuiet;
    this.#process = process;
  }

  async run(): Promise<{ out: string; code: number }> {
    let code: number | undefined;
    let isKept = false;
    while (code === undefined && (isKept || this.#number < this.#lines.length)) {
      await breathe(this.#process.signal);
      if (!isKept) this.#space = this.#lines[this.#number++] ?? "";
      isKept = false;
      const ended = await this.#cycle();
      if (ended === "restart") isKept = true;
      else if (typeof ended === "number") code = ended;
      this.#flush();
    }
    const out = this.#hasEnd || this.#number < this.#lines.length ? this.#out : this.#out.replace(/\n$/, "");
    return { out, code: code ?? 0 };
  }

  #flush(): void {
    this.#out += this.#after;
    this.#after = "";
  }

  #print(): void {
    if (!this.#isQuiet) this.#out += `${this.#space}\n`;
  }

  /** Runs the commands over one line: `restart` when a part of it stays, a number when the program ends. */
  async #cycle(): Promise<"next" | "restart" | number> {
    let isChanged = false;
    for (let at = 0; at < this.#commands.length; at += 1) {
      await breathe(this.#process.signal);
      const one = this.#commands[at];
      if (!one || one.act === "}" || one.act === ":") continue;
      if (this.#applies(one) === one.isNegated) {
        if (one.act === "{") at = one.end;
        continue;
      }
      switch (one.act) {
        case "s":
          if (this.#substitute(one)) isChanged = true;
          break;
        case "y":
          this.#space = [...this.#space].map((char) => [...one.more][[...one.text].indexOf(char)] ?? char).join("");
          break;
        case "p":
          this.#out += `${this.#space}\n`;
          break;
        case "P":
          this.#out += `${this.#space.split("\n", 1)[0]}\n`;
          break;
        case "=":
          this.#out += `${this.#number}\n`;
          break;
        case "l":
          this.#out += `${JSON.stringify(this.#space).slice(1, -1)}$\n`;
          break;
        case "d":
          return "next";
        case "D": {
          const line = this.#space.indexOf("\n");
          if (line < 0) return "next";
          this.#space = this.#space.slice(line + 1);
          return "restart";
        }
        case "a":
          this.#after += `${one.text}\n`;
          break;
        case "i":
          this.#out += `${one.text}\n`;
          break;
        case "c":
          if (!one.to || !this.#ranges.has(one)) this.#out += `${one.text}\n`;
          return "next";
        case "n":
        case "N":
          if (this.#number >= this.#lines.length) {
            this.#print();
            return 0;
          }
          if (one.act === "n") this.#print();
          this.#flush();
          this.#space = (one.act === "N" ? `${this.#space}\n` : "") + (this.#lines[this.#number++] ?? "");
          break;
        case "g":
          this.#space = this.#hold;
          break;
        case "G":
          this.#space += `\n${this.#hold}`;
          break;
        case "h":
          this.#hold = this.#space;
          break;
        case "H":
          this.#hold += `\n${this.#space}`;
          break;
        case "x":
          [this.#space, this.#hold] = [this.#hold, this.#space];
          break;
        case "r": {
          const node = this.#process.machine.files.find(absolute(this.#process.cwd, one.text));
          if (node?.kind === "file") this.#after += node.data.toString();
          break;
        }
        case "w":
          this.#process.machine.files.write(absolute(this.#process.cwd, one.text), Buffer.from(`${this.#space}\n`), {
            append: true,
          });
          break;
        case "b":
        case "t":
        case "T":
          if (one.act === "b" || isChanged === (one.act === "t")) {
            const label = this.#commands.findIndex((other) => other.act === ":" && other.text === one.text);
            at = one.text === "" ? this.#commands.length : label;
          }
          if (one.act !== "b") isChanged = false;
          break;
        case "q":
          this.#print();
          return Number(one.text || 0);
        case "Q":
          return Number(one.text || 0);
        default:
      }
    }
    this.#print();
    return "next";
  }

  #substitute({ regex, more, flags }: SedCommand): boolean {
    if (!regex) return false;
    const first = Number(/\d+/.exec(flags)?.[0] ?? 1);
    let count = 0;
    let isDone = false;
    const next = this.#space.replace(
      toRegExp(regex.source, regex.flags.includes("g") ? regex.flags : `${regex.flags}g`),
      (...match) => {
        count += 1;
        if (count < first || (count > first && !flags.includes("g"))) return String(match[0]);
        isDone = true;
        return replaced(more, match as string[]);
      },
    );
    this.#space = next;
    if (isDone && flags.includes("p")) this.#out += `${next}\n`;
    return isDone;
  }

  #applies(one: SedCommand): boolean {
    const { from, to } = one;
    if (!from) return true;
    if (!to) return this.#is(from);
    const end = this.#ranges.get(one);
    if (end === undefined) {
      if (!this.#is(from)) return false;
      const last =
        to.kind === "line" ? to.number : to.kind === "more" ? this.#number + to.count : Number.POSITIVE_INFINITY;
      if (last > this.#number && !(to.kind === "last" && this.#is(to))) this.#ranges.set(one, last);
      return true;
    }
    if (this.#number >= end || ((to.kind === "match" || to.kind === "last") && this.#is(to))) this.#ranges.delete(one);
    return this.#number <= end;
  }

  #is(address: Address): boolean {
    switch (address.kind) {
      case "line":
        if (address.step === undefined) return this.#number === address.number;
        return address.step === 0
          ? this.#number === address.number
          : this.#number >= address.number && (this.#number - address.number) % address.step === 0;
      case "last":
        return this.#number >= this.#lines.length;
      case "match":
        return toRegExp(address.regex.source, address.regex.flags.replace("g", "")).test(this.#space);
      case "more":
        return false;
    }
  }
}

const CASES: Readonly<Record<string, (text: string) => string>> = {
  U: (text) => text.toUpperCase(),
  L: (text) => text.toLowerCase(),
};

/** The right side of `s`: `&`, `\1`, `\n`, and GNU's `\U … \E`. */
function replaced(to: string, match: readonly string[]): string {
  let turn: (text: string) => string = (text) => text;
  let result = "";
  for (const [whole, escaped] of to.matchAll(/\\([\s\S])|[\s\S]/g)) {
    if (escaped === "U" || escaped === "L") turn = CASES[escaped] ?? turn;
    else if (escaped === "E") turn = (text) => text;
    else if (whole === "&") result += turn(match[0] ?? "");
    else if (escaped === undefined) result += turn(whole);
    else if (/\d/.test(escaped)) result += turn(match[Number(escaped)] ?? "");
    else result += escaped === "n" ? "\n" : escaped === "t" ? "\t" : escaped;
  }
  return result;
}
