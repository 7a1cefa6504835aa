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
      return `${own.replace(new RegExp(rewrite.match, "g"), rewrite.to.replace(/\\(\d)/g, "$$$1"))}${end}`;
    case "prefix":
      return `${prefixRewritten(own, rewrite.to, match?.path)}${end}`;
  }
}

function prefixRewritten(path: string, to: string, matched: RequestMatch["path"]): string {
  if (matched === undefined || !("value" in matched)) return to;
  if (matched.kind === "exact" || matched.kind === "regex") return to;
  const rest = path.slice(matched.value.replace(matched.kind === "segment" ? /\/$/ : /$^/, "").length);
  if (matched.kind === "segment") return `${to.replace(/\/$/, "")}${rest}` || "/";
  return `${to}${rest}`;
}
