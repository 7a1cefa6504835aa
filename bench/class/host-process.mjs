// `class host` as an instructor runs it, in a process that can be killed and begun again. Linux: memory and time from /proc.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cli, node } from "../measure.mjs";

const SAMPLE_MS = 500;

export class HostProcess {
  #options;
  #args;
  #child;
  #timer;
  #lastCpu = 0;
  /** The largest resident memory of all of its lives, in MiB, by the system's own count; and processor time in s. */
  peakMib = 0;
  cpuSeconds = 0;
  complaints = "";

  constructor(args, options) {
    this.#args = args;
    this.#options = options;
  }

  /** Gives what the host says of itself when it listens. */
  async begin() {
    const child = spawn(node, [cli, "class", "host", "--json", ...this.#args], {
      ...this.#options,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#lastCpu = 0;
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.complaints += text;
    });
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    let text = "";
    return new Promise((resolve, reject) => {
      child.stdout.setEncoding("utf8").on("data", (part) => {
        if (text === undefined) return;
        text += part;
        if (!text.includes("\n")) return;
        resolve(JSON.parse(text.slice(0, text.indexOf("\n"))));
        text = undefined;
      });
      child.once("exit", (code) => reject(new Error(`class host ended with ${code}: ${this.complaints}`)));
    });
  }

  /** As a power cut does. */
  async kill(signal = "SIGKILL") {
    this.#sample();
    clearInterval(this.#timer);
    this.cpuSeconds += this.#lastCpu;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }

  /** The bench itself ends: nothing of it goes on. */
  abandon() {
    clearInterval(this.#timer);
    this.#child.kill("SIGKILL");
  }

  #sample() {
    try {
      const { pid } = this.#child;
      const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
      this.peakMib = Math.max(this.peakMib, peak);
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
      this.#lastCpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
    } catch {
      // It ended just now.
    }
  }
}

const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
