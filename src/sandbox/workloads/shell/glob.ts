import { absolute, type Files } from "../container/files.ts";
import { ShellPattern } from "./pattern.ts";

/** The files whose paths match, sorted; empty when none does. */
export function glob(pattern: string, cwd: string, files: Files): string[] {
  let paths = [pattern.startsWith("/") ? "/" : ""];
  const parts = pattern.split("/").filter(Boolean);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const plain = /[*?[]/.test(part.replaceAll(/\\./g, "")) ? undefined : part.replaceAll(/\\(.)/g, "$1");
    const test = new ShellPattern(part);
    paths = paths.flatMap((base) => {
      const join = (name: string): string => (base === "" || base === "/" ? base + name : `${base}/${name}`);
      if (plain !== undefined) return !isLast || files.find(absolute(cwd, join(plain)), false) ? [join(plain)] : [];
      if (files.find(absolute(cwd, base || "."))?.kind !== "directory") return [];
      return [...files.list(absolute(cwd, base || ".")).keys()]
        .filter((name) => test.matches(name) && (part.startsWith(".") || !name.startsWith(".")))
        .sort()
        .map(join);
    });
  }
  if (!pattern.endsWith("/")) return paths.filter((path) => path !== "" && path !== "/");
  return paths.filter((path) => files.find(absolute(cwd, path))?.kind === "directory").map((path) => `${path}/`);
}
