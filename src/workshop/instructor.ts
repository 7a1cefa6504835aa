import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { EnvironmentError, UsageError } from "../diagnostics/index.ts";
import { isHeldByAnother } from "../progress/index.ts";
import type { Action } from "./action.ts";
import type { Board } from "./board/board.ts";
import type { Debrief } from "./board/debrief.ts";
import { PATHS, WIRE_VERSION } from "./wire.ts";

/** What the instructor can do with a class that is hosted. */
export interface Instructor {
  /** What learners join by: `http://ADDRESS:PORT/#CODE`. */
  readonly invitation: string;
  board(): Board | Promise<Board>;
  /** `names`: say who. */
  debrief(names: boolean): Debrief | Promise<Debrief>;
  /** Throws a UsageError for what the class refuses. */
  act(action: Action): Promise<void>;
}

/** The same from another process of this machine. */
export interface RemoteInstructor extends Instructor {
  /** The board's page, with the key that opens it. */
  readonly link: string;
  /** All of the class as JSON lines, some text at a time; `names`: say who. */
  exported(names: boolean, signal: AbortSignal): AsyncGenerator<string, void>;
}

interface Door {
  readonly url: string;
  readonly key: string;
  readonly invitation: string;
}

/** The host's files in its folder: its lock, and the key for who may read the folder. */
export const hostLock = (folder: string): string => path.join(folder, "lock");
const doorFile = (folder: string): string => path.join(folder, "instructor.json");
const debriefFile = (folder: string): string => path.join(folder, "debrief.json");

/** Say where the board is and what opens it, to this user's other processes alone. */
export function openDoor(folder: string, door: Door): void {
  forgetDebrief(folder);
  write(doorFile(folder), { version: 1, ...door });
}

/** What the last class cost is not to be known any more. */
export function forgetDebrief(folder: string): void {
  rmSync(debriefFile(folder), { force: true });
}

/** The host ends: what its class cost can be read without it. No names are kept for that. */
export function closeDoor(folder: string, debrief: Debrief): void {
  rmSync(doorFile(folder), { force: true });
  write(debriefFile(folder), debrief);
}

/** What the class cost that was hosted last from this folder; undefined where no host ended well since. */
export function readDebrief(folder: string): Debrief | undefined {
  try {
    const kept = JSON.parse(readFileSync(debriefFile(folder), "utf8")) as Partial<Debrief>;
    return kept.version === 1 && Array.isArray(kept.steps) ? (kept as Debrief) : undefined;
  } catch {
    return undefined;
  }
}

function write(file: string, value: object): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The class that a process of this machine hosts from this folder; undefined where none does. */
export function findInstructor(folder: string): RemoteInstructor | undefined {
  // Whoever listens there after a host was killed is not to be given the key.
  if (!isHeldByAnother(hostLock(folder))) return undefined;
  const door = readDoor(folder);
  if (door === undefined) return undefined;
  return {
    invitation: door.invitation,
    link: `${door.url}/board#${door.key}`,
    board: async () => (await ask(door, "GET", PATHS.board)) as Board,
    debrief: async (names) => (await ask(door, "GET", `${PATHS.debrief}${names ? "?names" : ""}`)) as Debrief,
    exported: (names, signal) => askForLines(door, `${PATHS.export}${names ? "?names" : ""}`, signal),
    act: async (action) => void (await ask(door, "POST", PATHS.actions, { v: WIRE_VERSION, action })),
  };
}

function readDoor(folder: string): Door | undefined {
  try {
    const kept = JSON.parse(readFileSync(doorFile(folder), "utf8")) as Partial<Door>;
    const { url, key, invitation } = kept;
    if (typeof url !== "string" || typeof key !== "string" || typeof invitation !== "string") return undefined;
    return { url, key, invitation };
  } catch {
    return undefined;
  }
}

/** A host on the same machine that takes longer is not well. */
const PATIENCE_MS = 10_000;

async function ask(door: Door, method: string, where: string, body?: object): Promise<unknown> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await answerOf(await send(door, method, where, signal, body));
  } catch (cause) {
    throw silence(cause, signal.aborted);
  }
}

/** The host has to begin in time; how long all of it takes is for its reader to say. */
async function* askForLines(door: Door, where: string, stop: AbortSignal): AsyncGenerator<string, void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  try {
    const response = await send(door, "GET", where, AbortSignal.any([late.signal, stop]));
    clearTimeout(timer);
    if (response.statusCode !== 200) await answerOf(response);
    for await (const text of response.setEncoding("utf8")) yield text as string;
  } catch (cause) {
    if (!stop.aborted) throw silence(cause, late.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

async function send(
  { url, key }: Door,
  method: string,
  where: string,
  signal: AbortSignal,
  body?: object,
): Promise<IncomingMessage> {
  const { request } = await import("node:http");
  const headers = { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(where, url), { method, headers, signal, agent: false }, resolve);
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

/** Throws a UsageError with the reason for what the class refuses. */
async function answerOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const answer = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { readonly message?: string };
  if (response.statusCode === 200) return answer;
  throw new UsageError(answer.message ?? `The class answered ${response.statusCode}.`);
}

function silence(cause: unknown, late: boolean): Error {
  if (cause instanceof UsageError) return cause;
  const why = late ? "no answer in time" : ((cause as NodeJS.ErrnoException).code ?? (cause as Error).message);
  return new EnvironmentError(`The host of the class does not answer (${why}).`, {
    hint: "Look at the terminal of `learn-istio class host`.",
    cause,
  });
}
