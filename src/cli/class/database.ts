import type { Io } from "../io.ts";
import type { Options } from "../options.ts";

/** The PostgreSQL that was asked for; undefined: none was. A URL in the environment is in no list of processes. */
export function databaseOf(io: Io, options: Options): string | undefined {
  const url = options.database ?? io.env.LEARN_ISTIO_DATABASE;
  return url === "" ? undefined : url;
}
