/** Where a quote or an expansion that is opened by the key ends. */
const CLOSERS: readonly (readonly [string, string])[] = [
  ["$((", "))"],
  ["$(", ")"],
  ["${", "}"],
  ["`", "`"],
];

/** Words that declare; what follows them is names and assignments. */
const DECLARES = new Set(["export", "declare", "typeset", "readonly", "local"]);
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;
const NAME = /^(?:-[A-Za-z]+|[A-Za-z_]\w*)$/;

/**
 * Whether a command does nothing but set variables of its shell: assignments and declarations, parted by line ends, `;` and
 * `&&`. What is not plainly so (arrays, redirections, pipes, here-documents) is not.
 */
export function onlyAssigns(source: string): boolean {
  const commands = commandsOf(source);
  return commands !== undefined && commands.length > 0 && commands.every(assigns);
}

function assigns(words: readonly string[]): boolean {
  const [first = "", ...rest] = words;
  if (DECLARES.has(first)) return rest.length > 0 && rest.every((word) => ASSIGNMENT.test(word) || NAME.test(word));
  return words.every((word) => ASSIGNMENT.test(word));
}

/** The words of each command, quotes and all; undefined where there is more than plain commands. */
function commandsOf(source: string): string[][] | undefined {
  const commands: string[][] = [[]];
  let word = "";
  const endWord = (): void => {
    if (word !== "") commands.at(-1)?.push(word);
    word = "";
  };
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const separator = /^(?:&&|;|\n)/.exec(rest)?.[0] ?? "";
    if (rest.startsWith("\\\n")) at += 2;
    else if (separator !== "") {
      endWord();
      commands.push([]);
      at += separator.length;
    } else if (/^[ \t]/.test(rest)) {
      endWord();
      at += 1;
    } else if (rest.startsWith("#") && word === "") at += /^[^\n]*/.exec(rest)?.[0].length ?? 1;
    else if (/^[|&<>(){}!]/.test(rest)) return undefined;
    else {
      const length = lengthOfPart(rest);
      if (length === undefined) return undefined;
      word += rest.slice(0, length);
      at += length;
    }
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

/** How long a character, a quoted text or an expansion at the start of a text is; undefined where it does not end. */
function lengthOfPart(text: string): number | undefined {
  if (text.startsWith("\\")) return 2;
  const single = /^(?:'[^']*'|\$'(?:[^'\\]|\\.)*')/s.exec(text)?.[0];
  if (single !== undefined) return single.length;
  if (text.startsWith("'") || text.startsWith("$'")) return undefined;
  if (text.startsWith('"')) return lengthUpTo(text, 1, '"');
  const opened = CLOSERS.find(([open]) => text.startsWith(open));
  return opened === undefined ? 1 : lengthUpTo(text, opened[0].length, opened[1]);
}

function lengthUpTo(text: string, from: number, closer: string): number | undefined {
  for (let at = from; at < text.length; ) {
    if (text.startsWith(closer, at)) return at + closer.length;
    const rest = text.slice(at);
    // In double quotes a single one is itself; a parenthesis of its own inside of `$(` would hide the real end.
    if (closer === '"' && rest.startsWith("'")) at += 1;
    else if (closer.startsWith(")") && rest.startsWith("(")) return undefined;
    else {
      const length = lengthOfPart(rest);
      if (length === undefined) return undefined;
      at += length;
    }
  }
  return undefined;
}
