import { writeInside } from "../files/index.ts";
import type { FileWrite } from "../run/index.ts";

/** Writes into workspaces, and knows what it has written: only a text of somebody else's is told of when it goes. */
export function createFilePort(): (workspace: string, path: string, text: string) => FileWrite {
  const own = new Map<string, string>();
  return (workspace, path, text) => {
    const key = `${workspace}\0${path}`;
    try {
      const before = writeInside(workspace, path, text);
      const replaced = typeof before === "object" && own.get(key) !== before.text;
      own.set(key, text);
      return { kind: "written", replaced };
    } catch (error) {
      return { kind: "refused", reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
