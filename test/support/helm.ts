import { findHelm as find, userFolders } from "../../src/target/index.ts";

/**
 * The helm that tests run: the one in the PATH, or the one that `doctor --fix` has fetched, which the global setup runs.
 * Undefined where neither is there: tests that need one are skipped then.
 */
export function findHelm(): string | undefined {
  return find(process.env, userFolders(process.env).cache);
}
