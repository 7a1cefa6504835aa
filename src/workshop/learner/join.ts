import { randomBytes, randomUUID } from "node:crypto";
import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import type { Invitation } from "../join-code.ts";
import { WireError } from "../shape.ts";
import { joinReply, PATHS, WIRE_VERSION } from "../wire.ts";
import {
  type Candidate,
  type Membership,
  readCandidate,
  readMembership,
  removeMembership,
  writeCandidate,
  writeMembership,
} from "./membership.ts";
import { openQueue } from "./open-queue.ts";
import { post, type Reply, refused } from "./request.ts";
import { keepSeen } from "./seen.ts";
import { type Delivery, PACE, Sender } from "./sender.ts";

export interface JoinOptions {
  /** Where the learner's place in the class is kept. */
  readonly folder: string;
  /** The id of the course that is taken here; the class must be about the same. */
  readonly course: string;
  /** As the learner wants to be called; the host finds a name for who does not say. */
  readonly handle?: string;
}

/** Join the class that an invitation leads to; who is in it already stays who they are. Throws a UsageError (it refused) or an EnvironmentError (nobody answered). */
export async function joinClass(
  { url, code }: Invitation,
  { folder, course, handle }: JoinOptions,
): Promise<Membership> {
  const before = readMembership(folder);
  if (before !== undefined && before.url !== url)
    throw new UsageError(
      `You are in a class already: \`${before.title}\`, as \`${before.handle}\`.`,
      "`learn-istio class leave` first.",
    );
  const { learner, token } = before ?? candidateFor(folder, url);
  const body = { v: WIRE_VERSION, code, learner, token, course, ...(handle !== undefined && { handle }) };
  const reply = await ask(url, PATHS.join, body);
  if (reply.status === 410) removeMembership(folder);
  if (reply.status !== 200) throw refused(reply, "The instructor's screen shows the address and the code.");
  const { next: _, notice, ...about } = read(() => joinReply(reply.body, "answer"), url);
  const membership: Membership = { url, learner, token, ...about };
  writeMembership(folder, membership);
  if (before?.class !== membership.class) keepSeen(folder, { notice, helpedAt: 0 });
  return membership;
}

/** Who asks, by the same words until an answer comes: one that is lost on the way must not leave a stranger of the same name in the class. */
function candidateFor(folder: string, url: string): Candidate {
  const kept = readCandidate(folder);
  const candidate =
    kept?.url === url ? kept : { url, learner: randomUUID(), token: randomBytes(16).toString("base64url") };
  writeCandidate(folder, candidate);
  return candidate;
}

/**
 * Leave the class: what is queued is sent, the host is told, and nothing is sent from then on. Returns how far that came;
 * undefined where there was no class to leave.
 */
export async function leaveClass(folder: string, now: () => number): Promise<Delivery | undefined> {
  const member = readOrRemove(folder);
  if (member === undefined) return undefined;
  const { queue } = openQueue(folder);
  const sender = new Sender(queue, member, now);
  const end = await sender.flush();
  sender.end();
  queue.close();
  const { url, token } = member;
  const told = await post({ url, path: PATHS.leave, body: { v: WIRE_VERSION }, token, timeoutMs: PACE.timeout }).catch(
    () => undefined,
  );
  removeMembership(folder);
  return told === undefined ? "offline" : end;
}

/** A place in a class that cannot be read is left, too: it would stand in the way for ever. */
function readOrRemove(folder: string): Membership | undefined {
  try {
    return readMembership(folder);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    removeMembership(folder);
    return undefined;
  }
}

async function ask(url: string, path: string, body: object): Promise<Reply> {
  try {
    return await post({ url, path, body, timeoutMs: PACE.timeout });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new EnvironmentError(`There is no class at \`${url}\` (${why}).`, {
      hint: "Look at the address again, and whether this machine is in the room's network; then try again.",
      cause,
    });
  }
}

function read<T>(work: () => T, url: string): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new EnvironmentError(`\`${url}\` does not answer as a class of this version does (${cause.message}).`, {
      hint: "Compare `learn-istio --version` with the instructor's.",
      cause,
    });
  }
}
