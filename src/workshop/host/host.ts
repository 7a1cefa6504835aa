import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { makeFolder } from "../../files/index.ts";
import { takeLock } from "../../progress/index.ts";
import type { Action } from "../action.ts";
import type { Board } from "../board/board.ts";
import type { CourseStep } from "../board/course-step.ts";
import type { Debrief } from "../board/debrief.ts";
import { makeJoinCode } from "../join-code.ts";
import { Classroom, type Happening } from "./classroom.ts";
import { migrate } from "./migrations.ts";
import { openMirror } from "./mirror.ts";
import { mirrorCommands } from "./mirror-page.ts";
import { ClassServer, type Refused } from "./server.ts";
import { openSqlite } from "./sqlite.ts";
import { type KeptClass, Store } from "./store.ts";

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
  now(): number;
  onHappening(happening: Happening): void;
  onRefused(refused: Refused): void;
  onFault(error: unknown): void;
}

/** A class that is hosted. */
export interface Hosted {
  readonly title: string;
  /** It was hosted before, and goes on. */
  readonly goesOn: boolean;
  readonly learners: number;
  /** What learners type: `http://ADDRESS:PORT/#CODE`. */
  readonly invitation: string;
  readonly boardUrl: string;
  readonly boardKey: string;
  /** Only this machine can reach it. */
  readonly loopbackOnly: boolean;
  /** What learners type to have what the bundle holds; undefined without one. */
  readonly mirrorCommands: readonly string[] | undefined;
  board(): Board;
  debrief(names: boolean): Debrief;
  /** Throws a Refusal: see Classroom. */
  act(action: Action): Promise<void>;
  close(): Promise<void>;
}

interface Address {
  readonly listen: string;
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";

/** Host the class of a course: the one that goes on, or a new one. Throws an EnvironmentError. */
export async function hostClass(options: HostOptions): Promise<Hosted> {
  const { folder, course, steps, now } = options;
  makeFolder(folder);
  const unlock = takeLock(path.join(folder, "lock"), (who) => `The class is hosted already: ${who} does it`);
  try {
    const db = await openSqlite(path.join(folder, "class.db"));
    try {
      await migrate(db, now());
      const store = new Store(db);
      const before = await store.open(course.id);
      const kept = options.anew ? undefined : before;
      const about = kept ?? newClass(course);
      if (kept === undefined) await store.begin(about, now(), before?.id);
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
      const end = async (): Promise<void> => {
        await server.close();
        await db.close();
        unlock();
      };
      const origin = `http://${nameOf(listen)}:${server.port}`;
      return {
        title: about.title,
        goesOn: kept !== undefined,
        learners: classroom.board().rows.length,
        invitation: `${origin}/#${about.code}`,
        boardUrl: origin,
        boardKey: about.boardKey,
        loopbackOnly: /^(?:127\.|::1$|localhost$)/.test(listen),
        mirrorCommands: mirror && mirrorCommands(mirror.manifest, origin),
        board: () => classroom.board(),
        debrief: (names) => classroom.debrief(names),
        act: async (action) => void (await classroom.act(action)),
        close: () => {
          closing ??= end();
          return closing;
        },
      };
    } catch (error) {
      await db.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

function newClass({ id, title }: HostOptions["course"]): KeptClass {
  const code = makeJoinCode(randomBytes(64));
  return { id: randomUUID(), course: id, title, code, boardKey: randomBytes(16).toString("hex") };
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

/** An address that others can reach, where all of this machine's are listened on. */
function nameOf(listen: string): string {
  const every = listen === "0.0.0.0" || listen === "::";
  const outer = Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4");
  const address = every ? (outer?.address ?? LOOPBACK) : listen;
  return address.includes(":") ? `[${address}]` : address;
}
