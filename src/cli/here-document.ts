import type { Command } from "../lesson/index.ts";
import { parseTemplate } from "../text/index.ts";
import { quoteWord } from "./quote-word.ts";

/** A command as bash; a file block as the here-document that writes the same text. */
export function asBash({ source, file }: Pick<Command, "source" | "file">): string {
  if (file === undefined) return source;
  const text = file.expand ? forExpansion(source) : source;
  const lines = source.split("\n");
  let end = "EOF";
  while (lines.includes(end)) end += "_";
  const folder = file.path.includes("/") ? `mkdir -p ${quoteWord(file.path.replace(/\/[^/]*$/, ""))}\n` : "";
  return `${folder}cat > ${quoteWord(file.path)} <<${file.expand ? end : `'${end}'`}\n${text === "" ? "" : `${text}\n`}${end}`;
}

/** Only what we fill in is left to bash. */
function forExpansion(source: string): string {
  const parts = parseTemplate(source).map((part) => {
    if (part.kind === "variable") return `\${${part.name}}`;
    return (part.kind === "text" ? part.text : "${").replaceAll(/[\\$`]/g, "\\$&");
  });
  return parts.join("");
}
