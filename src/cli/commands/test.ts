import { userFolders } from "../../target/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { parseFiles } from "../parse-cached.ts";
import { selectFiles } from "../selection.ts";
import { type Files, testOnce } from "../test/test-once.ts";
import { withRequired } from "../test-course.ts";

/** Run lessons without questions, each run in surroundings of its own that go away. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const readFiles = (): Promise<Files> => read(io, options, args);
  if (options.watch !== true) return testOnce(io, options, readFiles);
  const { watch } = await import("../test/watch.ts");
  return watch(io, options, readFiles);
}

async function read(io: Io, options: Options, args: readonly string[]): Promise<Files> {
  const cache = userFolders(io.env).cache;
  const selected = await parseFiles(selectFiles(io, options, args), cache);
  return { selected, all: await withRequired(selected, io.cwd, (more) => parseFiles(more, cache)) };
}
