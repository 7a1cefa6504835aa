import { StatusError } from "./api/index.ts";
import type { ObjectName } from "./control/index.ts";

/** How many refusals are remembered, so that none is told twice. */
const REMEMBERED = 200;

/**
 * Tells of controllers' failures. What the API refused (a quota, a webhook that is down) is no fault of the program: one line,
 * once for each object, however often it is tried. Everything else comes with its stack.
 */
export function controllerFaults(
  log: (message: string, error?: unknown) => void,
): (error: unknown, controller: string, name: ObjectName) => void {
  const told = new Set<string>();
  return (error, controller, { namespace, name }) => {
    const where = `${controller} ${namespace ?? ""}/${name}`;
    if (!(error instanceof StatusError)) {
      log(where, error);
      return;
    }
    // Names that the API made up for the occasion differ each time.
    const key = `${where} ${error.status.reason}`;
    if (told.has(key)) return;
    if (told.size >= REMEMBERED) told.clear();
    told.add(key);
    log(`${where}: ${error.message}`);
  };
}
