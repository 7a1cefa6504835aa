/** A template of Go's text/template, as far as docker's `--format` is used in practice. */
type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly words: readonly string[] }
  | {
      readonly kind: "block";
      readonly word: "range" | "if";
      readonly path: string;
      readonly body: Node[];
      readonly other: Node[];
    };

/** The template asks for more than is understood; the message says for what. */
export class TemplateError extends Error {}

/** Fill a template: `{{.A.B}}`, `{{range .X}}…{{else}}…{{end}}`, `{{if .X}}`, `{{println .X}}`, `{{json .X}}`, `{{index .X "k"}}`. */
export function renderTemplate(template: string, value: unknown): string {
  const tokens = tokenize(template);
  const nodes = parse(tokens, undefined);
  return render(nodes, value, value);
}

type Token = { readonly text: string } | { readonly action: string };

/** `{{-` and `-}}` eat the blanks beside them. */
function tokenize(template: string): Token[] {
  const tokens: Token[] = [];
  let rest = template;
  for (let open = rest.indexOf("{{"); open >= 0; open = rest.indexOf("{{")) {
    const close = rest.indexOf("}}", open);
    if (close < 0) throw new TemplateError("unclosed action");
    const inner = rest.slice(open + 2, close);
    const before = rest.slice(0, open);
    tokens.push({ text: inner.startsWith("- ") ? before.trimEnd() : before });
    tokens.push({ action: inner.replace(/^- /, "").replace(/ -$/, "").trim() });
    rest = rest.slice(close + 2);
    if (inner.endsWith(" -")) rest = rest.trimStart();
  }
  tokens.push({ text: rest });
  return tokens;
}

function parse(tokens: Token[], open: string | undefined): Node[] {
  const nodes: Node[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if ("text" in token) nodes.push({ kind: "text", text: token.text });
    else if (token.action === "end" || token.action === "else") {
      if (open === undefined) throw new TemplateError(`unexpected {{${token.action}}}`);
      tokens.unshift(token);
      return nodes;
    } else nodes.push(parseAction(token.action, tokens));
  }
  if (open !== undefined) throw new TemplateError(`{{${open}}} has no {{end}}`);
  return nodes;
}

function parseAction(action: string, tokens: Token[]): Node {
  const words = action.match(/"[^"]*"|\S+/g) ?? [];
  const [first = "", path = ""] = words;
  if (first !== "range" && first !== "if") return { kind: "print", words };
  const body = parse(tokens, first);
  const next = tokens.shift();
  const hasElse = next !== undefined && "action" in next && next.action === "else";
  const other = hasElse ? parse(tokens, first) : [];
  if (hasElse) tokens.shift();
  return { kind: "block", word: first, path, body, other };
}

function render(nodes: readonly Node[], value: unknown, root: unknown): string {
  return nodes.map((node) => renderNode(node, value, root)).join("");
}

function renderNode(node: Node, value: unknown, root: unknown): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "print":
      return print(node.words, value, root);
    case "block": {
      const found = lookup(node.path, value, root);
      if (node.word === "if") return render(isTruthy(found) ? node.body : node.other, value, root);
      const items = Array.isArray(found) ? found : Object.values((found as object | undefined) ?? {});
      return items.length === 0
        ? render(node.other, value, root)
        : items.map((item) => render(node.body, item, root)).join("");
    }
  }
}

const FUNCTIONS: Readonly<Record<string, (...args: readonly unknown[]) => string>> = {
  index: (list, key) => text((list as Record<string, unknown> | undefined)?.[String(key)]),
  json: (value) => JSON.stringify(value),
  lower: (value) => text(value).toLowerCase(),
  print: (...values) => values.map(text).join(""),
  println: (...values) => `${values.map(text).join(" ")}\n`,
  upper: (value) => text(value).toUpperCase(),
};

function print(words: readonly string[], value: unknown, root: unknown): string {
  const [first = "", ...rest] = words;
  if (/^[.$"]/.test(first) && rest.length === 0) return text(lookup(first, value, root));
  const call = Object.hasOwn(FUNCTIONS, first) ? FUNCTIONS[first] : undefined;
  if (call === undefined) throw new TemplateError(`function "${first}" not defined`);
  return call(...rest.map((word) => lookup(word, value, root)));
}

function lookup(word: string, value: unknown, root: unknown): unknown {
  if (word.startsWith('"')) return word.slice(1, -1);
  if (/^\d+$/.test(word)) return Number(word);
  if (!/^\$?(\.\w+)*\.?$/.test(word) || word === "") throw new TemplateError(`unexpected "${word}"`);
  const start = word.startsWith("$") ? root : value;
  const names = word.replace(/^\$/, "").split(".").filter(Boolean);
  return names.reduce<unknown>((inner, name) => {
    const object = inner as Record<string, unknown> | undefined;
    if (object === null || typeof object !== "object" || !Object.hasOwn(object, name)) {
      throw new TemplateError(`can't evaluate field ${name}`);
    }
    return object[name];
  }, start);
}

function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== "";
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "<no value>";
  if (Array.isArray(value)) return `[${value.map(text).join(" ")}]`;
  if (typeof value === "object")
    return `map[${Object.entries(value)
      .map(([key, one]) => `${key}:${text(one)}`)
      .join(" ")}]`;
  return String(value);
}
