import { UsageError } from "../../diagnostics/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";

/** A command that the manual plans: refused by name, so that nobody takes its silence for success. */
export async function run(_io: Io, _options: Options, args: readonly string[]): Promise<number> {
  throw new UsageError(
    `\`${args[0]}\` is not in this version.`,
    "A class is `learn-istio class host` and `learn-istio class join`; `learn-istio --help` lists what there is.",
  );
}
