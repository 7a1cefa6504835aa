import type { ShellState, Streams } from "./state.ts";
import type { ShellSyntaxError } from "./syntax.ts";

/** Says something on standard error, if there is one. */
export async function complain({ descriptors }: Streams, text: string): Promise<void> {
  const err = descriptors.get(2);
  if (err && "output" in err) await err.output(text).catch(() => {});
}

/** `sh: `, `sh: 3: `, `bash: line 3: `: how each shell begins its complaints. */
export function complaint(state: ShellState, line = state.line): string {
  if (state.dialect === "ash" || state.isInteractive) return `${state.name}: `;
  return state.dialect === "dash" ? `${state.name}: ${line}: ` : `${state.name}: line ${line}: `;
}

export function notFound(state: ShellState, name: string): string {
  if (name.includes("/") && state.dialect === "bash") return `${complaint(state)}${name}: No such file or directory\n`;
  return `${complaint(state)}${name}: ${state.dialect === "bash" ? "command not found" : "not found"}\n`;
}

/** What each shell says of a text that is no program. */
export function syntaxComplaint(state: ShellState, error: ShellSyntaxError): string {
  const { dialect } = state;
  const { found, expecting, message } = error;
  if (dialect === "ash") return `${state.name}: syntax error: ${message}\n`;
  const start = complaint(state, error.line);
  const isEnd = error.isIncomplete;
  if (dialect === "dash") {
    const what = expecting === undefined ? "" : ` (expecting "${expecting}")`;
    if (message.startsWith("unterminated")) return `${start}Syntax error: Unterminated quoted string\n`;
    if (isEnd) return `${start}Syntax error: end of file unexpected${what}\n`;
    if (found === undefined)
      return `${start}${message === "bad substitution" ? "Bad substitution" : `Syntax error: ${message}`}\n`;
    return `${start}Syntax error: ${found === "\n" ? "newline" : `"${found}"`} unexpected${what}\n`;
  }
  if (message.startsWith("unterminated")) return `${start}unexpected EOF while looking for matching \`"'\n`;
  if (isEnd) return `${start}syntax error: unexpected end of file\n`;
  if (found === undefined) return `${start}${message}\n`;
  return `${start}syntax error near unexpected token \`${found === "\n" ? "newline" : found}'\n`;
}
