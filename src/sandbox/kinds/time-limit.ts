import { createContext, runInContext } from "node:vm";

/** Longer than any honest schema takes, even on a machine that is busy; nobody else is served meanwhile. */
const LIMIT_MS = 500;

/**
 * What `work` gives; undefined when it takes longer than half a second. Node's own watch over a script stops whatever was called from it: a
 * regular expression that backtracks, a rule that loops. `work` must change nothing that is kept.
 */
export function withinTime<T extends object>(work: () => T): T | undefined {
  const context = createContext({ work });
  try {
    return runInContext("work()", context, { timeout: LIMIT_MS }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}
