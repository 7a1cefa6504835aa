import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/**
 * Whether a browser says that a page of another origin sent it: by `Origin`, or where it sends none by `Sec-Fetch-Site`. A
 * link that is followed in the open is no page's doing.
 */
export function isOfOtherPage({ method, headers }: IncomingMessage, isOwn: (origin: string) => boolean): boolean {
  if (isFollowedLink(method, headers)) return false;
  const { origin, "sec-fetch-site": site } = headers;
  // A page of our own that asks for no referrer sends `null` too.
  if (origin === "null") return site !== "same-origin";
  if (origin !== undefined) return !isOwn(origin);
  return site === "cross-site" || site === "same-site";
}

function isFollowedLink(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    headers.origin === undefined &&
    headers["sec-fetch-mode"] === "navigate" &&
    headers["sec-fetch-dest"] === "document"
  );
}
