import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { BashSession, type BashSessionOptions } from "../../src/shell/bash-session.ts";
import { NONCE_VARIABLE, processesOf } from "../../src/shell/processes.ts";
import type { BlockEnd, BlockRequest, BlockResult, Session } from "../../src/shell/session.ts";

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "shell-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function openSession(options: Partial<BashSessionOptions> = {}): Promise<BashSession> {
  const cwd = options.cwd ?? temporaryFolder();
  const env = { PATH: process.env.PATH ?? "", HOME: cwd, LANG: "C.UTF-8" };
  const session = await BashSession.start({ env, cwd, spillDir: path.join(cwd, "spill"), watchdog: false, ...options });
  onTestFinished(() => session.close());
  return session;
}

export function act(session: Session, source: string, more: Partial<BlockRequest> = {}): Promise<BlockResult> {
  return session.run({ source, mode: "act", timeoutMs: 20_000, stream: "both", ...more });
}

/** The end of a block in one line, and what it printed. */
export async function outcome(session: Session, source: string, more: Partial<BlockRequest> = {}): Promise<string> {
  const result = await act(session, source, more);
  return `${endText(result.end)}: ${JSON.stringify(result.output.head)}`;
}

export function endText(end: BlockEnd): string {
  switch (end.kind) {
    case "exited":
      return `exited ${end.status}${end.failedAt ? ` at ${end.failedAt.line} \`${end.failedAt.command}\`` : ""}`;
    case "syntax-error":
      return `syntax error at ${end.line} ${end.message}`;
    case "session-died":
      return `died ${end.status ?? end.signal}`;
    default:
      return `${end.kind}${end.sessionLost ? ", lost" : ""}`;
  }
}

/** Processes that still carry the nonce of a session whose bash said it. */
export async function nonceOf(session: Session): Promise<string> {
  return (await session.variables([NONCE_VARIABLE])).get(NONCE_VARIABLE) ?? "";
}

export function leftOf(session: Session, nonce: string): readonly number[] {
  return processesOf(session.pid, nonce);
}
