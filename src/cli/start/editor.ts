import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Scene } from "./scene.ts";

/** A command of several lines in the learner's own editor; undefined when it is not to be run. */
export async function editInEditor({ ports }: Scene, source: string): Promise<string | undefined> {
  const { input, view, editor } = ports;
  if (editor === undefined) {
    view.sentence(
      "This command has several lines, and neither `$VISUAL` nor `$EDITOR` says which editor to open. `t` types another; `learn-istio shell` is a whole shell.",
    );
    return undefined;
  }
  const folder = mkdtempSync(path.join(tmpdir(), "learn-istio-edit-"));
  const file = path.join(folder, "command.sh");
  try {
    writeFileSync(file, `${source}\n`, { mode: 0o600 });
    const status = await input.lend(() => openEditor(editor, file));
    if (status !== 0) {
      view.sentence(`The editor \`${editor}\` ended with ${status ?? "a signal"}, so nothing ran.`);
      return undefined;
    }
    const edited = readFileSync(file, "utf8").trimEnd();
    if (edited.trim() !== "") return edited;
    view.line("Nothing was left of it, so nothing ran.");
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As git does: the setting is a command line, not a path. */
function openEditor(editor: string, file: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit" });
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code));
  });
}
