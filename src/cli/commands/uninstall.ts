import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { stopSandbox } from "../../sandbox/index.ts";
import { userFolders } from "../../target/index.ts";
import { canAsk, confirm } from "../ask.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { wrapText } from "../screen/lines.ts";

/** Remove all that this program ever wrote: the state folder and the cache. Asks; running sandboxes end first. */
export async function run(io: Io, options: Options): Promise<number> {
  const { state, cache } = userFolders(io.env);
  const there = [state, cache].filter((folder) => existsSync(folder));
  if (there.length === 0) {
    io.say("Nothing of learn-istio is on this machine.\n");
    return 0;
  }
  const what = `This removes ${there.map((folder) => `\`${folder}\``).join(" and ")}: all progress, and what was fetched.`;
  io.say(`${wrapText(what, io.width)}\n`);
  if (!options.yes) {
    if (!canAsk(io)) {
      throw new EnvironmentError("There is nobody to ask.", { hint: "Agree by `learn-istio uninstall --yes`." });
    }
    if (!(await confirm(io, "Remove them?", false))) return 0;
  }
  for (const folder of sandboxFolders(state)) await stopSandbox(folder);
  for (const folder of there) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  io.say("Removed.\n");
  return 0;
}

function sandboxFolders(state: string): string[] {
  if (!existsSync(state)) return [];
  return readdirSync(state)
    .map((course) => path.join(state, course, "sandbox", "sandbox"))
    .filter((folder) => existsSync(folder));
}
