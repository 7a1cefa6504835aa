import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { makeFolder } from "../files/index.ts";
import { OutputCollector } from "./output.ts";
import type { ControlRecord } from "./protocol.ts";
import type { BlockEnd, BlockRequest, BlockResult, FailedCommand } from "./session.ts";
import { findUnbearable, readSyntaxError } from "./syntax-error.ts";

/** What bash itself says about a command that was ended, some versions of it; nothing of the block's. */
const BASH_TELLS = /^(?:(?:bash: line \d+: +\d+ )?(?:Terminated|Killed)\b[^\n]*\n)+$/;

/** One block from its start to its result. */
export class Block {
  readonly startedAt = performance.now();
  readonly ended: Promise<{ end: BlockEnd; cwd: string | undefined }>;
  /** Why its processes are being ended. */
  stopping: "timeout" | "interrupted" | undefined;
  isOver = false;
  readonly #request: BlockRequest;
  readonly #sequence: string;
  readonly #output: OutputCollector;
  readonly #asked = new Decoder();
  readonly #other = new Decoder();
  #failedAt: FailedCommand | undefined;
  /** The status of a failure that bash does not place. */
  #givenUp: number | undefined;
  #finish: (value: { end: BlockEnd; cwd: string | undefined }) => void = () => undefined;

  constructor(request: BlockRequest, sequence: number, spillDir: string) {
    this.#request = request;
    this.#sequence = String(sequence).padStart(8, "0");
    this.#output = new OutputCollector(() => {
      if (request.spill === false) return undefined;
      makeFolder(spillDir);
      return path.join(spillDir, `output-${process.pid}-${sequence}.txt`);
    });
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** The end that is known without running the block: it holds only blank lines and comments, or cannot be borne. */
  get foregone(): BlockEnd | undefined {
    const { source } = this.#request;
    const unbearable = findUnbearable(source);
    if (unbearable !== undefined) return { kind: "syntax-error", ...unbearable };
    return isBlank(source) ? { kind: "exited", status: 0, failedAt: undefined } : undefined;
  }

  get timeoutMs(): number {
    return this.#request.timeoutMs;
  }

  push(bytes: Buffer, asked: boolean): void {
    if (this.stopping !== undefined && BASH_TELLS.test(bytes.toString("latin1"))) return;
    if (asked) this.#output.push(bytes);
    const { onOutput } = this.#request;
    if (onOutput === undefined) return;
    const text = (asked ? this.#asked : this.#other).write(bytes);
    if (text !== "") onOutput(text);
  }

  record(record: ControlRecord): void {
    const [first = "", second = "", third = ""] = record.fields;
    if (record.type === "F") {
      if (second === "0") this.#givenUp ??= Number(first);
      else this.#failedAt ??= { status: Number(first), line: Number(second), command: third };
      return;
    }
    if (first !== this.#sequence) return; // the report of a block that is over
    if (this.stopping !== undefined) this.finish(this.stopped(false), third);
    else if (record.type === "S") {
      const found = readSyntaxError(record.before.join(""), Number(second), this.#request.source);
      this.finish({ kind: "syntax-error", ...found }, third);
    } else this.finish(this.#exited(Number(second), record.type === "A"), third);
  }

  stopped(sessionLost: boolean): BlockEnd {
    if (this.stopping === "interrupted") return { kind: "interrupted", sessionLost };
    return { kind: "timeout", afterMs: this.#request.timeoutMs, sessionLost };
  }

  finish(end: BlockEnd, cwd: string | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#finish({ end, cwd });
  }

  result(end: BlockEnd, cwd: string | undefined): BlockResult {
    const rest = this.#asked.end() + this.#other.end();
    if (rest !== "") this.#request.onOutput?.(rest);
    return { end, output: this.#output.end(), durationMs: performance.now() - this.startedAt, cwd };
  }

  #exited(status: number, abandoned: boolean): BlockEnd {
    const isStray = abandoned && this.#givenUp === undefined;
    const failedAt = this.#failedAt ?? (isStray ? this.#strayJump() : undefined);
    return { kind: "exited", status: failedAt?.status ?? this.#givenUp ?? status, failedAt };
  }

  /** The block was left without a failure: by a `break` or `continue` outside of any loop. */
  #strayJump(): FailedCommand {
    const lines = this.#request.source.split("\n");
    const at = lines.findIndex((line) => /\b(?:break|continue)\b/.test(line));
    return { line: at + 1 || 1, command: lines[at]?.trim() ?? "break", status: 1 };
  }
}

/** Bytes to text, chunk by chunk. Only a chunk that may end inside of a character needs Node's decoder, slow to make. */
class Decoder {
  #decoder: StringDecoder | undefined;

  write(bytes: Buffer): string {
    if (this.#decoder === undefined && (bytes[bytes.length - 1] ?? 0) < 0x80) return bytes.toString("utf8");
    this.#decoder ??= new StringDecoder("utf8");
    return this.#decoder.write(bytes);
  }

  end(): string {
    return this.#decoder?.end() ?? "";
  }
}

/** Only blank lines and comments. */
function isBlank(source: string): boolean {
  if (/^\s*[^\s#]/.test(source)) return false;
  return source.split("\n").every((line) => /^\s*(?:#.*)?$/.test(line));
}
