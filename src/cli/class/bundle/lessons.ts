import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../../diagnostics/index.ts";
import type { TarFile } from "../../../files/index.ts";
import type { Course } from "../../course.ts";

/** A course is text; whoever names another folder by mistake is told before it is packed. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Every file of a course's folder and those below, by name; what begins with a dot and `node_modules` are left out. A link
 * is packed as the file that it leads to. Throws a UsageError for one that leads to no file of the course: whoever unpacks
 * the bundle would not have it.
 */
export function lessonFiles(course: Course): TarFile[] {
  let bytes = 0;
  return walk(course.folder, (entry) => !entry.name.startsWith(".") && entry.name !== "node_modules").map((file) => {
    const name = path.relative(course.folder, file).split(path.sep).join("/");
    if (!leadsInside(course.folder, file))
      throw new UsageError(`\`${name}\` is a link to no file of the course.`, "Put the file itself there.");
    const content = readFileSync(file);
    bytes += content.length;
    if (bytes > MOST_BYTES) {
      throw new UsageError(
        `\`${course.folder}\` holds more than 64 MiB, which is no course's.`,
        "Name the folder of lessons alone by `--lessons DIR`.",
      );
    }
    return { name: `lessons/${name}`, content };
  });
}

function leadsInside(folder: string, file: string): boolean {
  try {
    return realpathSync(file).startsWith(`${realpathSync(folder)}${path.sep}`) && statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The files and links of a folder and those below that `takes` lets in. */
export function walk(folder: string, takes: (entry: Dirent) => boolean): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(takes)
    .flatMap((entry) => {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) return walk(place, takes);
      return entry.isFile() || entry.isSymbolicLink() ? [place] : [];
    });
}
