import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { makeFolder } from "../../files/index.ts";
import { takeLock } from "../../progress/index.ts";
import type { Action } from "../action.ts";
import type { Board } from "../board/board.ts";
import type { CourseStep } from "../board/course-step.ts";
import type { Debrief } from "../board/debrief.ts";
import { closeDoor, hostLock, type Instructor, openDoor } from "../instructor.ts";
import { Classroom, type Happening } from "./classroom.ts";
import { openMirror } from "./mirror.ts";
import { mirrorCommands } from "./mirror-page.ts";
import { openKept } from "./open-kept.ts";
import { Refusal } from "./refusal.ts";
import { ClassServer, type Refused } from "./server.ts";

export interface HostOptions {
  /** Where the class is kept. */
  readonly folder: string;
  readonly course: { readonly id: string; readonly title: string };
  /** Every step of the course, in order. */
  readonly steps: readonly CourseStep[];
  /** A bundle that is served to the room. */
  readonly mirror?: string | undefined;
  /** Undefined: as before, else loopback. */
  readonly listen: string | undefined;
  /** Undefined: as before, else any that is free. */
  readonly port: number | undefined;
  /** Begin another class, although one goes on. */
  readonly anew: boolean;
  /** The board is open to other machines of the room, for who has its key. */
  readonly boardInRoom: boolean;
  /** `postgres://…`; undefined: a file of SQLite's in the folder. */
  readonly database: string | undefined;
  /** For how many days after their end its classes are kept; undefined: as before, else 30. */
  readonly keepDays: number | undefined;
  now(): number;
  onHappening(happening: Happening): void;
  onRefused(refused: Refused): void;
  onFault(error: unknown): void;
}

/** A class that is hosted. */
export interface Hosted extends Instructor {
  readonly title: string;
  /** It was hosted before, and goes on. */
  readonly goesOn: boolean;
  /** How many classes were deleted, because the time that they are kept for was over. */
  readonly deleted: number;
  readonly learners: number;
  readonly boardUrl: string;
  /** What opens the board: never to be printed. */
  readonly boardKey: string;
  /** Only this machine can reach it. */
  readonly loopbackOnly: boolean;
  /** What learners type to have what the bundle holds; undefined without one. */
  readonly mirrorCommands: readonly string[] | undefined;
  board(): Board;
  debrief(names: boolean): Debrief;
  close(): Promise<void>;
}

interface Address {
  readonly listen: string;
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

/** Host the class of a course: the one that goes on, or a new one. Throws an EnvironmentError. */
export async function hostClass(options: HostOptions): Promise<Hosted> {
  const { folder, steps, now } = options;
  makeFolder(folder);
  const unlock = takeLock(hostLock(folder), (who) => `The class is hosted already: ${who} does it`);
  try {
    const { store, about, goesOn, deleted } = await openKept(options);
    try {
      const classroom = await Classroom.load(store, about, steps, now);
      const last = readAddress(folder);
      const listen = options.listen ?? last?.listen ?? LOOPBACK;
      const mirror = await openMirror(options.mirror, path.join(folder, "mirror"));
      const server = await ClassServer.open({
        ...options,
        classroom,
        mirror,
        listen,
        port: options.port ?? last?.port ?? 0,
      });
      keepAddress(folder, { listen, port: server.port });
      classroom.watch(options.onHappening);
      let closing: Promise<void> | undefined;
      const origin = `http://${nameOf(listen)}:${server.port}`;
      const invitation = `${origin}/#${about.code}`;
      openDoor(folder, { url: `http://${doorOf(listen)}:${server.port}`, key: about.boardKey, invitation });
      const end = async (): Promise<void> => {
        closeDoor(folder, classroom.debrief(false));
        await server.close();
        await store.close();
        unlock();
      };
      return {
        title: about.title,
        goesOn,
        deleted,
        learners: classroom.board().rows.length,
        invitation,
        boardUrl: origin,
        boardKey: about.boardKey,
        loopbackOnly: /^(?:127\.|::1$|localhost$)/.test(listen),
        mirrorCommands: mirror && mirrorCommands(mirror.manifest, origin),
        board: () => classroom.board(),
        debrief: (names) => classroom.debrief(names),
        act: (action) => actAsAsked(classroom, action),
        close: () => {
          closing ??= end();
          return closing;
        },
      };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Learners keep the address that they joined at: a class that goes on is found there again. */
function readAddress(folder: string): Address | undefined {
  try {
    const { listen, port } = JSON.parse(readFileSync(path.join(folder, "address.json"), "utf8")) as Partial<Address>;
    return typeof listen === "string" && Number.isSafeInteger(port) ? { listen, port: port ?? 0 } : undefined;
  } catch {
    return undefined;
  }
}

function keepAddress(folder: string, address: Address): void {
  const file = path.join(folder, "address.json");
  writeFileSync(`${file}.new`, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** What the class refuses is for the instructor what any wrong usage is. */
async function actAsAsked(classroom: Classroom, action: Action): Promise<void> {
  try {
    await classroom.act(action);
  } catch (error) {
    throw error instanceof Refusal ? new UsageError(error.message) : error;
  }
}

/** Where this machine itself reaches the host. */
function doorOf(listen: string): string {
  if (listen === "0.0.0.0") return LOOPBACK;
  const address = listen === "::" ? "::1" : listen;
  return address.includes(":") ? `[${address}]` : address;
}

/** An address that others can reach, where all of this machine's are listened on. */
function nameOf(listen: string): string {
  const every = listen === "0.0.0.0" || listen === "::";
  const outer = Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4");
  const address = every ? (outer?.address ?? LOOPBACK) : listen;
  return address.includes(":") ? `[${address}]` : address;
}
