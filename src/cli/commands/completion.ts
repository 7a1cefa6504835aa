import { UsageError } from "../../diagnostics/index.ts";
import { suggest } from "../../text/index.ts";
import { SCRIPTS } from "../completion/scripts.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";

/** Print a shell's completion script; how to install it is said beside it, to a person at a terminal alone. */
export async function run(io: Io, _options: Options, args: readonly string[]): Promise<number> {
  const name = args[0] ?? "";
  const script = Object.hasOwn(SCRIPTS, name) ? SCRIPTS[name] : undefined;
  if (script === undefined) {
    const near = suggest(name, Object.keys(SCRIPTS));
    throw new UsageError(
      `There is no completion for \`${name}\`, expected ${Object.keys(SCRIPTS)
        .map((one) => `\`${one}\``)
        .join(", ")}.`,
      near && `did you mean \`${near}\`?`,
    );
  }
  io.print(`# ${script.install}\n${script.text}`);
  return 0;
}
