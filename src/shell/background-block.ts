import { KeptText } from "./kept-text.ts";
import type { BackgroundBlock, BackgroundRequest, BlockEnd, BlockOutput, Session } from "./session.ts";

/** A block that goes on running, alone in a session of its own, which ends with it. */
export class BashBackground implements BackgroundBlock {
  readonly pid: number;
  readonly ended: Promise<BlockEnd>;
  readonly #kept = new KeptText();
  readonly #stop = new AbortController();
  #end: BlockEnd | undefined;

  constructor(session: Session, request: BackgroundRequest) {
    this.pid = session.pid;
    this.ended = this.#run(session, request);
  }

  get end(): BlockEnd | undefined {
    return this.#end;
  }

  output(): BlockOutput {
    return this.#kept.output();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }

  async #run(session: Session, { source, onOutput }: BackgroundRequest): Promise<BlockEnd> {
    const { end } = await session.run({
      source,
      mode: "act",
      stream: "both",
      timeoutMs: Number.POSITIVE_INFINITY,
      spill: false,
      signal: this.#stop.signal,
      onOutput: (text) => {
        // What bash says about its end is not the block's.
        if (this.#stop.signal.aborted) return;
        this.#kept.push(text);
        onOutput?.(text);
      },
    });
    this.#end = this.#stop.signal.aborted ? { kind: "interrupted", sessionLost: !session.alive } : asBlock(end);
    await session.close();
    return this.#end;
  }
}

/** `exit 3` ends the bash that is the block's own, and nothing else: an end like any other. */
function asBlock(end: BlockEnd): BlockEnd {
  if (end.kind !== "session-died" || end.status === undefined) return end;
  return { kind: "exited", status: end.status, failedAt: undefined };
}
