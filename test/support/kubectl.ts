import { accessSync, constants, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * The kubectl that tests run: `$KUBECTL`, the first one in the PATH, or the one that the tool itself has fetched (the global
 * setup puts that one's folder last in the PATH).
 */
export function findKubectl(): string {
  const inPath = (process.env.PATH ?? "").split(path.delimiter).map((dir) => path.join(dir, "kubectl"));
  const candidates = process.env.KUBECTL ? [process.env.KUBECTL] : [...inPath, ...fetched()];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    "these tests run a real kubectl, and none was found in `$KUBECTL`, the PATH or the tool's cache: run `learn-istio doctor --fix`",
  );
}

function fetched(): string[] {
  const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "learn-istio");
  try {
    const files = readdirSync(cache, { recursive: true, encoding: "utf8" });
    return files.filter((file) => path.basename(file) === "kubectl").map((file) => path.join(cache, file));
  } catch {
    return [];
  }
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
