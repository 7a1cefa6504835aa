/** Where a proxy's links lead: back through it. */
export interface ProxyBase {
  /** The path up to `/proxy`. */
  readonly base: string;
  /** The authority of what stands behind it. */
  readonly target: string;
  /** The one by which the client has asked the proxy. */
  readonly host: string;
}

/** The attributes that hold addresses, by element: what Kubernetes' proxy transport looks at. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  applet: ["codebase"],
  area: ["href"],
  audio: ["src"],
  base: ["href"],
  blockquote: ["cite"],
  body: ["background"],
  button: ["formaction"],
  command: ["icon"],
  del: ["cite"],
  embed: ["src"],
  form: ["action"],
  frame: ["longdesc", "src"],
  head: ["profile"],
  html: ["manifest"],
  iframe: ["longdesc", "src"],
  img: ["longdesc", "src", "usemap"],
  input: ["src", "usemap", "formaction"],
  ins: ["cite"],
  link: ["href"],
  object: ["classid", "codebase", "data", "usemap"],
  q: ["cite"],
  script: ["src"],
  source: ["src"],
  video: ["poster", "src"],
};

const TAG = /<!--[\s\S]*?-->|<([a-zA-Z][a-zA-Z0-9]*)((?:\s|\/)(?:[^>"']|"[^"]*"|'[^']*')*)?>/g;
const ATTRIBUTE = /([^\s=/"'>]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g;

/** A page whose links lead through the proxy. Only the links change: upstream writes all of the page anew. */
export function rewriteLinks(page: string, at: ProxyBase): string {
  return page.replace(TAG, (tag: string, element?: string, inner?: string) => {
    const names = ATTRIBUTES[element?.toLowerCase() ?? ""];
    if (names === undefined || inner === undefined) return tag;
    const rewritten = inner.replace(ATTRIBUTE, (all: string, name: string, is: string, value: string) => {
      if (!names.includes(name.toLowerCase())) return all;
      const isQuoted = /^["']/.test(value);
      const link = isQuoted ? value.slice(1, -1) : value;
      const to = relocated(link, at);
      return to === link ? all : `${name}${is}${isQuoted ? value[0] + to + value[0] : `"${to}"`}`;
    });
    return `<${element}${rewritten}>`;
  });
}

/**
 * An address as the client has to ask for it. By the rules of Kubernetes' proxy transport: what is another's, or is not
 * from the root, stays; what is there already, too.
 */
export function relocated(link: string, { base, target, host: own }: ProxyBase): string {
  const [, scheme = "", host = "", path = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is.exec(link) ?? [];
  if ((host !== "" && host !== target && host !== own) || !path.startsWith("/")) return link;
  const origin = host === own && own !== "" ? `${scheme}//${host}` : "";
  if (path.startsWith(base)) return `${origin}${path}${rest}`;
  return `${origin}${base}${cleaned(path)}${rest}`;
}

/** A path without `//`, `.` and `..`; a slash at its end stays. */
function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}${path.endsWith("/") && parts.length > 0 ? "/" : ""}`;
}
