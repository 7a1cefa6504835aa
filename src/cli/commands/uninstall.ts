import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { sandboxStatus, stopSandbox } from "../../sandbox/index.ts";
import { type Folders, userFolders } from "../../target/index.ts";
import { plural } from "../../text/index.ts";
import { canAsk, confirm } from "../ask.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { indent, wrapText } from "../screen/lines.ts";

/** Remove all that this program ever wrote: the state folder and the cache. Asks; running sandboxes end first. */
export async function run(io: Io, options: Options): Promise<number> {
  const folders = userFolders(io.env);
  const { state, cache } = folders;
  const there = [state, cache].filter((folder) => existsSync(folder));
  if (there.length === 0) {
    io.say("Nothing of learn-istio is on this machine.\n");
    return 0;
  }
  io.say(await describe(io, folders));
  if (!options.yes) {
    if (!canAsk(io)) {
      throw new EnvironmentError("There is nobody to ask.", { hint: "Agree by `learn-istio uninstall --yes`." });
    }
    if (!(await confirm(io, "Remove all of this?", false))) {
      io.say("Nothing was removed.\n");
      return 0;
    }
  }
  for (const folder of sandboxFolders(state)) await stopSandbox(folder);
  for (const folder of there) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  io.say("Removed. The program itself goes the way it came, for instance by `npm uninstall`.\n");
  return 0;
}

/** What goes, and what does not. */
async function describe(io: Io, { state, cache }: Folders): Promise<string> {
  const rows: string[] = [];
  if (existsSync(state)) rows.push(...row(io, state, await whatIsIn(state)));
  if (existsSync(cache)) rows.push(...row(io, cache, "what was fetched or worked out, and can be again"));
  const live = coursesIn(state).some((course) => existsSync(path.join(state, course, "live")));
  const stays = live ? "Clusters made with `--target live` stay: `kind get clusters` names them.\n" : "";
  return `This removes\n${rows.join("")}${stays === "" ? "" : wrapText(stays, io.width)}`;
}

function row(io: Io, folder: string, what: string): string[] {
  return [`  ${folder}  (${sizeOf(folder)})\n`, `${indent(wrapText(what, io.width - 4), "    ")}\n`];
}

async function whatIsIn(state: string): Promise<string> {
  const statuses = await Promise.all(sandboxFolders(state).map((folder) => sandboxStatus(folder)));
  const running = statuses.filter((status) => status.running).length;
  const courses = coursesIn(state);
  const named = courses.length === 0 ? "" : ` (${courses.join(", ")})`;
  const sandboxes = running === 0 ? "" : `; ${plural(running, "running sandbox", "running sandboxes")} will be stopped`;
  return `all progress in ${plural(courses.length, "course")}${named}${sandboxes}`;
}

/** Each course has a folder; `test` keeps the surroundings of its live runs under a name of its own. */
function coursesIn(state: string): string[] {
  if (!existsSync(state)) return [];
  const folders = readdirSync(state, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map((entry) => entry.name).filter((name) => name !== "test");
}

function sandboxFolders(state: string): string[] {
  return coursesIn(state)
    .map((course) => path.join(state, course, "sandbox", "sandbox"))
    .filter((folder) => existsSync(folder));
}

function sizeOf(folder: string): string {
  const bytes = (readdirSync(folder, { recursive: true, encoding: "utf8" }) as string[]).reduce(
    (sum, name) => sum + (lstatSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / 1_048_576)} MiB`;
}
