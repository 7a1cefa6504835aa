import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { makeFolder } from "../../files/index.ts";

/** A learner's place in a class, as it is kept on the learner's machine. The token is known to the two sides alone. */
export interface Membership {
  readonly url: string;
  readonly learner: string;
  readonly token: string;
  readonly class: string;
  readonly title: string;
  readonly handle: string;
}

/** What is asked for until the host has answered; asked again with the same words, it is the same learner. */
export type Candidate = Pick<Membership, "url" | "learner" | "token">;

const VERSION = 1;

/** The files of a learner's class, in a folder beside the course's settings. */
export function classFiles(folder: string) {
  return {
    folder,
    membership: path.join(folder, "membership.json"),
    candidate: path.join(folder, "joining.json"),
    queue: path.join(folder, "events.jsonl"),
    sent: path.join(folder, "sent.json"),
    notices: path.join(folder, "notices.json"),
    /** Held by the program that has a lesson open. */
    lesson: path.join(folder, "lesson.lock"),
  };
}

/** The learner's place in a class; undefined where there is none. Throws an EnvironmentError for one that cannot be read. */
export function readMembership(folder: string): Membership | undefined {
  const { membership } = classFiles(folder);
  return readKept<Membership>(membership, ["url", "learner", "token", "class", "title", "handle"]);
}

/** What an earlier `join` asked for and got no answer to. */
export function readCandidate(folder: string): Candidate | undefined {
  return readKept<Candidate>(classFiles(folder).candidate, ["url", "learner", "token"]);
}

export function writeCandidate(folder: string, candidate: Candidate): void {
  makeFolder(folder);
  write(classFiles(folder).candidate, candidate);
}

/** The learner is in: what is left of an earlier class goes, then the membership stands. */
export function writeMembership(folder: string, membership: Membership): void {
  const files = classFiles(folder);
  makeFolder(folder);
  if (readClass(folder) !== membership.class)
    for (const file of [files.queue, files.sent, files.notices]) rmSync(file, { force: true });
  write(files.membership, membership);
  rmSync(files.candidate, { force: true });
}

/** The class that the files in this folder are of. */
function readClass(folder: string): string | undefined {
  try {
    return readMembership(folder)?.class;
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}

/** The learner is out; what was sent stays readable. */
export function removeMembership(folder: string): void {
  rmSync(classFiles(folder).membership, { force: true });
}

function write(file: string, value: object): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify({ version: VERSION, ...value }, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function readKept<T>(file: string, keys: readonly (keyof T & string)[]): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    if (kept.version === VERSION && keys.every((key) => typeof kept[key] === "string"))
      return Object.fromEntries(keys.map((key) => [key, kept[key]])) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new EnvironmentError(`\`${file}\` says nothing that this version understands.`, {
    hint: "`learn-istio class leave` removes it; then join again.",
  });
}
