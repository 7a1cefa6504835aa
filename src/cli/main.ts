import type { Request } from "./options.ts";
import { parseArguments } from "./program.ts";
import { openStdout } from "./stdout.ts";

// What every call pays for: arguments and help. The work is in ES modules beside this bundle, loaded when it is asked for.

declare const __VERSION__: string | undefined;

const stdout = openStdout(process, report);
const parsed = parseArguments(
  process.argv.slice(2),
  typeof __VERSION__ === "string" ? __VERSION__ : "0.0.0",
  stdout.columns ?? 80,
);
if (parsed.kind === "request") void perform(parsed.request);
else {
  process.exitCode = parsed.code;
  if (parsed.stdout !== "") stdout.write(parsed.stdout);
  if (parsed.stderr !== "") process.stderr.write(parsed.stderr);
}

/** Of what is printed here; a command reports on its own. */
function report(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || parsed.kind === "request") return;
  process.stderr.write(`learn-istio: The output cannot be written (${error.code}).\n  hint: Let it go elsewhere.\n`);
  process.exitCode = 4;
}

async function perform(request: Request): Promise<void> {
  const { runCommand } = await import("./commands.ts");
  await runCommand(request);
}
