import type { IncomingMessage, ServerResponse } from "node:http";
import { PAGE_HEADERS, PAGES } from "./pages.ts";

/** Answer a browser that asks for a page or a part of one; false where there is none at this address. */
export function servePage({ method, url = "" }: IncomingMessage, response: ServerResponse): boolean {
  const address = url.split("?")[0] ?? "";
  const page = method === "GET" && Object.hasOwn(PAGES, address) ? PAGES[address] : undefined;
  if (page === undefined) return false;
  const { type, text } = page;
  response.writeHead(200, { ...PAGE_HEADERS, "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
  return true;
}
