import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../../../diagnostics/index.ts";
import type { TarFile } from "../../../files/index.ts";
import { gzipTar } from "./gzip-tar.ts";
import { walk } from "./lessons.ts";

/**
 * This program as a package that npm installs without a network: what its `package.json` lists under `files`. V8's compiled
 * form is left out; it serves one build of Node alone, and whatever is not there is compiled when it is called.
 */
export async function packOurselves(): Promise<TarFile> {
  const root = packageRoot(import.meta.dirname);
  const about = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly version: string;
    readonly files: readonly string[];
  };
  const listed = about.files.map((name) => path.join(root, name)).filter((file) => existsSync(file));
  const files = [path.join(root, "package.json"), ...listed].flatMap((file) =>
    statSync(file).isDirectory() ? walk(file, ({ name }) => name !== "compiled") : [file],
  );
  const packed = files.map((file) => ({
    name: `package/${path.relative(root, file).split(path.sep).join("/")}`,
    content: readFileSync(file),
    isProgram: (statSync(file).mode & 0o100) !== 0,
  }));
  return { name: `learn-istio-${about.version}.tgz`, content: await gzipTar(packed) };
}

/** The folder that this program was installed in: the nearest one above with its `package.json`. */
function packageRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "learn-istio")
      return folder;
    if (path.dirname(folder) === folder)
      throw new EnvironmentError("learn-istio does not find the package that it was installed from.", {
        hint: "Install it by npm, and try again.",
      });
  }
}
