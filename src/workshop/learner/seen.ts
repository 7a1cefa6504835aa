import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { classFiles } from "./membership.ts";

/** What a learner knows of what the class told: kept between runs, one for each class. */
export interface Seen {
  /** The number of the last notice that was shown; 0: none. */
  readonly notice: number;
  /** When the instructor last said that the learner was helped, by the learner's clock: a hand raised before is down. */
  readonly helpedAt: number;
}

const NOTHING: Seen = { notice: 0, helpedAt: 0 };

/** What was kept in this folder; a file that is torn, gone or another's says nothing, and what it knew is told again. */
export function readSeen(folder: string): Seen {
  try {
    const { notice, helpedAt } = JSON.parse(readFileSync(classFiles(folder).notices, "utf8")) as Partial<Seen>;
    if (Number.isSafeInteger(notice) && Number.isFinite(helpedAt))
      return { notice: Math.max(0, notice ?? 0), helpedAt: helpedAt ?? 0 };
  } catch {
    // Nothing was kept.
  }
  return NOTHING;
}

/** Not waited for to reach the disk: a notice that is shown twice does less harm than one that is late. */
export function keepSeen(folder: string, seen: Seen): void {
  const { notices } = classFiles(folder);
  const draft = `${notices}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(seen)}\n`, { mode: 0o600 });
  renameSync(draft, notices);
}
