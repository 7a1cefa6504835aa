/** A piece of a text with `${NAME}` in it. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  /** A `${` that no name and `}` follow; `offset` is where it stands. */
  | { readonly kind: "fault"; readonly offset: number };

/**
 * Split a text at its variables. Only `${NAME}` is one: `$NAME`, `$$` and a lone `\` are themselves. `\${` stands for the
 * two characters `${`.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\\\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g)) {
    const name = match[1];
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    if (match[0].startsWith("\\")) parts.push({ kind: "text", text: "${" });
    else parts.push(name === undefined ? { kind: "fault", offset: match.index } : { kind: "variable", name });
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}
