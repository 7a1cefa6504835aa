/**
 * How far a bash command reaches: enough of bash's grammar to tell whether a transcript's command goes on, and which
 * characters are code. It never decides whether a command is right; bash does, when it runs.
 */
export type CharKind = "code" | "quoted" | "comment" | "heredoc";

export interface ShellScan {
  /** Offset of the first line end at which nothing is open, or the text's length; undefined when it stays open. */
  readonly completeAt: number | undefined;
  readonly kindAt: (offset: number) => CharKind;
}

type Context = ")" | "))" | "}" | "`" | '"' | "word";

const KINDS: readonly CharKind[] = ["code", "quoted", "comment", "heredoc"];
const OPENERS: Readonly<Record<string, string>> = {
  "{": "}",
  case: "esac",
  for: "done",
  if: "fi",
  select: "done",
  until: "done",
  while: "done",
};
/** After these words a command begins. */
const LEADERS: ReadonlySet<string> = new Set(["!", "do", "elif", "else", "if", "then", "time", "until", "while", "{"]);

interface State {
  readonly text: string;
  readonly kinds: Uint8Array;
  position: number;
  readonly contexts: Context[];
  readonly blocks: string[];
  readonly heredocs: { readonly delimiter: string; readonly isIndented: boolean }[];
  startsCommand: boolean;
  endsOpen: boolean;
}

/** Scan all of a command's text. */
export function scanShell(text: string): ShellScan {
  const state: State = {
    text,
    kinds: new Uint8Array(text.length),
    position: 0,
    contexts: [],
    blocks: [],
    heredocs: [],
    startsCommand: true,
    endsOpen: false,
  };
  let completeAt: number | undefined;
  while (state.position < text.length) {
    const isLineEnd = text[state.position] === "\n";
    if (isLineEnd && completeAt === undefined && isComplete(state)) completeAt = state.position;
    step(state);
  }
  if (completeAt === undefined && isComplete(state)) completeAt = text.length;
  return { completeAt, kindAt: (offset) => KINDS[state.kinds[offset] ?? 0] ?? "code" };
}

function isComplete(state: State): boolean {
  return state.contexts.length + state.blocks.length + state.heredocs.length === 0 && !state.endsOpen;
}

function step(state: State): void {
  const context = state.contexts.at(-1);
  if (context === '"') stepQuoted(state);
  else if (context === "}") stepParameter(state);
  else if (context === "))") stepArithmetic(state);
  else stepCode(state);
}

function take(state: State, length: number, kind: CharKind = "code"): void {
  const end = Math.min(state.text.length, state.position + length);
  state.kinds.fill(KINDS.indexOf(kind), state.position, end);
  state.position = end;
}

/** Expansions are the same in code, in double quotes and in parameters. */
function stepExpansion(state: State): boolean {
  const { text, position, contexts } = state;
  const opened = (["$((", "$(", "${", "`"] as const).find((opener) => text.startsWith(opener, position));
  if (opened === undefined) return false;
  if (opened === "`") {
    if (contexts.includes("`")) contexts.length = contexts.lastIndexOf("`");
    else contexts.push("`");
  } else contexts.push(opened === "$((" ? "))" : opened === "${" ? "}" : ")");
  take(state, opened.length);
  if (opened !== "${") state.startsCommand = true;
  return true;
}

function stepQuoted(state: State): void {
  const character = state.text[state.position];
  if (character === "\\") {
    take(state, 2, "quoted");
    return;
  }
  if (character === '"') state.contexts.pop();
  else if (stepExpansion(state)) return;
  take(state, 1, "quoted");
}

function stepParameter(state: State): void {
  const character = state.text[state.position];
  if (character === "}") {
    state.contexts.pop();
    take(state, 1);
    return;
  }
  if (!stepQuote(state) && !stepExpansion(state)) take(state, 1);
}

function stepArithmetic(state: State): void {
  const { text, position, contexts } = state;
  if (text.startsWith("))", position)) {
    contexts.pop();
    take(state, 2);
    return;
  }
  if (!stepExpansion(state)) take(state, 1);
}

/** Backslash, single, `$'` and double quotes. */
function stepQuote(state: State): boolean {
  const { text, position } = state;
  const character = text[position];
  if (character === "\\") {
    state.endsOpen = position + 1 >= text.length || text[position + 1] === "\n";
    take(state, 2);
    return true;
  }
  if (character === '"') {
    state.contexts.push('"');
    take(state, 1, "quoted");
    return true;
  }
  const isAnsi = text.startsWith("$'", position);
  if (character !== "'" && !isAnsi) return false;
  const end = endOfSingleQuote(text, position + (isAnsi ? 2 : 1), isAnsi);
  if (end === undefined) state.blocks.push("'");
  take(state, (end ?? text.length) - position, "quoted");
  return true;
}

function endOfSingleQuote(text: string, start: number, isAnsi: boolean): number | undefined {
  for (let position = start; position < text.length; position++) {
    if (isAnsi && text[position] === "\\") position++;
    else if (text[position] === "'") return position + 1;
  }
  return undefined;
}

function stepCode(state: State): void {
  const { text, position } = state;
  const character = text[position] ?? "";
  if (character === "\n") stepLineEnd(state);
  else if (character === " " || character === "\t") take(state, 1);
  else if (isCommentStart(text, position)) take(state, lengthUntil(text, position, /\n/g), "comment");
  else {
    state.endsOpen = false;
    stepToken(state, character);
  }
}

function isCommentStart(text: string, position: number): boolean {
  return text[position] === "#" && /^$|[\s;&|()<>]/.test(text[position - 1] ?? "");
}

function stepToken(state: State, character: string): void {
  if (character === ")" && state.contexts.at(-1) === ")") state.contexts.pop();
  if ("()".includes(character)) stepParenthesis(state, character);
  else if (";&|".includes(character)) stepOperator(state);
  else if (character === "<" || character === ">") stepRedirection(state);
  else stepWord(state);
}

function stepParenthesis(state: State, character: string): void {
  const isArithmetic = character === "(" && state.startsCommand && state.text.startsWith("((", state.position);
  if (character === "(") state.contexts.push(isArithmetic ? "))" : ")");
  take(state, isArithmetic ? 2 : 1);
  state.startsCommand = true;
}

function stepOperator(state: State): void {
  const operator =
    /^(?:\|\||&&|\|&|;;&?|;&|&>>?|[;&|])/.exec(state.text.slice(state.position, state.position + 3))?.[0] ?? ";";
  take(state, operator.length);
  state.endsOpen = ["|", "||", "&&", "|&"].includes(operator);
  state.startsCommand = !operator.startsWith("&>");
}

function stepRedirection(state: State): void {
  const { text, position } = state;
  const heredoc = /^<<(-?)[ \t]*((?:[^\s;&|<>()'"\\]|\\.|'[^'\n]*'|"[^"\n]*")+)/.exec(
    text.slice(position, position + 200),
  );
  if (text.startsWith("<<<", position)) {
    take(state, 3);
    return;
  }
  if (heredoc === null) {
    take(state, 1);
    return;
  }
  const delimiter = (heredoc[2] ?? "").replace(/['"\\]/g, "");
  state.heredocs.push({ delimiter, isIndented: heredoc[1] === "-" });
  take(state, heredoc[0].length);
}

function stepLineEnd(state: State): void {
  take(state, 1);
  state.startsCommand = true;
  while (state.heredocs.length > 0) {
    const heredoc = state.heredocs[0];
    if (heredoc === undefined || !takeHeredoc(state, heredoc)) return;
    state.heredocs.shift();
  }
}

/** Take a here-document's body and its delimiter; false when the text ends before it does. */
function takeHeredoc(state: State, heredoc: State["heredocs"][number]): boolean {
  while (state.position < state.text.length) {
    const length = lengthUntil(state.text, state.position, /\n/g);
    const line = state.text.slice(state.position, state.position + length);
    const isEnd = (heredoc.isIndented ? line.replace(/^\t+/, "") : line) === heredoc.delimiter;
    take(state, isEnd ? length : length + 1, "heredoc");
    if (isEnd) return true;
  }
  return false;
}

const WORD_END = /[\s;&|()<>'"\\`$]/g;

/** A word up to the next character that means something; reserved words open and close blocks. */
function stepWord(state: State): void {
  const { text, position } = state;
  if (stepQuote(state) || stepExpansion(state)) {
    if (state.startsCommand && !text.startsWith("$(", position) && text[position] !== "`") state.startsCommand = false;
    return;
  }
  const isParameter = text[position] === "$" && text[position + 1] !== '"';
  const length = isParameter ? 2 : Math.max(1, lengthUntil(text, position, WORD_END));
  const word = text.slice(position, position + length);
  const isWhole = /[\s;&|()<>]/.test(text[position + length] ?? " ");
  take(state, length);
  const wasStart = state.startsCommand;
  state.startsCommand = isWhole && wasStart && (LEADERS.has(word) || /^\w+\+?=/.test(word));
  if (!isWhole || !wasStart) return;
  if (state.blocks.at(-1) === word) state.blocks.pop();
  else if (Object.hasOwn(OPENERS, word)) state.blocks.push(OPENERS[word] ?? "");
}

function lengthUntil(text: string, position: number, end: RegExp): number {
  end.lastIndex = position;
  return (end.exec(text)?.index ?? text.length) - position;
}
