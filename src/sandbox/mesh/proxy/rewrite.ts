import { BoundedRegex, RegexRefusal } from "../../objects/index.ts";
import type { PathRewrite, RequestMatch } from "../config/config.ts";
import { splitOnce } from "../match/match.ts";

/** The path that goes on; the query stays as it is. `match` is the condition that led here: its prefix is what goes. */
export function rewrittenPath(path: string, rewrite: PathRewrite, match: RequestMatch | undefined): string {
  const [own = "", query] = splitOnce(path, "?");
  const end = query === undefined ? "" : `?${query}`;
  switch (rewrite.kind) {
    case "full":
      return `${rewrite.to}${end}`;
    case "regex":
      return `${regexRewritten(own, rewrite.match, rewrite.to)}${end}`;
    case "prefix":
      return `${prefixRewritten(own, rewrite.to, match?.path)}${end}`;
  }
}

/** RE2's `\1` is a group here, too. A path on which an expression takes too long, or whose expression is none, stays as it is. */
function regexRewritten(path: string, match: string, to: string): string {
  const replacement = to
    .replaceAll("$", "$$$$")
    .replace(/\\(\d)/g, (_whole, group) => (group === "0" ? "$&" : `$${group}`));
  try {
    return path.replace(new BoundedRegex(match, "g"), replacement);
  } catch (error) {
    if (error instanceof RegexRefusal || error instanceof SyntaxError) return path;
    throw error;
  }
}

function prefixRewritten(path: string, to: string, matched: RequestMatch["path"]): string {
  if (matched === undefined || !("value" in matched)) return to;
  if (matched.kind === "exact" || matched.kind === "regex") return to;
  const rest = path.slice(matched.value.replace(matched.kind === "segment" ? /\/$/ : /$^/, "").length);
  if (matched.kind === "segment") return `${to.replace(/\/$/, "")}${rest}` || "/";
  return `${to}${rest}`;
}
