import type { Request } from "./options.ts";
import { parseArguments } from "./program.ts";

// What every call pays for: arguments and help. The work is in ES modules beside this bundle, loaded when it is asked for.

declare const __VERSION__: string | undefined;

const parsed = parseArguments(
  process.argv.slice(2),
  typeof __VERSION__ === "string" ? __VERSION__ : "0.0.0",
  process.stdout.columns ?? 80,
);
if (parsed.kind === "request") {
  void perform(parsed.request);
} else {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.stderr.write(`learn-istio: The output cannot be written (${error.code}).\n  hint: Let it go elsewhere.\n`);
    process.exitCode = 4;
  });
  if (parsed.stdout !== "") process.stdout.write(parsed.stdout);
  if (parsed.stderr !== "") process.stderr.write(parsed.stderr);
  process.exitCode = parsed.code;
}

async function perform(request: Request): Promise<void> {
  const { runCommand } = await import("./commands.ts");
  await runCommand(request);
}
