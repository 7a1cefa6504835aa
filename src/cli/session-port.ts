import path from "node:path";
import { BashSession, type SavedState, type Session } from "../shell/index.ts";
import type { Target } from "../target/index.ts";

/** A bash in a target's workspace. Course variables are part of its environment; a lesson's own are set in it later. */
export function openSession(
  target: Target,
  courseVars: Readonly<Record<string, string>>,
  restore: SavedState | undefined,
): Promise<Session> {
  return BashSession.start({
    env: { ...target.env, ...courseVars },
    cwd: target.workspace,
    spillDir: path.join(path.dirname(target.workspace), "spill"),
    ...(restore && { restore }),
    ...(target.temporary !== undefined && { temporary: target.temporary }),
  });
}
