import path from "node:path";
import { BashSession, type SavedState, type Session } from "../shell/index.ts";
import type { Target } from "../target/index.ts";

/** What a session is told of the course that its lesson belongs to. */
export interface SessionCourse {
  readonly vars: Readonly<Record<string, string>>;
  /** `$LESSONS_DIR`: where the lesson's file stands, for files that come with it. */
  readonly folder: string;
}

/** A bash in a target's workspace. Course variables are part of its environment; a lesson's own are set in it later. */
export function openSession(target: Target, course: SessionCourse, restore: SavedState | undefined): Promise<Session> {
  return BashSession.start({
    env: { ...target.env, LESSONS_DIR: course.folder, LEARN_ISTIO_WORKSPACE: target.workspace, ...course.vars },
    cwd: target.workspace,
    spillDir: path.join(path.dirname(target.workspace), "spill"),
    ...(restore && { restore }),
    ...(target.temporary !== undefined && { temporary: target.temporary }),
  });
}
