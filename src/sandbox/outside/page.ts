import type { HttpResponse } from "../api/index.ts";
import type { Site } from "./site.ts";

/** A website of one page, which is found at every path. */
export function pageSite({ title, isSecureOnly }: { readonly title: string; readonly isSecureOnly: boolean }): Site {
  return ({ method, path, headers }, { isSecure, now }) => {
    const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "localhost";
    const date: readonly [string, string] = ["date", new Date(now).toUTCString()];
    if (isSecureOnly && !isSecure) {
      const to: readonly [string, string] = ["location", `https://${host.replace(/:\d+$/, "")}${path}`];
      return { status: 301, headers: [date, to], body: Buffer.alloc(0) };
    }
    return { status: 200, headers: [date, ["content-type", "text/html; charset=UTF-8"]], body: body(title, method) };
  };
}

function body(title: string, method: string): HttpResponse["body"] {
  if (method === "HEAD") return Buffer.alloc(0);
  return Buffer.from(
    `<!doctype html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body><p>${title} (simulated)</p></body>\n</html>\n`,
  );
}
