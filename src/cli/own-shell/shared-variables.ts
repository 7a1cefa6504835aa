import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { quote, type SavedVariable } from "../../shell/index.ts";
import { ownShellFolder, SHARED_FILE } from "./own-shells.ts";

/**
 * What the lesson's steps set while a learner works in a shell of their own: a file that each such shell reads before its
 * prompt. Every value stands behind its number, so that a shell takes it once, and later its own value stays.
 */
export class SharedVariables {
  readonly #stateDir: string;
  readonly #lines = new Map<string, { readonly at: number; readonly line: string }>();
  #before: ReadonlyMap<string, string> = new Map();
  #number = 0;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** What the session holds now is not news to the shells. */
  known(variables: readonly SavedVariable[] | undefined): void {
    this.#before = linesOf(variables);
  }

  /** Tell the shells what has changed. `now`: a shell that begins later has it already. */
  tell(variables: readonly SavedVariable[] | undefined, now: number): void {
    const lines = linesOf(variables);
    const news = [...lines].filter(([name, line]) => this.#before.get(name) !== line);
    this.#before = lines;
    if (news.length === 0) return;
    this.#number = Math.max(this.#number + 1, now);
    for (const [name, line] of news) this.#lines.set(name, { at: this.#number, line });
    this.#write();
  }

  #write(): void {
    const file = path.join(ownShellFolder(this.#stateDir), SHARED_FILE);
    const lines = [...this.#lines.values()].map(
      ({ at, line }) => `if [ "\${__li_seen:-0}" -lt ${at} ]; then\n${line}\nfi\n`,
    );
    writeFileSync(`${file}.part`, `${lines.join("")}__li_seen=${this.#number}\n`, { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }
}

function linesOf(variables: readonly SavedVariable[] | undefined): ReadonlyMap<string, string> {
  return new Map(
    (variables ?? []).map(({ name, value, exported }) => [name, `${exported ? "export " : ""}${name}=${quote(value)}`]),
  );
}
