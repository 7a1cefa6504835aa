import { absolute, type Files } from "../container/files.ts";

/** Where commands are looked for without a `PATH`. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The path of a command, as `PATH` finds it; undefined when there is none. */
export function findCommand(name: string, files: Files, path: string | undefined, cwd: string): string | undefined {
  if (name === "") return undefined;
  if (name.includes("/")) return files.find(absolute(cwd, name)) ? absolute(cwd, name) : undefined;
  return (path ?? DEFAULT_PATH)
    .split(":")
    .map((folder) => absolute(cwd, `${folder}/${name}`))
    .find((one) => files.find(one)?.kind === "file");
}
